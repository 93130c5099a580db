import type { sv } from './sv.ts';

export const es: Record<keyof typeof sv, string> = {
  'join.title': 'Apúntate a {book}',
  'join.lead': '{organisation} lleva la lista y envía los mensajes. Puedes darte de baja cuando quieras.',
  'join.name': 'Nombre',
  'join.phone': 'Número de móvil',
  'join.phone.hint': 'Enviamos ahí una clave para saber que el número es tuyo.',
  'join.mail': 'Correo electrónico',
  'join.mail.hint': 'Enviamos ahí un enlace para saber que la dirección es tuya.',
  'join.either.hint': 'Escribe un número, un correo o ambos.',
  'join.consent': 'Esto es lo que aceptas',
  'join.do.phone': 'Enviarme una clave',
  'join.do.mail': 'Enviarme un enlace',
  'join.do.either': 'Enviarme una clave o un enlace',
  'join.problem.name.missing': 'Escribe cómo te llamas.',
  'join.problem.name.name_long': 'El nombre es demasiado largo. Acórtalo.',
  'join.problem.phone.missing': 'Escribe tu número de móvil.',
  'join.problem.phone.not_a_number':
    'Eso no es un número de teléfono. Escribe solo cifras, con el prefijo del país si es extranjero.',
  'join.problem.phone.not_possible': 'Ese número no existe. ¿Falta o sobra alguna cifra?',
  'join.problem.phone.not_mobile': 'Ese número no puede recibir SMS. Escribe un número de móvil.',
  'join.problem.phone.own_number': 'Ese es el número de la propia lista. Escribe el tuyo.',
  'join.problem.phone.phone_or_mail': 'Escribe un número de móvil o un correo electrónico.',
  'join.problem.mail.missing': 'Escribe tu correo electrónico.',
  'join.problem.mail.not_a_mail': 'El correo no parece correcto. Debe ser como nombre@ejemplo.es.',
  'join.problem.mail.own_mail': 'Esa es una de las direcciones de las listas. Escribe la tuya.',
  'join.problem.yes.no_yes': 'Marca la casilla si estás de acuerdo.',
  'join.sms.title': 'Lo más rápido es un SMS',
  'join.sms.text': 'Envía {word} al {number}.',
  'join.sms.open': 'Abrir un SMS con {word}',
  'join.back.ask': '¿Ya has estado en la lista?',
  'join.back.link': 'Volver solo con tu número',
  'join.back.title': 'Vuelve a {book}',
  'join.back.lead': 'Escribe el número que tenías en la lista. Si estaba, le enviamos una clave.',
  'join.back.do': 'Enviarme una clave',
  'join.new.link': 'Es la primera vez que me apunto',
  'join.code.title': 'Escribe la clave del SMS',
  'join.code.text':
    'Si {phone} puede recibir nuestros SMS, en un minuto llega una clave de seis cifras. Vale durante diez minutos.',
  'join.code.back':
    'Si {phone} estaba en la lista y puede recibir nuestros SMS, en un minuto llega una clave de seis cifras. Vale durante diez minutos.',
  'join.code': 'Clave',
  'join.code.do': 'Apuntarme',
  'join.code.do.back': 'Volver',
  'join.code.none': '¿No llega ninguna clave?',
  'join.code.again': 'Empezar de nuevo',
  'join.code.not_a_code': 'La clave son seis cifras y está en el SMS.',
  'join.code.wrong': 'La clave no es correcta. Te quedan {left} intentos.',
  'join.code.wrong.one': 'La clave no es correcta. Te queda un intento.',
  'join.code.unclear': 'La clave no es correcta o ha caducado.',
  'join.over': 'La clave ya no vale',
  'join.over.text':
    'Una clave vale diez minutos y una sola vez, y admite algunos errores. Empieza de nuevo y te llegará otra.',
  'join.link': 'Abre el enlace del correo',
  'join.link.text':
    'Hemos enviado un correo a {mail}. Su enlace vale durante un día. Estarás en la lista cuando lo abras y pulses el botón.',
  'join.link.also':
    'También hemos enviado un correo a {mail}. Abre su enlace si quieres recibir los mensajes también ahí.',
  'join.own':
    'En tu propia página eliges cómo te llegan los mensajes, haces una pausa o te das de baja. Te conviene guardar su dirección.',
  'join.limit': 'Espera un poco',
  'join.limit.text':
    'Se han pedido muchas claves en poco tiempo, así que ahora no se envían más. Inténtalo dentro de una hora.',
  'join.busy.text': 'No se ha enviado nada. Inténtalo dentro de unos minutos.',
  'join.closed': '¿Has estado en una lista?',
  'join.closed.text':
    'Aquí no hay página para nuevas altas. Si ya estuviste, puedes volver: escribe el número que tenías en la lista. Si estaba, le enviamos una clave.',
  'join.closed.sms': '¿Conservas un SMS de la lista? Respóndelo con START.',
  'join.closed.new': '¿Es tu primera vez? Pregunta a quien lleva la lista adónde enviar START.',
  'join.consent.default':
    'Sí, {organisation} puede enviarme mensajes de {book}. Puedo darme de baja cuando quiera respondiendo {word}.',
};
