import type { Locale } from '../core/locale.ts';

/** What stands in a mail of ours around its text. No HTML; accents are no cost here as they are in an SMS. */
export type MailWords = {
  /** The sender's name where a person wrote it by mail: the address is the book's (M-9). */
  via: (params: { person: string; book: string }) => string;
  /** The subject of a copy that came without one. */
  subject: (params: { book: string }) => string;
  /** Why a member gets it; `organisation` runs the book. */
  why: (params: { book: string; organisation: string }) => string;
  whyFunctionary: (params: { book: string; organisation: string }) => string;
  /** Answers and confirmations: who sent them. */
  from: (params: { book: string; organisation: string }) => string;
  leave: string;
  comeBack: string;
};

const sv: MailWords = {
  via: ({ person, book }) => `${person} via ${book}`,
  subject: ({ book }) => `Meddelande från ${book}`,
  why: ({ book, organisation }) => `Du får detta för att du är med i ${book}, som drivs av ${organisation}.`,
  whyFunctionary: ({ book, organisation }) =>
    `Du får detta för att du är ansvarig för ${book}, som drivs av ${organisation}.`,
  from: ({ book, organisation }) => `${book} drivs av ${organisation}.`,
  leave: 'Lämna listan eller ta paus',
  comeBack: 'Kom tillbaka',
};

const en: MailWords = {
  via: ({ person, book }) => `${person} via ${book}`,
  subject: ({ book }) => `Message from ${book}`,
  why: ({ book, organisation }) => `You get this because you are on the list ${book}, run by ${organisation}.`,
  whyFunctionary: ({ book, organisation }) =>
    `You get this because you look after the list ${book}, run by ${organisation}.`,
  from: ({ book, organisation }) => `${book} is run by ${organisation}.`,
  leave: 'Leave the list or take a pause',
  comeBack: 'Come back',
};

const es: MailWords = {
  via: ({ person, book }) => `${person} a través de ${book}`,
  subject: ({ book }) => `Mensaje de ${book}`,
  why: ({ book, organisation }) =>
    `Recibes este correo porque estás en la lista ${book}, gestionada por ${organisation}.`,
  whyFunctionary: ({ book, organisation }) =>
    `Recibes este correo porque eres responsable de la lista ${book}, gestionada por ${organisation}.`,
  from: ({ book, organisation }) => `${book} está gestionada por ${organisation}.`,
  leave: 'Darte de baja o hacer una pausa',
  comeBack: 'Volver a la lista',
};

const de: MailWords = {
  via: ({ person, book }) => `${person} über ${book}`,
  subject: ({ book }) => `Nachricht von ${book}`,
  why: ({ book, organisation }) =>
    `Du bekommst diese E-Mail, weil du im Verteiler ${book} stehst. Er wird von ${organisation} betrieben.`,
  whyFunctionary: ({ book, organisation }) =>
    `Du bekommst diese E-Mail, weil du für den Verteiler ${book} zuständig bist. Er wird von ${organisation} betrieben.`,
  from: ({ book, organisation }) => `Der Verteiler ${book} wird von ${organisation} betrieben.`,
  leave: 'Verteiler verlassen oder Pause machen',
  comeBack: 'Wieder dabei sein',
};

const words: Record<Locale, MailWords> = { sv, en, es, de };

export const mailWords = (locale: Locale): MailWords => words[locale];
