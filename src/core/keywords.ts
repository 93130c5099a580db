/**
 * The words that mean something to Startstopp, in Swedish, English, Spanish, German and (for leaving) French.
 * All are valid in every book, whatever its language. Pure data: matching folds case, diacritics and strokes.
 */

/** Stands in the consent ledger beside each reading; raise it with every change of this file, of leavePhrases.ts or of pauseWords.ts. */
export const WORDING_VERSION = '2';

/** One string per language or line, its entries parted by commas: the table stays readable. */
const list = (...lines: string[]): readonly string[] => lines.flatMap((line) => line.split(', '));

/** B-11, design 6: alone, each leaves. Words in several parts (OPT OUT, OPT-OUT) are written with a space. */
export const LEAVE_WORDS: readonly string[] = list(
  'stopp, stop, avsluta, avanmäl, avregistrera, unsubscribe, cancel, end, quit, revoke, optout, opt out',
  'baja, alto, abmelden, abbestellen, arrêt',
);

/** B-18: in one word, they leave every book on the number. */
export const LEAVE_ALL_WORDS: readonly string[] = list('stopall, stoppall, stoppallt, stopallt');

/** B-18: beside a leave word, they mean every book on the number. */
export const ALL_WORDS: readonly string[] = list(
  'allt, all, alles, todo, tout, alla sms, alla meddelanden, alla utskick, alla listor, allt från er',
  'all sms, all texts, all messages, all lists, all of them, todos los sms, todos los mensajes',
  'todas las listas, alle sms, alle nachrichten, alle listen',
);

/** B-13: alone they may mean leaving; asked once, not held back. The rest are their fellows in the other languages. */
export const SOFT_WORDS: readonly string[] = list('slut, nej, no, nein, sluta');

/**
 * Leave words that sentences also use for other things: inside a sentence they bring no hint (B-14). "The end of
 * the road" in a crisis group must reach its members (B-26).
 */
export const EVERYDAY_WORDS: readonly string[] = list('end, quit, cancel, revoke, alto, baja, avsluta');

/** B-14: forms that are no leave words alone, yet show in a sentence that somebody may want to leave. */
export const LEAVE_RELATIVES: readonly string[] = list(
  'stoppa, stoppar, stoppas, stoppat, stoppats, stoppad, stoppade, stopps, stops, stopped, stopping',
  'unsubscribed, unsubscribing, avanmäla, avanmäler, avregistrerar, avregistrerad, stoppen, stoppe',
  'stoppt, gestoppt, abbestelle, abbestellt',
);

/** B-1: the only word that joins (S3-10). */
export const JOIN_WORD = 'start';

/** B-3: no misspellings, but near enough to say how to join. */
export const NEARLY_JOIN_WORDS: readonly string[] = list('starta, startar, starten, starte, starts');

/** B-19. HJALP is HJÄLP from a phone without ä. */
export const HELP_WORDS: readonly string[] = list('hjälp, hjalp, help, info, ayuda, hilfe');

/** B-12: courtesy, urgency and greetings; they change nothing of what stands beside them. */
export const COURTESY: readonly string[] = list(
  // sv
  'tack, tack så mycket, tack på förhand, tackar, snälla, snälla ni, vänligen, är ni snälla',
  'är du snäll, nu, nu tack, genast, omedelbart, omgående, direkt, på en gång, meddetsamma',
  'med det samma, hej, hejsan, hallå, mvh, hälsningar, med vänlig hälsning',
  // en
  'please, pls, plz, kindly, thanks, thx, ty, thank you, thanks a lot, thank you very much, many thanks',
  'now, right now, immediately, asap, at once, hi, hello, hey, regards, best regards',
  // es
  'por favor, porfavor, porfa, gracias, muchas gracias, ya, ahora, ahora mismo, inmediatamente, hola',
  'buenos días, buenas tardes, saludos, un saludo',
  // de
  'bitte, danke, vielen dank, danke schön, dankeschön, jetzt, sofort, umgehend, hallo, guten tag, mfg',
  'mit freundlichen grüßen, viele grüße',
  // fr
  "svp, merci, s'il vous plaît, maintenant",
);

/** B-21: what people answer without meaning to write to everybody. Courtesy counts too. */
export const SMALL_TALK: readonly string[] = list(
  'ok, okej, okay, oki, bra, toppen, fint, kanon, jättebra, perfekt, super, ja, jo, japp, jaa, nej, nä',
  'vi ses, ses, absolut, visst, självklart, kram, kul, härligt, då så, det är bra, ok då, det låter bra',
  'låter bra, uppfattat, noterat, mottaget, detsamma, tack detsamma, yes, yep, yeah, no, nope, good',
  'great, fine, sure, cool, nice, got it, sounds good, will do, perfect, no problem, you too',
  'same to you, see you, noted, all good, sí, si, vale, bien, muy bien, perfecto, claro, genial',
  'de acuerdo, de nada, entendido, listo, ja gerne, gut, sehr gut, alles klar, klar, gerne, prima',
  'in ordnung, passt, verstanden, nein',
);

/** Before a SÄND code; some copy the whole "Svara SÄND 4821". */
export const SEND_WORDS: readonly string[] = list('sänd, saend, skicka, send, enviar, envía, senden, sende');
export const ANSWER_WORDS: readonly string[] = list(
  'svara, svar, reply, answer, responde, responda, antworte, antwort',
);

export const YES_WORDS: readonly string[] = list('ja, j, jaa, jo, japp, yes, y, yep, si, sí');
export const NO_WORDS: readonly string[] = list('nej, n, nä, no, nope, nein');
