import { type Book, LONG_MAIL, REPLY_TO } from '../../core/book.ts';
import { JOIN_ASKS, type JoinPage } from '../../core/joinForm.ts';
import { LOCALES, type Locale } from '../../core/locale.ts';
import { LONGEST_CONSENT, tidyConsent } from '../join/consent.ts';
import {
  isClock,
  isSmsName,
  LONGEST,
  MOST_LATEST_HOURS,
  MOST_THRESHOLD,
  PART_LIMITS,
  readKeyword,
} from '../settingRules.ts';
import type { FieldProblem, Form, ProblemCode } from './desk.ts';

/** All that may be set of a book that is there; its address never changes. */
export type BookSettings = Pick<
  Book,
  | 'name'
  | 'numberId'
  | 'keyword'
  | 'main'
  | 'smsName'
  | 'locale'
  | 'optIn'
  | 'approval'
  | 'senders'
  | 'confirmAbove'
  | 'header'
  | 'footer'
  | 'partLimit'
  | 'leaving'
  | 'tellBroadcast'
  | 'tellLeave'
  | 'latestAfterMs'
  | 'quietFrom'
  | 'quietTo'
  | 'replyTo'
  | 'longMail'
  | 'subjectFirst'
  | 'joinPage'
>;

const HOUR = 3_600_000;

/** Collects what is wrong, field by field; fields go by the names of document 5. */
export class Reading {
  readonly problems: FieldProblem[] = [];
  readonly #form: Form;
  constructor(form: Form) {
    this.#form = form;
  }

  raw(field: string): string {
    return (this.#form[field] ?? '').trim();
  }
  fail<T>(field: string, why: ProblemCode, value: T, params?: FieldProblem['params']): T {
    this.problems.push({ field, why, ...(params && { params }) });
    return value;
  }
  ticked(field: string): boolean {
    return this.raw(field) !== '';
  }
  oneOf<T extends string>(field: string, choices: readonly T[]): T {
    const value = this.raw(field);
    const found = choices.find((choice) => choice === value);
    return found ?? this.fail(field, 'choose', choices[0] as T);
  }
  text(field: string, most: number, least = 1): string {
    const value = this.raw(field).replace(/\p{Cc}+/gu, ' ');
    if (value.length < least) return this.fail(field, 'missing', value);
    return value.length > most ? this.fail(field, 'too_long', value, { most }) : value;
  }
  whole(field: string, least: number, most: number): number {
    const value = this.raw(field).replace(/[\s\u00a0.]/g, '');
    if (!/^\d{1,10}$/.test(value)) return this.fail(field, 'whole_number', least, { least, most });
    const number = Number(value);
    return number < least || number > most ? this.fail(field, 'whole_number', least, { least, most }) : number;
  }
}

/** Reads the whole settings form. What belongs to other books (keywords, the main book) is looked at by `settleBook`. */
export function readBookForm(
  form: Form,
): { ok: true; settings: BookSettings } | { ok: false; problems: FieldProblem[] } {
  const read = new Reading(form);
  const [quietFrom, quietTo] = quietHours(read);
  const settings: BookSettings = {
    name: read.text('name', LONGEST.name),
    numberId: read.text('number', 100),
    keyword: keyword(read),
    main: read.ticked('main'),
    smsName: smsName(read),
    locale: read.oneOf<Locale>('locale', LOCALES),
    optIn: read.oneOf('opt_in', ['keyword', 'any_text']),
    approval: read.oneOf('approval', ['automatic', 'manual']),
    senders: read.oneOf('senders', ['writers', 'members']),
    confirmAbove: confirmAbove(read),
    header: read.text('header', LONGEST.header, 0),
    footer: read.ticked('footer'),
    partLimit: read.whole('part_limit', PART_LIMITS.least, PART_LIMITS.most),
    leaving: read.oneOf('leaving', ['free', 'exempt']),
    tellBroadcast: read.ticked('tell_broadcast'),
    tellLeave: read.ticked('tell_leave'),
    latestAfterMs: latestAfter(read),
    quietFrom,
    quietTo,
    replyTo: read.oneOf('reply_to', REPLY_TO),
    longMail: read.oneOf('long_mail', LONG_MAIL),
    subjectFirst: read.ticked('subject_first'),
    joinPage: joinPage(read),
  };
  return read.problems.length > 0 ? { ok: false, problems: read.problems } : { ok: true, settings };
}

export function keyword(read: Reading): string | null {
  const raw = read.raw('keyword');
  if (raw === '') return null;
  const word = readKeyword(raw);
  return word.ok
    ? word.word
    : read.fail('keyword', word.why === 'form' ? 'keyword_form' : 'keyword_reserved', null, { word: raw.slice(0, 20) });
}

/** The words stand in the ledger as they are here, so an empty page is none. */
function joinPage(read: Reading): JoinPage | null {
  const ask = read.raw('join_page') === '' ? 'off' : read.oneOf('join_page', ['off', ...JOIN_ASKS]);
  if (ask === 'off') return null;
  const consent = tidyConsent(read.raw('join_consent'));
  if (consent === '') read.fail('join_consent', 'missing', null);
  if (consent.length > LONGEST_CONSENT) read.fail('join_consent', 'too_long', null, { most: LONGEST_CONSENT });
  return { ask, consent };
}

function smsName(read: Reading): string {
  const name = read.raw('sms_name');
  if (name === '') return read.fail('sms_name', 'missing', name);
  return isSmsName(name) ? name : read.fail('sms_name', 'sms_name', name);
}

function confirmAbove(read: Reading): number | null {
  const when = read.oneOf('confirm', ['above', 'always', 'never']);
  if (when === 'never') return null;
  return when === 'always' ? 0 : read.whole('confirm_above', 1, MOST_THRESHOLD);
}

/** Hours, with a comma or a point. */
function latestAfter(read: Reading): number {
  const raw = read.raw('latest_hours').replace(',', '.');
  const hours = /^\d{1,2}(\.\d{1,2})?$/.test(raw) ? Number(raw) : 0;
  if (hours > 0 && hours <= MOST_LATEST_HOURS) return Math.round(hours * HOUR);
  return read.fail('latest_hours', 'hours', HOUR, { most: MOST_LATEST_HOURS });
}

/** Both empty: off. "7:00" and "21.30" are read too. */
function quietHours(read: Reading): [string | null, string | null] {
  const [from, to] = ['quiet_from', 'quiet_to'].map((field) => {
    const raw = read.raw(field);
    const padded = raw.replace('.', ':').replace(/^\d:/, '0$&');
    if (raw !== '' && !isClock(padded)) read.fail(field, 'clock', null);
    return padded === '' ? null : padded;
  }) as [string | null, string | null];
  if ((from === null) !== (to === null)) read.fail(from === null ? 'quiet_from' : 'quiet_to', 'both_clocks', null);
  if (from !== null && from === to) read.fail('quiet_to', 'same_clock', null);
  return [from, to];
}
