import { wordsOf } from './lexicon.ts';
import type { NormalForm } from './normalForm.ts';

/** Phrases that only machines send (B-24), in Swedish, English, Spanish and German, anywhere in the first words. */
const MACHINE = phrases(
  'autosvar, automatiskt svar, automatsvar, frånvaromeddelande, frånvarobesked, kör med fokusläget, körfokus, fokusläget bilkörning',
  'bilkörning på, körning aktiverat, har notiser avstängda, tar inte emot notiser, detta är ett automatiskt, det här är ett automatiskt',
  'detta nummer kan inte ta emot, detta nummer bevakas inte, det går inte att svara på detta',
  'auto reply, autoreply, automatic reply, automated reply, automated response, automatic response, automated message, auto response',
  'driving focus, do not disturb while driving, not receiving notifications, i have notifications silenced',
  'ill see your message when i get, this number is not monitored, this inbox is not monitored, this number does not accept',
  'respuesta automática, contestación automática, mensaje automático, modo de conducción, concentración conducir',
  'enfoque de conducción, no estoy recibiendo notificaciones, este número no recibe, veré tu mensaje cuando llegue',
  'automatische antwort, automatische nachricht, autoantwort, abwesenheitsnotiz, abwesenheitsnachricht, abwesenheitsassistent',
  'fahren aktiviert, fokus fahren, erhalte keine mitteilungen, diese nummer wird nicht überwacht',
);

/** What machines say and people too: a machine's only at the start and with a promise to come back. */
const ABSENT = phrases(
  'jag kör, jag kör bil, jag är på semester, jag är inte på kontoret, jag är inte tillgänglig, jag är ej på kontoret',
  'im driving, i am driving, im currently driving, i am currently driving, out of office, im out of the office, i am out of the office',
  'im currently out of the office, i am currently out of the office, im on vacation, i am on vacation, i am on annual leave',
  'estoy conduciendo, estoy manejando, estoy fuera de la oficina, estoy de vacaciones, no estoy disponible',
  'ich fahre gerade, ich bin nicht im büro, ich bin derzeit nicht im büro, ich bin zurzeit nicht im büro, ich bin im urlaub',
  'ich bin nicht erreichbar, ich bin derzeit nicht erreichbar',
);

/** "Thank you for your message": a machine when nothing but courtesy or a promise to come back follows. */
const THANKS = phrases(
  'tack för ditt sms, tack för ditt meddelande, tack för ert sms, tack för ert meddelande, tack för att du kontaktar, tack för att du hör av dig',
  'thank you for your message, thanks for your message, thank you for your text, thanks for your text, thank you for contacting',
  'thanks for contacting, thank you for texting, thanks for texting, thanks for reaching out, thank you for reaching out',
  'gracias por su mensaje, gracias por tu mensaje, gracias por contactar, gracias por comunicarse, gracias por contactarnos',
  'vielen dank für ihre nachricht, danke für ihre nachricht, vielen dank für deine nachricht, danke für deine nachricht',
  'vielen dank für ihre sms, danke für ihre sms, danke für deine sms, vielen dank für deine sms',
);

const PROMISE = phrases(
  'återkommer, återkomma, svarar så snart, svarar så fort, svarar senare, svarar inom, svarar när, hör av oss, hör av mig, ringer upp',
  'besvaras, kontorstid, öppettider, vi har stängt, när jag är framme, när jag kommer fram, när jag är tillbaka, åter den, läser ditt',
  'vi har tagit emot, har mottagits, kundtjänst, ärendenummer, kontakta, vid brådskande',
  'get back to you, be in touch, respond as soon, reply as soon, respond when, reply when, respond within, reply within, reply later',
  'call you later, text you later, when i get, when i arrive, when i return, business hours, office hours, opening hours, until',
  'currently closed, we have received, has been received, ticket, customer service, for urgent, if urgent, please contact',
  'responderemos, responderé, respondo, contestaremos, contestaré, nos pondremos en contacto, en breve, horario, hemos recibido',
  'te llamo, le llamo, hasta el, cuando llegue, cuando pueda, contacte, urgente',
  'melden uns, melde mich, so schnell wie möglich, schnellstmöglich, öffnungszeiten, bürozeiten, geschäftszeiten, bis zum',
  'haben ihre nachricht, in kürze, werden uns, eingegangen, antworte, wenden sie sich, dringenden',
);

/** Data as it is looked for: the words one space apart, a space at both ends. */
function phrases(...lines: string[]): readonly string[] {
  return lines.flatMap((line) => line.split(', ')).map((phrase) => ` ${wordsOf(phrase).join(' ')} `);
}

/** A machine says what it is at once; this also bounds the work. */
const FIRST_CHARACTERS = 400;
const START_CHARACTERS = 60;
/** "Tack för ditt sms" and at most this much more with no promise in it: still nobody is talking to us. */
const MOST_WORDS_OF_BARE_THANKS = 6;

/** B-24: whether a machine answered (driving, out of office, "Tack för ditt sms"). Conservative. */
export function isAutoReply(form: NormalForm): boolean {
  const words = wordsOf(form.word.slice(0, FIRST_CHARACTERS));
  if (words.length < 1) return false;
  const text = ` ${words.join(' ')} `;
  if (MACHINE.some((phrase) => text.includes(phrase))) return true;
  // "Hej! Tack för ditt sms": a greeting and a name may stand before.
  const start = text.slice(0, START_CHARACTERS);
  const thanks = THANKS.some((phrase) => start.includes(phrase));
  if (thanks && words.length <= MOST_WORDS_OF_BARE_THANKS) return true;
  if (!thanks && !ABSENT.some((phrase) => start.includes(phrase))) return false;
  return PROMISE.some((phrase) => text.includes(phrase));
}
