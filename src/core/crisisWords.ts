/**
 * The words of a crisis in Swedish, English, Spanish and German; all are valid in every book. Pure data, written as they
 * are compared: lower case, without diacritics (foldForLeaving).
 */

/** B-60: before a PIN. */
export const CRISIS_WORDS: readonly string[] = ['kris', 'krislage', 'crisis', 'krise'];

/** B-62: between the crisis word and the PIN, or alone after it. */
export const CRISIS_END_WORDS: readonly string[] = ['slut', 'avsluta', 'over', 'end', 'fin', 'ende', 'vorbei'];

/** B-61: whoever says one of these in few words needs help. */
export const HELP_CRIES: readonly string[] = [
  ...['hjalp', 'hjalpa', 'nod', 'sos', 'ambulans', 'skadad', 'skadade', 'instangd', 'instangda'],
  ...['help', 'emergency', 'ambulance', 'hurt', 'injured', 'trapped'],
  ...['ayuda', 'socorro', 'auxilio', 'ambulancia', 'herido', 'herida', 'atrapado', 'atrapada'],
  ...['hilfe', 'notfall', 'krankenwagen', 'verletzt', 'eingeschlossen'],
];
/** B-61: the words of which one alone is help; the others may stand in a sentence about something else. */
export const PLAIN_HELP: readonly string[] = [
  'hjalp',
  'sos',
  'help',
  'ayuda',
  'socorro',
  'auxilio',
  'hilfe',
  'notfall',
];

/** B-61: these turn "ok" into its opposite. */
export const NEGATIONS: readonly string[] = ['inte', 'ej', 'icke', 'not', 'no', 'nicht', 'kein', 'keine'];

/** B-61: all of the text in these means well. */
export const OK_PHRASES: readonly string[] = [
  ...['ok', 'okej', 'okay', 'oki', 'okey', '1', 'ett', 'alla', 'allt', 'vi', 'jag', 'har', 'ute', 'hemma', 'och'],
  ...['bra', 'allt bra', 'allt ar bra', 'allt ok', 'jag ar ok', 'vi ar ok', 'ar ok', 'mar bra', 'jag mar bra'],
  ...['vi mar bra', 'saker', 'trygg', 'trygga', 'oskadd', 'oskadda', 'i sakerhet', 'jag ar i sakerhet'],
  ...['vi ar i sakerhet', 'ar i sakerhet', 'ingen fara'],
  ...['im ok', 'i am ok', 'we are ok', 'all ok', 'all good', 'fine', 'im fine', 'i am fine', 'we are fine', 'safe'],
  ...['im safe', 'i am safe', 'we are safe', 'good'],
  ...['bien', 'estoy bien', 'estamos bien', 'todo bien', 'a salvo', 'estoy a salvo', 'estamos a salvo', 'vale'],
  ...['gut', 'alles gut', 'alles ok', 'mir geht es gut', 'mir gehts gut', 'uns geht es gut', 'uns gehts gut'],
  ...['in sicherheit', 'bin in sicherheit', 'ich bin in sicherheit', 'wir sind in sicherheit', 'ich bin ok'],
];
