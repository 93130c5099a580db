import type { sv } from './sv.ts';

export const es: Record<keyof typeof sv, string> = {
  'poster.title': 'Cartel de {book}',
  'poster.link': 'Imprimir un cartel',
  'poster.back': 'Volver a {book}',
  'poster.a4': 'Cartel, A4',
  'poster.card': 'Tarjetas, ocho por A4',
  'poster.size': 'Tamaño',
  'poster.language': 'Idioma',
  'poster.print': 'Imprimir',
  'poster.how':
    'Imprime desde el menú del navegador, sin encabezado ni pie de página. Recorta las tarjetas por las líneas.',
  'poster.lead': 'Recibe los mensajes en el móvil',
  'poster.write': 'Envía',
  'poster.to': 'al',
  'poster.scan': 'Apunta aquí con la cámara y el SMS se rellena solo.',
  'poster.qr': 'Código QR que abre un SMS con {word} al {number}',
  'poster.web': 'O apúntate en la web:',
  'poster.leave': '¿Quieres dejarlo? Envía {word} al mismo número.',
  'poster.who': '{organisation} lleva la lista.',
  'poster.contact': '¿Preguntas? {contact}',
};
