import type { sv } from './sv.ts';

export const de: Record<keyof typeof sv, string> = {
  'poster.title': 'Plakat für {book}',
  'poster.link': 'Plakat drucken',
  'poster.back': 'Zurück zu {book}',
  'poster.a4': 'Plakat, A4',
  'poster.card': 'Karten, acht auf einem A4-Blatt',
  'poster.size': 'Größe',
  'poster.language': 'Sprache',
  'poster.print': 'Drucken',
  'poster.how':
    'Drucke über das Menü des Browsers, ohne Kopf- und Fußzeile. Die Karten an den Linien auseinanderschneiden.',
  'poster.lead': 'Hol dir die Nachrichten aufs Handy',
  'poster.write': 'Schick',
  'poster.to': 'an',
  'poster.scan': 'Kamera hierauf richten, dann ist die SMS schon ausgefüllt.',
  'poster.qr': 'QR-Code, der eine SMS mit {word} an {number} öffnet',
  'poster.web': 'Oder melde dich im Web an:',
  'poster.leave': 'Willst du aufhören? Schick {word} an dieselbe Nummer.',
  'poster.who': '{organisation} betreibt den Verteiler.',
  'poster.contact': 'Fragen? {contact}',
};
