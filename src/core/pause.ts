import { localDate } from '../i18n/dates.ts';
import { audience, byKeyword } from './audience.ts';
import { answer } from './budget.ts';
import type { Rule } from './decision.ts';
import { joinBook } from './join.ts';
import { dropQuestion } from './leave.ts';
import type { Member } from './member.ts';
import { pauseEnd } from './pauseReading.ts';
import type { BookView } from './snapshot.ts';
import { consent, type Hit, type Turn } from './turn.ts';

/**
 * Pauses that people ask for themselves: on-call staff, holidays. Two rows after B-48 of design 2:
 *
 * B-49 | PAUS alone with its length ("PAUS 14D", "PAUSE 2 WEEKS", "PAUSA HASTA EL 1 DE DICIEMBRE", at most a year) from
 * somebody who is in | no broadcasts up to and with that day; confirmed with the date and START. As strict as joining.
 * PAUS without a length, or with too long a one: asked how long, nothing changes. From a writer their own membership
 * (B-17), never a broadcast; a text that goes on is one. Several books on the number: the one that B-18 picks if they are
 * in it, else the one that they are in; PAUS P14 14D that one, PAUS ALLT 14D all. Strangers: B-27.
 *
 * B-50 | such a pause is theirs to end: by itself when its day is over, by START or on their own page; not by staff, who
 * may pause anew what was ended. START after PAUS ALLT ends all of it. Staff's pause without an end stays beside PAUS.
 */
export function pauseWord(turn: Turn): Hit | null {
  const { pause } = turn;
  if (pause === null) return null;
  const wanted = pause.kind === 'pause' ? pause.which : null;
  const named = wanted && 'keyword' in wanted ? byKeyword(turn, wanted.keyword) : undefined;
  const views = wanted && 'all' in wanted ? turn.views.filter(mayPause) : named ? [named].filter(mayPause) : own(turn);
  const [view] = views;
  if (view === undefined) return pause.kind === 'pause' && turn.isWriter ? nothingToPause(turn, named) : null;
  const { now } = turn.given;
  const { timezone } = turn.snapshot.organisation;
  const until = pause.kind === 'pause' ? pauseEnd(pause.length, now, timezone) : null;
  if (turn.views.length > 1) turn.also.add('B-18');
  const rule = pauseRule(turn);
  if (until === null) {
    answer(turn, view, { key: 'hintPause', params: { book: view.book.smsName } }, 'confirmation');
    return { rule, kind: 'pause', view };
  }
  if (views.length === 1) return pauseOne(turn, view, until);
  for (const each of views) pauseRows(turn, each, until, rule);
  const date = localDate(until - 1, timezone, view.book.locale, now);
  answer(turn, view, { key: 'pausedAll', params: { date } }, 'confirmation');
  return { rule, kind: 'pause', view };
}

const PAUSABLE: ReadonlySet<Member['status']> = new Set(['active', 'asked', 'paused']);
export const mayPause = ({ members }: BookView): boolean => members.some(({ status }) => PAUSABLE.has(status));

/** B-18, but rather a book that they are in than one that they have left. */
function own(turn: Turn): BookView[] {
  const picked = audience(turn);
  const view = picked && mayPause(picked) ? picked : turn.views.find(mayPause);
  return view ? [view] : [];
}

/** B-17 for writers, whose text it would else be. */
function pauseRule(turn: Turn): Rule {
  if (!turn.isWriter) return 'B-49';
  turn.also.add('B-49');
  return 'B-17';
}

function nothingToPause(turn: Turn, named: BookView | undefined): Hit {
  const view = named ?? turn.views.find(({ senderIsWriter }) => senderIsWriter) ?? null;
  const book = view?.book.smsName ?? '';
  answer(turn, view, { key: 'pauseNotIn', params: { book } }, 'writer');
  return { rule: pauseRule(turn), kind: 'told', view };
}

/** B-49: one book, until a time (ms) that is the midnight after the last day; confirmed with that day. */
function pauseOne(turn: Turn, view: BookView, until: number): Hit {
  const rule = pauseRule(turn);
  if (pauseRows(turn, view, until, rule) === 'staff')
    answer(turn, view, { key: 'pausedAlready', params: { book: view.book.smsName } }, 'confirmation');
  else confirmPause(turn, view, until);
  return { rule, kind: 'pause', view };
}

export function confirmPause(turn: Turn, view: BookView, until: number): void {
  const { smsName: book, locale } = view.book;
  const date = localDate(until - 1, turn.snapshot.organisation.timezone, locale, turn.given.now);
  answer(turn, view, { key: 'paused', params: { book, date } }, 'confirmation');
}

/**
 * Every row on this phone (B-40). Who was asked about leaving says by it that they stay (B-13). A pause without an end is
 * staff's, and a date would shorten it: it stays. Nothing is written for what is so already.
 */
export function pauseRows(turn: Turn, view: BookView, until: number, rule: Rule): 'paused' | 'same' | 'staff' {
  const rows = view.members.filter(({ status }) => PAUSABLE.has(status));
  const mine = rows.filter(({ status, pausedUntil }) => status !== 'paused' || pausedUntil !== null);
  if (rows.length > 1) turn.also.add('B-40');
  if (mine.length === 0) return 'staff';
  const changed = mine.filter(({ status, pausedUntil }) => status !== 'paused' || pausedUntil !== until);
  if (changed.length === 0) return 'same';
  for (const member of changed) turn.changes.push({ do: 'set_member', member, status: 'paused', pausedUntil: until });
  if (changed.some(({ status }) => status === 'asked')) {
    dropQuestion(turn, view);
    consent(turn, view, 'stayed', rule);
  }
  consent(turn, view, 'paused', rule);
  return 'paused';
}

/** B-50: one START ends what one PAUS ALLT began; a pause that was asked for by itself stays. */
export function resumeTogether(turn: Turn, ended: BookView): void {
  const until = ended.members.find(
    ({ status, pausedUntil }) => status === 'paused' && pausedUntil !== null,
  )?.pausedUntil;
  if (until === undefined) return;
  for (const view of turn.views) {
    const same = view.members.some(({ status, pausedUntil }) => status === 'paused' && pausedUntil === until);
    if (view !== ended && same) joinBook(turn, view, 'B-50');
  }
}
