/**
 * How phones word a reaction when it is sent as a text (B-23): Apple's tapbacks and Google's, in Swedish, English,
 * Spanish and German, with some of their neighbours. Before the quote, in lower case, `{e}` for an emoji.
 * A form that is missing here is still known by its quote of one of our texts.
 */
const BY_EMOJI: Record<string, string[]> = {
  '👍': [
    'liked',
    'gillade',
    'gillar',
    'le gustó',
    'le gusta',
    'me gusta',
    'me gustó',
    'gefällt',
    'gefiel',
    'likte',
    'synes godt om',
    'tykkäsi',
    'a aimé',
    'aimé',
    'piace',
    'vond leuk',
  ],
  '❤️': [
    'loved',
    'älskade',
    'älskar',
    'le encantó',
    'le encanta',
    'me encanta',
    'me encantó',
    'liebt',
    'liebte',
    'hat geliebt',
    'elsket',
    'rakasti',
    'a adoré',
    'adoré',
  ],
  '😂': [
    'laughed at',
    'skrattade åt',
    'skrattar åt',
    'se rió de',
    'se ríe de',
    'le hizo gracia',
    'le dio risa',
    'me hizo gracia',
    'lachte über',
    'lacht über',
    'hat gelacht über',
    'lo av',
    'nauroi',
    'a ri de',
  ],
  '‼️': [
    'emphasized',
    'emphasised',
    'betonade',
    'betonar',
    'enfatizó',
    'enfatiza',
    'exclamó',
    'destacó',
    'betonte',
    'betont',
    'hob hervor',
    'fremhevet',
    'korosti',
    'a mis en évidence',
  ],
  '❓': [
    'questioned',
    'ifrågasatte',
    'ifrågasätter',
    'cuestionó',
    'cuestiona',
    'preguntó por',
    'hinterfragte',
    'hinterfragt',
    'befragte',
    'stilte spørsmål ved',
    'kyseenalaisti',
    'a remis en question',
  ],
  '👎': [
    'disliked',
    'ogillade',
    'ogillar',
    'no le gustó',
    'no le gusta',
    'no me gusta',
    'no me gustó',
    'gefiel nicht',
    'gefällt nicht',
    'mislikte',
    'ei tykännyt',
    "n'a pas aimé",
  ],
};

const WITH_EMOJI = [
  'reacted {e} to',
  'reacted with {e} to',
  'reacted to',
  '{e} to',
  '{e}',
  'reagerade {e} på',
  'reagerade med {e} på',
  'reagerade {e} till',
  'reagerade på',
  '{e} till',
  '{e} på',
  'reagerar med {e} på',
  'reaccionó con {e} a',
  'reaccionó {e} a',
  'ha reaccionado con {e} a',
  'reaccionó a',
  '{e} a',
  'reagierte mit {e} auf',
  'hat mit {e} auf',
  'hat {e} auf',
  'reagierte {e} auf',
  'hat auf',
  '{e} zu',
  '{e} auf',
  '{e} an',
  'reagerte med {e} på',
  'reagerede med {e} på',
  'reagoi {e}',
  'a réagi avec {e} à',
  'a réagi par {e} à',
  '{e} à',
];

/** Lead -> the emoji that its verb stands for; '' where the lead carries it itself. */
export const REACTION_LEADS: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ...Object.entries(BY_EMOJI).flatMap(([emoji, leads]) => leads.map((lead): [string, string] => [lead, emoji])),
  ...WITH_EMOJI.map((lead): [string, null] => [lead, null]),
]);

/** After the quote, where a language puts the verb there. */
export const REACTION_TAILS: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ['reagiert', null],
  ['mit {e} reagiert', null],
  ['mit {e} markiert', null],
  ['gefällt mir', '👍'],
  ['gut', '👍'],
  ['mit „gefällt mir“ markiert', '👍'],
  ['geliebt', '❤️'],
  ['betont', '‼️'],
  ['hinterfragt', '❓'],
  ['hervorgehoben', '‼️'],
]);

/** Taking a reaction back: "Removed a heart from “…”". Between the two stands what was removed. */
export const REMOVAL_LEADS: readonly (readonly [start: string, end: string])[] = [
  ['removed ', ' from'],
  ['tog bort ', ' från'],
  ['eliminó ', ' de'],
  ['quitó ', ' de'],
  ['ha eliminado ', ' de'],
  ['ha quitado ', ' de'],
  ['entfernte ', ' von'],
  ['entfernte ', ' aus'],
  ['hat ', ' entfernt von'],
  ['hat ', ' von'],
];

/** A reaction to a picture or the like, which quotes nothing. Anchored and of fixed length: linear. */
export const NOT_A_TEXT =
  /^(?:liked|loved|laughed at|emphasi[sz]ed|questioned|disliked|reacted \S{1,12} to) (?:an image|a movie|an attachment|an audio message|a sticker|a contact|a location)$|^(?:gillade|älskade|skrattade åt|betonade|ifrågasatte|ogillade|reagerade med \S{1,12} på) (?:en bild|ett foto|en film|en video|en bilaga|ett ljudmeddelande)$|^(?:le gustó|le encantó|se rió de|enfatizó|cuestionó|no le gustó|reaccionó con \S{1,12} a) (?:una imagen|una foto|un vídeo|un archivo adjunto)$|^(?:gefällt|liebt|lachte über|betonte|hinterfragte|reagierte mit \S{1,12} auf) (?:ein bild|ein foto|ein video|einen anhang)$/;

/**
 * Words that show a person writing about our text rather than a phone reporting a reaction: questions and first persons
 * in our four languages. Only asked of forms that we do not know.
 */
export const GENERIC_BLOCKERS: ReadonlySet<string> = new Set(
  [
    'vad vem var när hur varför vilken vilket gäller menar jag vi ni du min mitt er ert vår fick får svar angående ang om det inte ej ditt din tack hej re sv',
    'what who where when how why which i we you my your our got get does is about regarding not thanks hi the',
    'qué que quién dónde cuándo cómo por yo nosotros tu su mi recibí sobre gracias hola es',
    'was wer wo wann wie warum welche ich wir ihr sie du mein euer unser bekam über betreff nicht danke hallo aw ist',
  ].flatMap((line) => line.split(' ')),
);
