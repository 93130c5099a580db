/** Paragraphs at the end of a mail that lawyers and list programs add. Several marks of one language must meet. */

const CONFIDENTIAL: readonly RegExp[] = [
  // Swedish
  /konfidentiell|sekretess|förtrolig/iu,
  /avsett? (?:endast |enbart |bara |uteslutande )?för|endast (?:är )?avsed[dt]|(?:rätt|rätte|avsedda?|angiv(?:en|na)) (?:mottagaren?|adressat)/iu,
  /av misstag|felaktigt (?:fått|mottagit)|inte är (?:den )?(?:rätt|avsedd)/iu,
  /radera|förstör|underrätta (?:oss|avsändaren)|meddela avsändaren|kontakta avsändaren/iu,
  // English
  /confidential|privileged/i,
  /(?:intended|addressed) (?:solely |only |exclusively )?(?:for|to)|intended recipient|named addressee|individual or entity/i,
  /(?:received|sent)(?: this)?.{0,40} (?:in error|by mistake)|not the intended/i,
  /delete|destroy|notify (?:the sender|us)|disclos|disseminat|unauthori[sz]ed|strictly prohibited/i,
  // Spanish
  /confidencial|privilegiad/iu,
  /destinatari[oa]|dirigid[oa] (?:exclusivamente|únicamente)/iu,
  /por error|no es usted el/iu,
  /elimin|destru|notifi|comuni(?:car|que)|prohibid/iu,
  // German
  /vertraulich/iu,
  /(?:richtige|vorgesehene|bestimmte|beabsichtigte)[nr]? (?:adressat|empfänger)|ausschließlich für/iu,
  /irrtümlich|versehentlich/iu,
  /vernichten|löschen|informieren sie|unbefugt|nicht gestattet|unzulässig/iu,
];

/** One of these is enough: nobody writes them in a message. */
const SURELY: readonly RegExp[] = [
  /(?:tänk på miljön|innan du skriver ut|consider the environment|think before you print|antes de imprimir|denken sie an die umwelt|bevor sie diese (?:e-?mail|mail|nachricht) (?:aus)?drucken)/iu,
  /(?:virus-?free|virusfri(?:tt)?|libre de virus|virenfrei)\.?\s*\(?(?:https?:\/\/)?www\.|(?:scanned|checked|kontrollerats|kontrollerat|escaneado|geprüft).{0,60}(?:virus|avast|avg|mailscanner)/iu,
  /^(?:så (?:här )?behandlar vi (?:dina )?personuppgifter|information om (?:hur vi behandlar )?personuppgifter)/iu,
  /(?:innebär det att|innebär att).{0,80}behandlar (?:dina )?personuppgifter/iu,
  /(?:reglamento general de protección de datos|ley orgánica .{0,40}protección de datos)/iu,
];

/** What list programs add below a mail that went through them. */
const LIST: readonly RegExp[] = [
  /you (?:are receiving|received) this (?:message|e-?mail) because/iu,
  /(?:to|för att|para|um sich|zum) (?:unsubscribe|avregistrera|avprenumerera|avsluta prenumeration|darse de baja|cancelar la suscripción|abzumelden|abmelden)/iu,
  /du (?:får|fick) (?:detta|det här) (?:mejlet|mailet|brevet|utskicket|meddelandet|mail|e-postmeddelande)/iu,
  /(?:recibe|ha recibido) este (?:correo|mensaje) porque|sie erhalten diese (?:e-?mail|nachricht)/iu,
  /mailing list$|mailinglista$|-- ?\s*you received/iu,
];
const LINKED = /https?:\/\/|www\.|[^\s@]{1,64}@[^\s@]{2,}/i;

const LEAST_CONFIDENTIAL = 60;
const LONG_CONFIDENTIAL = 200;
const LONGEST_PARAGRAPH = 4000;

/** What a last paragraph is that is no part of the message: `disclaimer`, `footer`, or null. */
export function legalKind(paragraph: string): 'disclaimer' | 'footer' | null {
  const text = paragraph.replace(/\s+/g, ' ').trim();
  if (text.length > LONGEST_PARAGRAPH) return null;
  if (SURELY.some((mark) => mark.test(text))) return 'disclaimer';
  if (text.length >= LEAST_CONFIDENTIAL) {
    // Four marks a language, the third says that the mail went astray: a person's "konfidentiellt, radera" stays.
    for (let at = 0; at < CONFIDENTIAL.length; at += 4) {
      const marks = CONFIDENTIAL.slice(at, at + 4).map((mark) => mark.test(text));
      const strayed = marks[2] === true || text.length >= LONG_CONFIDENTIAL;
      if (strayed && marks.filter(Boolean).length >= 3) return 'disclaimer';
    }
  }
  return LIST.some((mark) => mark.test(text)) && LINKED.test(text) ? 'footer' : null;
}
