import type { Letters } from './catalogue.ts';

const people = (count: number) => (count === 1 ? '1 persona' : `${count} personas`);

export const es = {
  texts: {
    forwardedWhole: ({ book, sender, subject, text }) =>
      `Mensaje no enviado. ${sender} ha escrito a ${book}, pero no puede enviar a toda la lista. Solo lo ven los responsables.${subject === '' ? '' : `\n\nAsunto: ${subject}`}\n\n${text}`,
    confirmMail: ({ book, count, text, reasons, link }) =>
      `Un correo con tu dirección como remitente es para ${people(count)} de ${book}. Todavía no se ha enviado nada, porque ${reasons.join('; ')}.\n\n¿Lo has escrito tú? Abre el enlace en el plazo de un día y confírmalo, y saldrá:\n${link}\n\nSi no has sido tú, no tienes que hacer nada. No se enviará nunca.\n\nEmpieza así:\n\n${text}`,
    joinLink: ({ book, link }) =>
      `Alguien, probablemente tú, quiere apuntar esta dirección a ${book}. Abre el enlace en el plazo de un día para confirmarlo:\n${link}\n\nSi no has sido tú, no tienes que hacer nada.`,
    leaveLink: ({ book, link }) =>
      `Quieres salir de ${book}, pero no podemos ver que el correo venga de ti. Abre el enlace y te daremos de baja:\n${link}\n\nSi no has escrito tú, no tienes que hacer nada.`,
    approvedNow: ({ book, sender }) => `${sender} ya está en ${book}.`,
    refusedNow: ({ book, sender }) => `${sender} ha recibido un no y no está en ${book}.`,
    approvalOver: ({ book }) =>
      `Esa solicitud para ${book} ya no espera respuesta: alguien contestó antes o se retiró. No ha cambiado nada.`,
    approvalUnclear: ({ book }) =>
      `No hemos entendido la respuesta a la solicitud para ${book}. Contesta al correo anterior solo con SÍ o NO.`,
    joined: ({ book }) => `Ya estás en ${book}. Responde BAJA para salir, AYUDA para recibir ayuda.`,
    joinRequested: ({ book }) => `Has pedido entrar en ${book}. Un responsable lo mirará y te avisaremos por correo.`,
    stillPending: ({ book }) =>
      `Tu solicitud para ${book} sigue esperando respuesta. Te avisaremos por correo y no tienes que hacer nada más.`,
    cannotJoin: ({ book }) => `No se puede entrar en ${book} desde esta dirección. Responde AYUDA si tienes preguntas.`,
    left: ({ book }) => `Has salido de ${book} y no recibirás nada más. Responde START para volver.`,
    leftAll: ({ organisation }) =>
      `Has salido de todas las listas de ${organisation} y no recibirás nada más. Responde START para volver.`,
    askLeave: ({ book }) =>
      `¿Quieres salir de ${book}? Responde SÍ o NO. Mientras tanto no recibes mensajes, y sin respuesta en un día te damos de baja.`,
    askLeaveExempt: ({ book }) =>
      `¿Seguro que quieres salir de ${book}? Responde BAJA otra vez para salir, o NO para quedarte. Mientras tanto no recibes mensajes.`,
    stayed: ({ book }) => `Sigues en ${book} y recibes los mensajes como siempre. Responde BAJA si quieres salir.`,
    reachedFunctionaries: ({ book }) => `Tu correo ha llegado solo a los responsables de ${book}, no a toda la lista.`,
    reachedNobody: ({ book }) =>
      `Gracias, pero nadie lee lo que se escribe a ${book}. Tu correo no se ha reenviado. Responde AYUDA si quieres contactar con alguien.`,
    receipt: ({ book, count, parts }) =>
      `Tu mensaje sale ahora para ${people(count)} de ${book}. Quienes tienen teléfono lo reciben en ${parts} SMS cada uno.`,
    receiptEta: ({ book, count, parts, clock }) =>
      `Tu mensaje sale ahora para ${people(count)} de ${book}. Quienes tienen teléfono lo reciben en ${parts} SMS cada uno, listo hacia las ${clock}.`,
    tooLong: ({ parts, limit }) =>
      `No se ha enviado nada: el texto ocupa ${parts} SMS y el límite es ${limit}. Acorta el correo y envíalo otra vez.`,
    onlyText: ({ book }) =>
      `El correo para ${book} no tenía texto, así que no se ha enviado nada. Escribe algo en el asunto o en el correo y envíalo otra vez.`,
    slowDown: ({ book }) =>
      `Puedes enviar un mensaje por minuto a ${book}. Este no ha salido: espera un minuto y envíalo otra vez.`,
    stormBrake: ({ book }) =>
      `Han llegado muchos mensajes a ${book} en poco tiempo y ahora solo pueden enviar los redactores. Tu correo no ha llegado a toda la lista.`,
    noticeRequest: ({ book, sender }) =>
      `${sender} quiere entrar en ${book}.\n\nResponde a este correo con SÍ para aceptar o NO para rechazar. También puedes hacerlo en la caja de herramientas.`,
    noticeRequestAgain: ({ book, sender, date }) =>
      `${sender} quiere volver a ${book} (salió el ${date}).\n\nResponde a este correo con SÍ para aceptar o NO para rechazar. También puedes hacerlo en la caja de herramientas.`,
  },
  subjects: {
    needsHelp: 'Necesita ayuda',
    crisis: 'Crisis',
    joined: 'Ya estás en la lista',
    request: 'Tu solicitud',
    refused: 'Tu solicitud',
    left: 'Has salido de la lista',
    paused: 'Tu pausa',
    question: '¿Quieres salir de la lista?',
    help: 'Ayuda',
    onlyFunctionaries: 'Tu correo a la lista',
    sending: 'Tu mensaje está saliendo',
    notSent: 'Tu mensaje no ha salido',
    confirm: 'Confirma antes de que enviemos',
    notForwarded: 'Mensaje no enviado',
    newRequest: 'Alguien quiere entrar',
    notice: 'Para los responsables',
    broadcast: 'Envío',
    approved: 'Tu respuesta a una solicitud',
    confirmJoin: 'Confirma que quieres entrar',
    confirmLeave: 'Salir de la lista',
  },
  reasons: {
    unproven: 'no podemos ver que venga de ti',
    always_confirm: 'tus correos siempre se deben confirmar',
    not_addressed: 'la dirección de la lista no está ni en Para ni en Cc',
    doubtful: 'el texto es tan corto que quizá no era para toda la lista',
    repeated: 'acabas de enviar lo mismo',
    answers_ours: 'es la respuesta a un correo de la lista',
  },
} satisfies Letters;
