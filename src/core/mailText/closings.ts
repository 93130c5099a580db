/** What stands at the end of a mail and is not its message: signatures, and the lines that programs and lawyers add. */

/** A line that a phone or a mail program signs with: "from my …", or one of the names below. */
const MINE =
  /^(?:(?:skickat|skickad|sänt) från (?:min|mitt|mina)|sent (?:from|via|using) my|enviado (?:desde|con|a través de) mi|envoyé (?:de|depuis) mon) \S.{0,40}$/iu;
const MINE_GERMAN =
  /^(?:diese (?:nachricht|e-?mail|mail) wurde )?(?:von|aus|mit) mein(?:em|er) \S.{0,50} (?:gesendet|verschickt)\.?$|^gesendet von mein(?:em|er) \S.{0,40}$/iu;
const NAMED =
  /^(?:skickat|skickad|sent|enviado|gesendet) (?:från|med|via|from|with|using|desde|con|von|mit|über|aus) (?:(?:the |den |de )?(?:e-post|mail|correo|e-?mail) (?:för|for|para|für) )?(?:microsoft )?(?:outlook|yahoo|gmail|proton ?mail|iphone|ipad|android|samsung|galaxy|huawei|xiaomi|windows|bluemail|blackberry|gmx|web\.de|mobilen|telefonen|surfplattan|spark|fairemail|k-9)\b.{0,60}$/iu;
const GET =
  /^(?:get|hämta|skaffa|obtener|descargar|holen sie sich|laden sie) (?:outlook|bluemail|spark)\b.{0,50}$|^outlook für (?:ios|android)\b.{0,40}$/iu;

/** Whether a line is a device's or a program's signature, and the whole line. */
export function isDeviceLine(line: string): boolean {
  const text = line
    .slice(0, 400)
    .trim()
    .replace(/^[-–—_*\s]+/, '')
    .replace(/\s*\(https?:[^)\s]{0,300}\)|\s*<https?:[^>\s]{0,300}>/giu, '');
  return text.length <= 110 && [MINE, MINE_GERMAN, NAMED, GET].some((form) => form.test(text));
}

/** A greeting and nothing else on its line but who greets. */
const GREETING =
  /^(?:(?:med )?(?:bästa|vänlig(?:a)?|varma|hjärtliga|soliga|många|allra bästa)\s+hälsning(?:ar|en)?|hälsning(?:ar|en)?|hälsn\.?|m\.?\s?v\.?\s?h\.?|mvh|bästa hälsningar|vh|ha det (?:så )?(?:bra|gott)|(?:kind|best|warm|many) regards|regards|kind wishes|best wishes|all the best|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|cheers|many thanks|un (?:cordial )?saludo|saludos(?: cordiales)?|(?:muchos|cordiales) saludos|reciba un cordial saludo|atentamente|un abrazo|mit (?:freundlichen|freundlichem|besten|lieben|herzlichen) gr(?:ü|ue)(?:ß|ss)en|mit freundlichem gru(?:ß|ss)|(?:viele|liebe|beste|herzliche|schöne|freundliche) gr(?:ü|ue)(?:ß|ss)e|(?:lieber|bester|schöner) gru(?:ß|ss)|gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg)(?:\s*[,.!/–—-]*\s*|$)/iu;
/** Who greets, behind the greeting: few words that begin with a capital, or "från Anna". */
const WHO =
  /^(?:(?:från|from|de|von|aus)\s+)?(?:\p{Lu}[\p{L}.'’-]*(?:\s+|$|,\s*|\s*(?:&|och|and|y|und|\/)\s*)){0,5}[.!]?$/u;

export function isGreeting(line: string): boolean {
  const text = line
    .trim()
    .replace(/^[*_]+|[*_]+$/g, '')
    .slice(0, 120);
  const found = GREETING.exec(text);
  return found !== null && line.length <= 120 && WHO.test(text.slice(found[0].length));
}

const CONTACT =
  /[^\s@]{1,64}@[^\s@]{2,200}|https?:\/\/\S+|\bwww\.\S+|\b(?:tel(?:efon|éfono)?|mob(?:il|ile|iltel)?|phone|móvil|fax|växel|direkt|handy|e-?post|e-?mail|mail|org\.?\s?nr|bankgiro|bg|pg|swish|webb?)\b\s*[.:]|\+?\d[\d\s()/-]{6,30}\d/giu;
const TIME = /\b(?:kl\.?|klockan|at|um|a las)\s*\d{1,2}\b|\b\d{1,2}[:.]\d{2}\b(?![-\d])/iu;
/** A street or a postal code: the numbers of a signature that are no contact details. */
const PLACE =
  /\b\d{3} ?\d{2}\b|\b\d{4,5} \p{Lu}|(?:gatan|gata|vägen|väg|torget?|plan|allén?|gränd|stra(?:ß|ss)e|str\.|weg|platz|street|road|lane|avenue)\s+\d{1,4}|\b\d{1,4} \p{Lu}\p{L}+ (?:street|road|lane|avenue)|^(?:calle|avenida|plaza|c\/)\b/iu;
/** Somebody speaks: words that no name, title or address holds. */
const SPEAKS =
  /^(?:p\.?\s?s\b|obs\b|n\.?b\.?\b|note:|nota:|hinweis:)|(?<!\p{L})(?:jag|vi|du|ni|är|ses|kom|kommer|glöm|tack|inte|senast|anmäl\p{L}*|we|you|are|is|will|see|please|don['’]t|thanks?|not|wir|ihr|ich|sind|ist|bitte|bis|nicht|danke|nos|vemos|gracias|por|no|está|estamos)(?!\p{L})|(?<!\p{L})(?:mån|tis|ons|tors|fre|lör|sön)dag|(?<!\p{L})(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?<!\p{L})(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lunes|martes|miércoles|jueves|viernes|sábado|domingo)(?!\p{L})/iu;

/** A line that belongs in a signature: contact details, or a name, a title, a place. Not a sentence, a time or a P.S. */
export function isSignatureLine(line: string): boolean {
  const text = line.trim().replace(/^[*_|]+|[*_|]+$/g, '');
  if (text === '') return true;
  if (text.length > 120 || /[?!]\s*$/.test(text)) return false;
  const rest = text.replace(CONTACT, ' ').trim();
  if (SPEAKS.test(rest)) return false;
  const words = rest === '' ? 0 : rest.split(/\s+/).length;
  if (rest !== text) return words <= 6;
  // "1. Vorsitzende" is a title.
  const digits = /\d/.test(text.replace(/^\d{1,2}\. /, ''));
  if (TIME.test(text) || (digits && !PLACE.test(text))) return false;
  return words <= 7 && !(words > 3 && /\.$/.test(text));
}
