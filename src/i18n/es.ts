import type { Catalogue } from './catalogue.ts';

/**
 * Worded without á í ó ú, which GSM-7 lacks and which would double the price (design 6): SMS says "mensaje" where one
 * would say "envío", "clave" for "código", "sigue" for "aún". Only SI stands without its accent.
 */
const people = (count: number) => (count === 1 ? '1 persona' : `${count} personas`);

export const es = {
  joined: ({ book }) => `Ahora formas parte de ${book}. Responde BAJA para salir o AYUDA para recibir ayuda.`,
  joinRequested: ({ book }) =>
    `Has pedido unirte a ${book}. Alguien del equipo va a revisar tu solicitud y te vamos a avisar por SMS.`,
  stillPending: ({ book }) =>
    `Tu solicitud para unirte a ${book} sigue pendiente. Te vamos a avisar por SMS, no tienes que hacer nada.`,
  requestRefused: ({ book }) =>
    `Tu solicitud para unirte a ${book} no fue aceptada. Responde AYUDA para saber a quién preguntar.`,
  cannotJoin: ({ book }) => `Por SMS no es posible unirte a ${book}. Responde AYUDA si tienes preguntas.`,
  left: ({ book }) => `Has salido de ${book} y ya no vas a recibir sus SMS. Responde START para volver.`,
  leftAll: ({ organisation }) =>
    `Has salido de todas las listas de ${organisation} con este remitente y ya no vas a recibir sus SMS. Responde START para volver.`,
  askLeave: ({ book }) =>
    `¿Quieres salir de ${book}? Responde SI o NO. Mientras tanto no recibes mensajes; si no respondes en 24 horas, te damos de baja.`,
  askLeaveSoft: ({ book }) => `¿Quieres salir de ${book}? Entonces responde BAJA. Si no, no tienes que hacer nada.`,
  askLeaveExempt: ({ book }) =>
    `¿Seguro que quieres salir de ${book}? Responde BAJA otra vez para salir o NO para quedarte. Mientras tanto no recibes mensajes.`,
  stayed: ({ book }) => `Sigues en ${book} y recibes los mensajes como siempre. Responde BAJA si quieres salir.`,
  hintJoin: ({ book }) => `¿Quieres unirte a ${book}? Manda solo START, sin otras palabras.`,
  hintLeave: ({ book }) => `¿Quieres salir de ${book}? Manda solo BAJA, sin otras palabras.`,
  paused: ({ book, date }) =>
    `Tienes ${book} en pausa hasta el ${date}, inclusive. Responde START para volver a recibir mensajes antes.`,
  pausedAll: ({ date }) =>
    `Tienes en pausa todas las listas de este remitente hasta el ${date}, inclusive. Responde START para volver a recibir mensajes antes.`,
  pausedAlready: ({ book }) => `Por ahora no recibes nada de ${book}. Responde START para volver a recibir mensajes.`,
  hintPause: ({ book }) =>
    `La pausa de ${book} necesita un plazo o una fecha: responde PAUSA 2 SEMANAS o PAUSA HASTA EL 1 DE DICIEMBRE.`,
  pauseNotIn: ({ book }) => `Como no formas parte de ${book}, no hay nada que pausar. No se ha enviado nada a nadie.`,
  help: ({ book, organisation, contact }) =>
    `${book} es de ${organisation}. Responde START para entrar, BAJA para salir. Contacto: ${contact}`,
  helpNoContact: ({ book, organisation }) =>
    `${book} es de ${organisation}. Responde START para entrar, BAJA para salir.`,
  reachedFunctionaries: ({ book }) => `Solo los responsables de ${book} han recibido tu mensaje, no toda la lista.`,
  reachedNobody: ({ book }) =>
    `Gracias, pero nadie lee las respuestas a ${book} por SMS y tu mensaje no le llega a nadie. Responde AYUDA para ver el contacto.`,
  receipt: ({ book, count, parts }) =>
    `Tu mensaje va en camino a ${people(count)} de ${book}, ${parts} SMS por persona.`,
  receiptEta: ({ book, count, parts, clock }) =>
    `Tu mensaje va en camino a ${people(count)} de ${book}, ${parts} SMS por persona. Listo hacia las ${clock}.`,
  receiptNobody: ({ book }) => `Tu mensaje no le llega a nadie: ahora mismo ${book} no tiene miembros.`,
  confirmSend: ({ book, count, code }) =>
    `¿Mandar esto a ${people(count)} de ${book}? Responde ENVIAR ${code} antes de 10 minutos.`,
  codeWrong: ({ left }) => `Clave incorrecta. Te ${left === 1 ? 'queda 1 intento' : `quedan ${left} intentos`}.`,
  codeGone: ({ book }) =>
    `Esa clave ya no vale y no se ha mandado nada a ${book}. Manda otra vez tu mensaje para recibir una nueva.`,
  whichList: ({ options }) => `¿Qué lista? Responde ${options}`,
  tooLong: ({ parts, limit }) =>
    `Tu mensaje no ha salido: ocupa ${parts} SMS y el tope es ${limit}. Reduce el texto y vuelve a mandarlo.`,
  onlyText: ({ book }) =>
    `En ${book} solo se puede mandar texto. Tu foto no ha salido: escribe tu mensaje con palabras.`,
  resend: ({ book }) =>
    `Una parte de tu mensaje no ha llegado, por eso no se ha mandado nada a ${book}. Manda otra vez el texto completo.`,
  slowDown: ({ book }) =>
    `Puedes mandar un mensaje por minuto a ${book}. Este no ha salido: espera un minuto y vuelve a mandarlo.`,
  stormBrake: ({ book }) =>
    `Han llegado muchos mensajes a ${book} en poco tiempo. Por ahora solo pueden escribir los autorizados y el tuyo no ha salido.`,
  joinCode: ({ book, code }) =>
    `Tu clave para ${book} es ${code}. Vale durante 10 minutos. Si no la has pedido, no hagas caso de este mensaje.`,
  forwarded: ({ book, sender, text }) => `Mensaje no enviado. ${book}, ${sender}: ${text}`,
  joinedSaying: ({ book, sender, text }) => `Alta en ${book}, ${sender}: ${text}`,
  forwardedPicture: ({ book, sender }) => `Mensaje no enviado. ${book}, ${sender}: una foto sin texto.`,
  noticeRequest: ({ book, sender }) => `${sender} quiere unirse a ${book}. Acepta o rechaza la solicitud en el panel.`,
  noticeRequestAgain: ({ book, sender, date }) =>
    `${sender} quiere volver a ${book} (se dio de baja el ${date}). Acepta o rechaza en el panel.`,
  noticeCannotJoin: ({ book, sender }) =>
    `${sender} ha querido unirse a ${book}, pero tiene el acceso cerrado. Si es un error, puedes cambiarlo en el panel.`,
  noticeLeft: ({ book, sender }) => `${sender} ha salido de ${book}.`,
  noticeLeftMany: ({ book, count }) => `${people(count)} ${count === 1 ? 'ha' : 'han'} salido de ${book}.`,
  noticeAsked: ({ book, sender }) =>
    `Parece que ${sender} quiere salir de ${book}. Le hemos preguntado y no recibe mensajes hasta que responda.`,
  noticeExempt: ({ book, sender }) =>
    `${sender} quiere salir de ${book}, una lista sin baja directa. Le hemos preguntado: si repite BAJA, sale.`,
  noticeBroadcast: ({ book, count, text }) => `Mensaje a ${people(count)} de ${book}: ${text}`,
  noticeStorm: ({ book }) =>
    `Han llegado muchos mensajes a ${book} en poco tiempo. Por ahora solo pueden escribir los autorizados. Detalles en el panel.`,
  noticePaused: ({ book, code }) =>
    `El mensaje a ${book} se ha detenido: el operador rechaza nuestros SMS (error ${code}). Hay que arreglarlo en el panel.`,
  noticeMissed: ({ book, count }) =>
    `El mensaje a ${book} no ha llegado a tiempo a ${people(count)}. Si hace falta, vuelve a mandarlo desde el panel.`,
  noticeBlocked: ({ book, sender }) =>
    `El operador no deja pasar los SMS de ${book} a ${sender}. Solo esa persona puede cambiarlo: que responda START.`,
  noticeBounced: ({ book, sender }) =>
    `Correo a ${sender} en ${book} en pausa: rebota o fue denunciado. Vuelve si esa persona manda START.`,
  crisisAsk: ({ book }) => `CRISIS ${book}. ¿Todo bien? Responde 1 = OK, 2 = ayuda. Si hay peligro, llama al 112.`,
  crisisAnswer: () => 'Responde 1 = OK, 2 = ayuda.',
  crisisStarted: ({ book, count, clock }) =>
    `Crisis en ${book} hasta las ${clock}. El mensaje va a ${people(count)}. Para acabar: CRISIS FIN y tu PIN.`,
  crisisRunning: ({ book, clock }) =>
    `La crisis en ${book} ya ha empezado y dura hasta las ${clock}. No se ha enviado nada nuevo.`,
  crisisEnded: ({ book }) => `La crisis en ${book} ha terminado.`,
  crisisNone: ({ book }) => `Ahora mismo no hay ninguna crisis en ${book}.`,
  crisisPinWrong: () => 'El PIN no es correcto o no tienes PIN. No ha empezado ni terminado ninguna crisis.',
  crisisPinLocked: () => 'Demasiados PIN incorrectos. No puedes usar la crisis por SMS en 24 horas. Usa el panel.',
  rollOk: () => 'Gracias, anotado: OK. Responde 2 si necesitas ayuda.',
  rollHelp: () => 'Anotado: necesitas ayuda. Los responsables ya lo saben. Si hay peligro, llama al 112.',
  rollHelpNobody: () => 'Anotado: necesitas ayuda. Si hay peligro, llama al 112.',
  rollAsk: () => 'Responde 1 si todo va bien, 2 si necesitas ayuda. Tu SMS no ha ido a todos.',
  noticeCrisis: ({ book, count, clock }) =>
    `Crisis en ${book} hasta las ${clock}. La pregunta va a ${people(count)}. Sigue las respuestas en el panel.`,
  noticeCrisisEnd: ({ book, ok, help, silent }) =>
    `La crisis en ${book} ha terminado. OK: ${ok}, necesitan ayuda: ${help}, sin respuesta: ${silent}.`,
  noticePinLocked: ({ book, sender }) =>
    `${sender} ha dado cinco veces un PIN de crisis incorrecto en ${book} y queda bloqueado 24 horas.`,
  noticeHelp: ({ book, sender, text }) => `NECESITA AYUDA. ${book}, ${sender}: ${text}`,
  footerReply: () => 'Responde BAJA para salir.',
  footerText: ({ number }) => `Para salir, manda BAJA al ${number}.`,
  readMore: () => 'El resto se lee en el panel.',
} satisfies Catalogue;
