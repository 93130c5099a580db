import type { Book } from '../../core/book.ts';
import { decideAddMail, decideJoinByForm, phoneWorld } from '../../core/joinByForm.ts';
import { type JoinForm, LINK_MS } from '../../core/joinForm.ts';
import type { LinkedJoin } from '../../core/mailLinks.ts';
import type { MailSnapshot } from '../../core/mailTurn.ts';
import type { Member } from '../../core/member.ts';
import { PAGE_WORDING } from '../../i18n/pages/own/wording.ts';
import type { Step } from '../../ports/store.ts';
import { sameText } from '../account/credentials.ts';
import { linkPlan } from '../linkPlan.ts';
import type { MailDeps } from '../mailDeps.ts';
import { untilFresh } from '../untilFresh.ts';
import { codeDigest, linkSteps } from './ask.ts';

export type CodeAnswer =
  /**
   * `mail`: where a link is on its way, to add that address; null = none. `memberId`: of who is in now and has just shown
   * that the phone is theirs, so that they can be shown their own page; null = not in.
   */
  | { ok: true; outcome: LinkedJoin['outcome']; book: Book; mail: string | null; memberId: string | null }
  /** `not_a_code`: no six digits, which costs no try · `over`: it ran out, was used, or was mistyped too often. */
  | { ok: false; why: 'not_a_code' | 'wrong'; to: string | null; triesLeft: number }
  | { ok: false; why: 'over' | 'busy' };

const LONGEST_ID = 64;

/** Six digits, however they are written: "048 213", "048-213", in full width. null: something else. */
export function readCode(typed: string): string | null {
  const digits = typed
    .slice(0, 60)
    .normalize('NFKC')
    .replace(/[\s.-]/g, '');
  return /^\d{6}$/.test(digits) ? digits : null;
}

/** The code that was sent to a phone: it works once, for as long as it holds, and each wrong one costs a try. */
export async function answerCode(book: Book, formId: string, typed: string, deps: MailDeps): Promise<CodeAnswer> {
  const result = await untilFresh(
    () => answerOnce(book, formId.slice(0, LONGEST_ID), typed, deps),
    deps.log,
    'a code met a changed form each time',
  );
  return result === 'busy' ? { ok: false, why: 'busy' } : result;
}

const OVER = { ok: false, why: 'over' } as const;

async function answerOnce(book: Book, formId: string, typed: string, deps: MailDeps): Promise<CodeAnswer | 'stale'> {
  const { store, keyed, clock } = deps;
  const now = clock.now();
  const form = await store.reads.joinForm(formId);
  if (form?.bookId !== book.id || form.phone === null) return OVER;
  const { phone, triesLeft } = form;
  const code = readCode(typed);
  const fits = code !== null && sameText(form.digest, codeDigest(form.id, code, keyed));
  if (form.usedAt !== null) return fits ? asItStands(book, form, deps) : OVER;
  if (form.expiresAt <= now || triesLeft <= 0) return OVER;
  if (code === null) return { ok: false, why: 'not_a_code', to: phone, triesLeft };
  const where = { id: form.id, triesLeft, usedAt: null };
  if (!fits) {
    const left = triesLeft - 1;
    const counted = await store.commit([{ change: 'joinForms', where, set: { triesLeft: left }, none: 'stale' }]);
    if (counted === 'stale') return 'stale';
    return left === 0 ? OVER : { ok: false, why: 'wrong', to: phone, triesLeft: left };
  }
  const world = await worldOf(book, phone, now, deps);
  if (world === null) return OVER;
  const { outcome, decision } = decideJoinByForm(world, phone, form, givenAt(now));
  const mail = outcome === 'refused' ? null : mailToAdd(form, world.view.members);
  const expiresAt = mail === null ? form.expiresAt : now + LINK_MS;
  const result = await store.commit([
    { change: 'joinForms', where, set: { usedAt: now, expiresAt }, none: 'stale' },
    ...linkPlan(world, phone, decision, now, deps, PAGE_WORDING),
    ...(mail === null ? [] : linkSteps({ id: form.id, expiresAt }, book, mail, now, deps).steps),
  ]);
  if (result !== 'done') return 'stale';
  const rows = outcome === 'joined' ? await store.reads.membersByAddress(book.id, [phone]) : [];
  return { ok: true, outcome, book, mail, memberId: activeOf(rows)?.id ?? null };
}

const activeOf = (rows: readonly Member[]): Member | undefined => rows.find(({ status }) => status === 'active');

/** An address that stands on one of their rows already needs no link. */
const mailToAdd = ({ mail }: JoinForm, rows: readonly Member[]): string | null =>
  rows.some((row) => row.mail === mail) ? null : mail;

/** Posted twice: the second answer is the one that is seen, so it says what came of it. */
async function asItStands(book: Book, form: JoinForm, { store }: MailDeps): Promise<CodeAnswer> {
  const rows = await store.reads.membersByAddress(book.id, [form.phone ?? '']);
  const active = activeOf(rows);
  const outcome = active ? 'joined' : rows.some(({ status }) => status === 'pending') ? 'requested' : null;
  if (outcome === null) return OVER;
  return { ok: true, outcome, book, mail: mailToAdd(form, rows), memberId: active?.id ?? null };
}

async function worldOf(
  book: Book,
  phone: string,
  now: number,
  { store, keyed }: MailDeps,
): Promise<MailSnapshot | null> {
  const number = (await store.reads.numbers()).find(({ id }) => id === book.numberId);
  if (!number) return null;
  const snapshot = await store.reads.snapshot(number.e164, phone, keyed.addressHash(phone), { quotes: false, now });
  return snapshot && phoneWorld(snapshot, book.id);
}

const givenAt = (now: number) => ({ now, inboundId: '', broadcastId: '', code: '' });

/** What a link for a form of the join page does: the mail address joins, or joins the row of the phone beside it. */
export async function formLinkPlan(
  world: MailSnapshot,
  mail: string,
  formId: string,
  now: number,
  deps: MailDeps,
): Promise<{ outcome: LinkedJoin['outcome']; steps: Step[] } | null> {
  const form = await deps.store.reads.joinForm(formId);
  if (form === null || form.mail !== mail) return null;
  const beside = world.view.members.length > 0 ? null : await phoneRow(form, deps);
  const given = givenAt(now);
  const { outcome, decision } = beside
    ? decideAddMail(world, mail, beside, form, given)
    : decideJoinByForm(world, mail, form, given);
  return { outcome, steps: linkPlan(world, mail, decision, now, deps, PAGE_WORDING) };
}

const LIVE: readonly Member['status'][] = ['active', 'pending'];

/** The one row that their phone has joined with, if it has no mail address yet. */
async function phoneRow({ phone, bookId }: JoinForm, { store }: MailDeps): Promise<Member | null> {
  if (phone === null) return null;
  const rows = await store.reads.membersByAddress(bookId, [phone]);
  const [row, ...others] = rows.filter(({ status, mail }) => LIVE.includes(status) && mail === null);
  return row && others.length === 0 ? row : null;
}
