import { type Delimiter, splitRecord } from './csvText.ts';

/** Which cell of a row is what; null = the file has no such column. */
export type Columns = {
  phone: number | null;
  mail: number | null;
  name: number | null;
  firstName: number | null;
  lastName: number | null;
  /** Several in one cell, with a comma or semicolon between. */
  labels: number | null;
  /** The owner's own fields. */
  fields: readonly { index: number; name: string }[];
  count: number;
};

type Meaning = 'mobile' | 'phone' | 'mail' | 'name' | 'firstName' | 'lastName' | 'labels';

/** Header words in the four languages, without case, spaces and signs; `mobile` wins where both stand in one file. */
const WORDS: Record<Meaning, string> = {
  mobile:
    'mobil mobile mobilnummer mobiltelefon mobilnr mobilephone mobilenumber cell cellphone móvil teléfonomóvil handy handynummer mobiltelefonnummer',
  phone: 'phone phonenumber telephone tel telefon telefonnummer telefonnr tfn nummer number teléfono telefono sms',
  mail: 'mail email epost epostadress mejl mejladress mailadress mailaddress emailaddress emailadresse correo correoelectrónico correoelectronico',
  name: 'name namn fullname fullständigtnamn nombre nombrecompleto vollständigername',
  firstName: 'firstname givenname förnamn fornamn vorname',
  lastName: 'lastname surname familyname efternamn nachname apellido apellidos',
  labels:
    'labels label tags tag etiketter etikett grupp grupper group groups lag team etiquetas etiqueta grupo gruppe gruppen etiketten',
};
const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  (Object.entries(WORDS) as [Meaning, string][]).flatMap(([meaning, words]) =>
    words.split(' ').map((word) => [word, meaning] as const),
  ),
);

export const meaningOf = (title: string): Meaning | undefined =>
  MEANINGS.get(
    title
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}]+/gu, ''),
  );

/** Excel writes "sep=;" above the header when it is asked to. */
const SEP_LINE = /^\s*"?sep=([,;\t])"?\s*$/i;
export const isSepLine = (cells: readonly string[]): boolean =>
  /^sep=/i.test(cells[0] ?? '') && cells.slice(1).every((cell) => cell === '');

/** The sign that makes most known columns of the header; else the one that makes most cells. */
export function chooseDelimiter(firstLine: string): Delimiter {
  const told = SEP_LINE.exec(firstLine)?.[1];
  if (told !== undefined) return told as Delimiter;
  const points = (delimiter: Delimiter): number => {
    const cells = splitRecord(firstLine, delimiter) ?? [];
    return cells.filter((cell) => meaningOf(cell) !== undefined).length * 1000 + cells.length;
  };
  return ([',', ';', '\t'] as const).reduce((best, next) => (points(next) > points(best) ? next : best));
}

/** The columns that a header names, or what is wrong with it. Columns that mean nothing here are passed over. */
export function readColumns(
  header: readonly string[],
): { ok: true; columns: Columns } | { ok: false; message: string } {
  const found: Partial<Record<Meaning, number>> = {};
  for (const [index, title] of header.entries()) {
    const meaning = meaningOf(title);
    // A file may have a column "grupp" that is none of ours: only a person who looks at it can say (the toolbox).
    if (meaning === undefined || meaning === 'labels') continue;
    const before = found[meaning];
    if (before !== undefined)
      return { ok: false, message: `the columns "${header[before]}" and "${title}" mean the same; remove one` };
    found[meaning] = index;
  }
  const phone = found.mobile ?? found.phone ?? null;
  const mail = found.mail ?? null;
  if (phone === null && mail === null)
    return {
      ok: false,
      message: 'the first line must name the columns, such as: phone,mail,name (or telefon, e-post, namn)',
    };
  const { name = null, firstName = null, lastName = null } = found;
  return {
    ok: true,
    columns: { phone, mail, name, firstName, lastName, labels: null, fields: [], count: header.length },
  };
}
