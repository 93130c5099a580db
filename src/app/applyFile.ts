import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { Role } from '../core/account.ts';
import type { Book } from '../core/book.ts';
import type { JoinPage } from '../core/joinForm.ts';
import type { Locale } from '../core/locale.ts';
import type { Organisation } from '../core/organisation.ts';
import { type FileError, issueErrors, lineAt, type Path, where } from './applyErrors.ts';
import { schemaFor, TEXT_KEYS } from './applySchema.ts';

/**
 * Reading the declarative file of `startstopp apply` (interface, document 5). Every error is reported with its line and
 * nothing is applied while there is one. Numbers are read with the organisation's country.
 */
export type { FileError } from './applyErrors.ts';

/** A person of a file or of an import row, every address in its normal form; `line` is that of the file. */
export type ReadPerson = {
  phone: string | null;
  mail: string | null;
  /** '' = not named. */
  name: string;
  /** null = not named. */
  labels: string[] | null;
  /** The owner's own fields; missing = none named. */
  fields?: Record<string, string>;
  line: number;
};

/** A setting that the file does not name is undefined and stays as it is. */
export type ReadBook = {
  line: number;
  address: string;
  name: string;
  number: string;
  keyword?: string | null | undefined;
  main?: boolean | undefined;
  smsName?: string | undefined;
  locale?: Locale | undefined;
  optIn?: 'keyword' | 'any_text' | undefined;
  approval?: 'automatic' | 'manual' | undefined;
  senders?: 'writers' | 'members' | undefined;
  confirmAbove?: number | null | undefined;
  header?: string | undefined;
  footer?: boolean | undefined;
  partLimit?: number | undefined;
  leaving?: 'free' | 'exempt' | undefined;
  tellBroadcast?: boolean | undefined;
  tellLeave?: boolean | undefined;
  latestAfterMs?: number | undefined;
  /** "21:00-07:00"; null = off. */
  quietHours?: string | null | undefined;
  replyTo?: Book['replyTo'] | undefined;
  longMail?: Book['longMail'] | undefined;
  subjectFirst?: boolean | undefined;
  /** null = off; without words of its own it keeps those that it has, or begins with the usual ones. */
  joinPage?: { ask: JoinPage['ask']; consent?: string | undefined } | null | undefined;
  writers?: string[] | undefined;
  /** Of the writers, those whose `confirm` the file names: does each of their mails wait for its link (M-2)? */
  confirming?: Readonly<Record<string, boolean>> | undefined;
  functionaries?: string[] | undefined;
  members: ReadPerson[];
};
type ReadNumber = {
  line: number;
  e164: string;
  provider: 'twilio' | 'simulator';
  partsPerSecond?: number | undefined;
  providerKeywords?: 'default' | 'advanced' | 'off' | undefined;
};
type ReadUser = { line: number; mail: string; role: Role; access?: string[] | undefined };
export type ReadOrganisation = {
  line: number;
  name: string;
  locale?: Locale | undefined;
  timezone?: string | undefined;
  country?: string | undefined;
  contact?: string | undefined;
  dailyParts?: number | null | undefined;
  secondStep?: Organisation['secondStep'] | undefined;
};

/** The file with every address in its normal form. */
export type ReadFile = { organisation: ReadOrganisation; numbers: ReadNumber[]; books: ReadBook[]; users: ReadUser[] };
type FileReading = { ok: true; file: ReadFile } | { ok: false; errors: FileError[] };

type Parsed = z.infer<ReturnType<typeof schemaFor>>;

/**
 * Reads the YAML text. `knownCountry` is the country of an organisation that exists already, or how to find it by the
 * organisation's name. Returns every error with its line, or the file in normal form.
 */
export function readApplyFile(
  source: string,
  knownCountry: string | ((organisation: string) => string) = 'SE',
): FileReading {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  const broken = syntaxErrors(document, lines);
  if (broken.length > 0) return { ok: false, errors: broken };
  keepTexts(document);
  const given: unknown = document.toJS({ maxAliasCount: -1 });
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    return {
      ok: false,
      errors: [{ line: 1, message: 'the file must have the parts organisation, numbers, books and users' }],
    };
  const parsed = schemaFor(countryOf(given as Record<string, unknown>, knownCountry)).safeParse(given);
  const lineOf = (path: Path): number => lineAt(document.contents, path, lines);
  const errors = parsed.success ? [] : parsed.error.issues.flatMap((issue) => issueErrors(issue, lineOf));
  errors.push(...twiceErrors(given as Record<string, unknown>, lineOf));
  if (!parsed.success || errors.length > 0) return { ok: false, errors: errors.sort((a, b) => a.line - b.line) };
  return { ok: true, file: normalForm(parsed.data, lineOf) };
}

function syntaxErrors(document: Document.Parsed, lines: LineCounter): FileError[] {
  const errors = [...document.errors, ...document.warnings].map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    message: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'cannot be read',
  }));
  let aliases = 0;
  visit(document, {
    Alias(_, alias) {
      const line = lines.linePos(alias.range?.[0] ?? 0).line;
      if (alias.resolve(document) === undefined)
        errors.push({ line, message: `*${alias.source} stands for nothing before it` });
      // A few references save typing; a heap of them unfolds into a file of any size.
      aliases += 1;
      if (aliases === 101) errors.push({ line, message: 'there are more than 100 references (*name)' });
    },
  });
  return errors;
}

/** YAML reads numbers where people write words: 0701740605 would lose its nought, and the keyword 2012 be no text. */
function keepTexts(document: Document.Parsed): void {
  const keep = (node: unknown): void => {
    if (isSeq(node)) for (const item of node.items) keep(item);
    if (!isScalar(node) || node.value === null || typeof node.value === 'string') return;
    if (node.source !== undefined) node.value = node.source;
  };
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && TEXT_KEYS.has(String(pair.key.value)) && !holdsMaps(pair.value)) keep(pair.value);
    },
  });
}

const holdsMaps = (node: unknown): boolean => isMap(node) || isAlias(node);

function countryOf(given: Record<string, unknown>, known: string | ((organisation: string) => string)): string {
  const { organisation } = given;
  const { name, country } = (organisation ?? {}) as { name?: unknown; country?: unknown };
  if (typeof country === 'string') return country;
  return typeof known === 'string' ? known : known(typeof name === 'string' ? name.trim() : '');
}

/** What must not stand twice in one file, told also when the file has other errors. */
function twiceErrors(given: Record<string, unknown>, lineOf: (path: Path) => number): FileError[] {
  const errors: FileError[] = [];
  for (const [part, key] of [
    ['books', 'address'],
    ['numbers', 'number'],
    ['users', 'mail'],
  ] as const) {
    const seen = new Map<string, number>();
    const list = Array.isArray(given[part]) ? (given[part] as unknown[]) : [];
    for (const [index, item] of list.entries()) {
      const raw = (item as Record<string, unknown> | null)?.[key];
      if (typeof raw !== 'string') continue;
      const value = part === 'numbers' ? raw.replace(/[^\d]/g, '').replace(/^0+/, '') : raw.trim().toLowerCase();
      const line = lineOf([part, index, key]);
      const before = seen.get(value);
      if (before === undefined) seen.set(value, line);
      else errors.push({ line, message: `${where([part, index, key])} "${raw}" stands on line ${before} already` });
    }
  }
  return errors;
}

function normalForm(data: Parsed, lineOf: (path: Path) => number): ReadFile {
  const { daily_parts, second_step, ...organisation } = data.organisation;
  return {
    organisation: { ...organisation, dailyParts: daily_parts, secondStep: second_step, line: lineOf(['organisation']) },
    numbers: (data.numbers ?? []).map(({ number, provider, parts_per_second, provider_keywords }, index) => ({
      line: lineOf(['numbers', index]),
      e164: number,
      provider,
      partsPerSecond: parts_per_second,
      providerKeywords: provider_keywords,
    })),
    books: (data.books ?? []).map((book, index) => normalBook(book, ['books', index], lineOf)),
    users: (data.users ?? []).map((user, index) => ({ ...user, line: lineOf(['users', index]) })),
  };
}

function normalBook(book: NonNullable<Parsed['books']>[number], at: Path, lineOf: (path: Path) => number): ReadBook {
  const { name, address, number, keyword, main, locale, approval, senders, header, footer, leaving, functionaries } =
    book;
  return {
    line: lineOf(at),
    ...{
      name,
      address,
      number,
      keyword,
      main,
      locale,
      approval,
      senders,
      header,
      footer,
      leaving,
      functionaries,
    },
    ...writersOf(book.writers),
    smsName: book.sms_name,
    optIn: book.opt_in,
    confirmAbove: book.confirm_above,
    partLimit: book.part_limit,
    tellBroadcast: book.tell_broadcast,
    tellLeave: book.tell_leave,
    latestAfterMs: book.latest_hours === undefined ? undefined : Math.round(book.latest_hours * 3_600_000),
    quietHours: book.quiet_hours,
    replyTo: book.reply_to,
    longMail: book.long_mail,
    subjectFirst: book.subject_first,
    joinPage: book.join_page,
    members: (book.members ?? []).map((member, index) => ({
      phone: member.phone ?? null,
      mail: member.mail ?? null,
      name: member.name ?? '',
      labels: member.labels ?? null,
      line: lineOf([...at, 'members', index]),
    })),
  };
}

function writersOf(writers: NonNullable<Parsed['books']>[number]['writers']): Pick<ReadBook, 'writers' | 'confirming'> {
  if (writers === undefined) return {};
  const named = writers.filter(({ confirm }) => confirm !== undefined);
  return {
    writers: [...new Set(writers.map(({ address }) => address))],
    confirming: Object.fromEntries(named.map(({ address, confirm }) => [address, confirm === 'always'])),
  };
}
