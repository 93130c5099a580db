import { readMail } from '../../core/address.ts';
import type { JoinPage } from '../../core/joinForm.ts';
import { LONGEST_NAME, tidied } from '../../core/marks.ts';
import { type PhoneRefusal, readMobile } from '../../core/phoneNumber.ts';

/** What somebody typed on a join page. */
export type TypedJoin = { name: string; phone: string; mail: string; yes: boolean };

export type AskField = 'name' | 'phone' | 'mail' | 'yes';
export type AskProblem = {
  field: AskField;
  why: PhoneRefusal | 'own_number' | 'missing' | 'phone_or_mail' | 'not_a_mail' | 'own_mail' | 'name_long' | 'no_yes';
};

/** What of it can be proven. */
export type AskedJoin = { name: string; phone: string | null; mail: string | null };

type Reading = { ok: true; asked: AskedJoin } | { ok: false; problems: AskProblem[] };

/** The installation's own addresses, which nobody joins with: a list on a list is a loop. */
export type OwnAddresses = { numbers: ReadonlySet<string>; listDomain: string };

const LONGEST_TYPED = 200;

/** A form for joining; `countries`: whose numbers may be written without a country code, the likeliest first. */
export function readJoin(
  typed: TypedJoin,
  { ask }: Pick<JoinPage, 'ask'>,
  countries: readonly string[],
  own: OwnAddresses,
): Reading {
  const problems: AskProblem[] = [];
  const name = tidied(typed.name);
  if (name === '') problems.push({ field: 'name', why: 'missing' });
  else if (name.length > LONGEST_NAME) problems.push({ field: 'name', why: 'name_long' });
  const typedPhone = ask === 'mail' ? '' : typed.phone.trim();
  const typedMail = ask === 'phone' ? '' : typed.mail.trim();
  const phone = typedPhone === '' ? null : phoneIn(typedPhone, countries, own, problems);
  const mail = typedMail === '' ? null : mailIn(typedMail, own, problems);
  if (typedPhone === '' && ask === 'phone') problems.push({ field: 'phone', why: 'missing' });
  if (typedMail === '' && ask === 'mail') problems.push({ field: 'mail', why: 'missing' });
  if (typedPhone === '' && typedMail === '' && ask === 'either')
    problems.push({ field: 'phone', why: 'phone_or_mail' });
  if (!typed.yes) problems.push({ field: 'yes', why: 'no_yes' });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, asked: { name, phone, mail } };
}

/** S3-16: whoever was in the book gives the number alone. */
export function readReturn(typed: TypedJoin, countries: readonly string[], own: OwnAddresses): Reading {
  const problems: AskProblem[] = [];
  const raw = typed.phone.trim();
  const phone = raw === '' ? null : phoneIn(raw, countries, own, problems);
  if (raw === '') problems.push({ field: 'phone', why: 'missing' });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, asked: { name: '', phone, mail: null } };
}

function phoneIn(
  raw: string,
  countries: readonly string[],
  { numbers }: OwnAddresses,
  problems: AskProblem[],
): string | null {
  const readings = countries.map((country) => readMobile(raw.slice(0, LONGEST_TYPED), country));
  const read = readings.find(({ ok }) => ok) ?? readings[0];
  if (read?.ok !== true) problems.push({ field: 'phone', why: read?.why ?? 'not_a_number' });
  else if (numbers.has(read.e164)) problems.push({ field: 'phone', why: 'own_number' });
  else return read.e164;
  return null;
}

function mailIn(raw: string, { listDomain }: OwnAddresses, problems: AskProblem[]): string | null {
  const read = readMail(raw);
  if (!read.ok) problems.push({ field: 'mail', why: 'not_a_mail' });
  else if (read.mail.endsWith(`@${listDomain}`)) problems.push({ field: 'mail', why: 'own_mail' });
  else return read.mail;
  return null;
}
