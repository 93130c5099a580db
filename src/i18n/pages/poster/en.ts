import type { sv } from './sv.ts';

export const en: Record<keyof typeof sv, string> = {
  'poster.title': 'Poster for {book}',
  'poster.link': 'Print a poster',
  'poster.back': 'Back to {book}',
  'poster.a4': 'Poster, A4',
  'poster.card': 'Cards, eight on an A4',
  'poster.size': 'Size',
  'poster.language': 'Language',
  'poster.print': 'Print',
  'poster.how': 'Print from the browser’s menu, without header and footer. Cut the cards apart along the lines.',
  'poster.lead': 'Get the messages on your phone',
  'poster.write': 'Text',
  'poster.to': 'to',
  'poster.scan': 'Point your camera here and the text is filled in.',
  'poster.qr': 'QR code that opens a text with {word} to {number}',
  'poster.web': 'Or join on the web:',
  'poster.leave': 'Want to stop? Text {word} to the same number.',
  'poster.who': '{organisation} runs the list.',
  'poster.contact': 'Questions? {contact}',
};
