/**
 * The words of a pause that somebody asks for by text (B-49), in Swedish, English, Spanish and German. Pure data, as
 * keywords.ts is; its WORDING_VERSION counts for these too. Compared as joining is: case folds, diacritics do not, so
 * spellings without them are written out.
 */
const list = (...lines: string[]): ReadonlySet<string> => new Set(lines.flatMap((line) => line.split(', ')));

/** The first word. Alone it asks for a length (B-49). */
export const PAUSE_WORDS = list('paus, pausa, pause, pausar, pausieren');

/** Every book on the number, as STOPP ALLT (B-18). */
export const PAUSE_ALL_WORDS = list('allt, alla, all, everything, todo, todas, alles, alle');

/** May stand before a length: "paus i 14 dagar", "pause for 2 weeks". */
export const LENGTH_LEADS = list('i, for, por, durante, de, für, fuer');

/** Before a date, which is the last day of the pause. Those of several words come first. */
export const UNTIL_LEADS: readonly string[] = [
  'till och med den',
  'till och med',
  'bis zum',
  'bis einschliesslich',
  'hasta el',
  't.o.m',
  'tom',
  'till den',
  'till',
  'until',
  'til',
  'hasta',
  'bis',
];

/** "En vecka", "a month". */
export const ONE_WORDS = list('en, ett, a, an, one, un, una, ein, eine, einen');

export const DAY_WORDS = list('d, dag, dagar, dygn, day, days, día, días, dia, dias, t, tag, tage, tagen');
export const WEEK_WORDS = list('v, vecka, veckor, w, week, weeks, semana, semanas, woche, wochen');
export const MONTH_WORDS = list(
  'mån, månad, månader, man, manad, manader, month, months, mes, meses, monat, monate, monaten',
);

/** In the order of the year. */
export const MONTH_NAMES: readonly ReadonlySet<string>[] = [
  list('januari, jan, january, enero, ene, januar, jänner'),
  list('februari, feb, february, febrero, februar'),
  list('mars, mar, march, marzo, märz, maerz, mrz'),
  list('april, apr, abril, abr'),
  list('maj, may, mayo, mai'),
  list('juni, jun, june, junio'),
  list('juli, jul, july, julio'),
  list('augusti, aug, august, agosto, ago'),
  list('september, sep, sept, septiembre, setiembre'),
  list('oktober, okt, october, oct, octubre'),
  list('november, nov, noviembre'),
  list('december, dec, diciembre, dic, dezember, dez'),
];
