import { mailLine } from '../core/mail.ts';
import { LONGEST_NAME, tidied } from '../core/marks.ts';
import { type Member, nameKey, type Via } from '../core/member.ts';
import { choicesOf } from '../core/ownChoices.ts';
import type { Step } from '../ports/store.ts';
import { commitAtDesk, deskLog } from './desk/desk.ts';
import { type LinkedMember, lookAtLeaveToken } from './leaveLink.ts';
import type { MailDeps } from './mailDeps.ts';

/** What members change themselves on their own page, beside leaving and pausing (leaveLink.ts). */
export type Chosen =
  | { ok: true; changed: boolean }
  /** `locked`: they have left, or were never let in · `not_offered`: it would reach them by nothing. */
  | { ok: false; why: 'gone' | 'locked' | 'not_offered' | 'name_empty' | 'name_long' | 'busy' };

/** Who is in, or waits to be: their row is theirs to correct. */
const OPEN: ReadonlySet<Member['status']> = new Set(['active', 'asked', 'paused', 'pending', 'unreachable']);

/** Text, mail or both: empty where there is nothing to choose. */
export async function offeredTo(
  { member, book }: LinkedMember,
  deps: Pick<MailDeps, 'store' | 'keyed'> & { mailOut: boolean },
): Promise<Via[]> {
  const { phone, mail } = member;
  if (phone === null || mail === null) return [];
  const stopsOf = async (address: string, line: string) => {
    const hashes = [deps.keyed.addressHash(address)];
    const found = await Promise.all(
      (['number', 'provider'] as const).map((scope) => deps.store.reads.stops(scope, line, hashes)),
    );
    return found.flat();
  };
  const [ofPhone, ofMail] = await Promise.all([
    stopsOf(phone, book.numberId),
    stopsOf(mail, mailLine(book.organisationId)),
  ]);
  return choicesOf(member, { phone: ofPhone, mail: ofMail }, deps.mailOut);
}

/** Their own choice, which nobody at the desk can override; it holds from the next broadcast that begins to go out. */
export const chooseVia = (token: string, via: Via, deps: MailDeps & { mailOut: boolean }): Promise<Chosen> =>
  choose(token, deps, async (linked, log) => {
    const { id, bookId, version, via: before } = linked.member;
    if (before === via) return [];
    if (!(await offeredTo(linked, deps)).includes(via)) return 'not_offered';
    const set = { via, version: version + 1 };
    return [
      { change: 'members', where: { id, version }, set, none: 'stale' },
      log(bookId, 'own_via', { setting: 'via', member: id, before, after: via }),
    ];
  });

/** The name that staff and functionaries see. */
export const correctName = (token: string, typed: string, deps: MailDeps): Promise<Chosen> =>
  choose(token, deps, async ({ member: { id, bookId, version, name: before } }, log) => {
    const name = tidied(typed);
    if (name === '') return 'name_empty';
    if (name.length > LONGEST_NAME) return 'name_long';
    if (name === before) return [];
    const set = { name, nameKey: nameKey(name), version: version + 1 };
    // Not which names: the log holds no personal data.
    return [{ change: 'members', where: { id, version }, set, none: 'stale' }, log(bookId, 'own_name', { member: id })];
  });

type Log = ReturnType<typeof deskLog>;
type Refusal = Extract<Chosen, { ok: false }>['why'];

/** Guarded by the row's version; `plan` gives steps (none: it is so already) or why not. */
function choose(
  token: string,
  deps: MailDeps,
  plan: (linked: LinkedMember, log: Log) => Promise<readonly Step[] | Refusal>,
): Promise<Chosen> {
  const refused = (why: Refusal) => ({ answer: { ok: false, why } as Chosen, steps: [] });
  const once = async (): Promise<{ answer: Chosen; steps: readonly Step[] }> => {
    const linked = await lookAtLeaveToken(token, deps);
    if (!linked) return refused('gone');
    if (!OPEN.has(linked.member.status)) return refused('locked');
    const log = deskLog(linked.book.organisationId, { actor: 'link', door: 'web' }, deps);
    const steps = await plan(linked, log);
    return typeof steps === 'string' ? refused(steps) : { answer: { ok: true, changed: steps.length > 0 }, steps };
  };
  return commitAtDesk(deps, once, { ok: false, why: 'busy' });
}
