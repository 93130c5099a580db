import { LINK_MS, type Link, type PasswordProblem, passwordProblem, type User } from '../../core/account.ts';
import { onlyBySignOn } from '../../core/signOn.ts';
import type { Step } from '../../ports/store.ts';
import { rightGuess } from './brake.ts';
import { commonPasswords } from './commonPasswords.ts';
import { digestOf, hashPassword, newToken } from './credentials.ts';
import { type AccountDeps, accountLog } from './deps.ts';
import { dropSessionsOf } from './sessions.ts';

/** A link that works once, and the step that writes it. `token` stands in its address and nowhere else. */
export function createLink(
  purpose: Link['purpose'],
  userId: string | null,
  { clock }: Pick<AccountDeps, 'clock'>,
): { token: string; step: Step } {
  const token = newToken();
  const now = clock.now();
  const row: Link = {
    id: digestOf(token),
    purpose,
    userId,
    createdAt: now,
    expiresAt: now + LINK_MS[purpose],
    usedAt: null,
  };
  return { token, step: { add: 'links', row, exists: 'stale' } };
}

/** The path of a link: GET shows, POST acts, so a link scanner uses nothing up. */
export const linkPath = (purpose: Link['purpose'], token: string): string =>
  purpose === 'first' ? `/first/${token}` : `/password/${token}`;

/** Makes a link for somebody to choose a (new) password with; earlier ones stop working. */
export async function inviteUser(user: User, actor: string, deps: AccountDeps): Promise<{ token: string }> {
  const purpose = user.passwordHash === null ? 'invite' : 'reset';
  const { token, step } = createLink(purpose, user.id, deps);
  await deps.store.commit([
    { remove: 'links', where: { userId: user.id } },
    step,
    accountLog(
      user.organisationId,
      actor,
      purpose === 'invite' ? 'user_invited' : 'user_reset',
      { user: user.id },
      deps,
    ),
  ]);
  return { token };
}

/** null: the link is unknown, used or too old, or its user is gone; all look the same from outside. */
export async function openLink(token: string, deps: AccountDeps): Promise<{ link: Link; user: User | null } | null> {
  const link = await deps.store.reads.link(digestOf(token));
  if (!link || link.usedAt !== null || link.expiresAt <= deps.clock.now()) return null;
  if (link.userId === null) return link.purpose === 'first' ? { link, user: null } : null;
  const user = await deps.store.reads.user(link.userId);
  return user && user.disabledAt === null ? { link, user } : null;
}

/** A password may not be made of what everybody knows about its owner. */
export const problemWith = (
  password: string,
  { mail, name }: Pick<User, 'mail' | 'name'>,
  organisation: { name: string } | null,
): PasswordProblem | null =>
  passwordProblem(
    password,
    [mail, mail.split('@')[0] ?? '', name, organisation?.name ?? '', 'startstopp'],
    commonPasswords(),
  );

export type ChooseResult = { ok: true; user: User } | { ok: false; why: 'gone' } | { ok: false; why: PasswordProblem };

/** Uses the link up: the password is set and every session of the user ends. `address`: where the request comes from. */
export async function choosePassword(
  token: string,
  given: { password: string; name: string; address?: string },
  deps: AccountDeps,
): Promise<ChooseResult> {
  const opened = await openLink(token, deps);
  if (!opened?.user) return { ok: false, why: 'gone' };
  const { link, user } = opened;
  const name = given.name.trim().slice(0, 200) || user.name;
  const organisation = await deps.store.reads.organisation(user.organisationId);
  if (onlyBySignOn(user, organisation)) return { ok: false, why: 'gone' };
  const problem = problemWith(given.password, { mail: user.mail, name }, organisation);
  if (problem) return { ok: false, why: problem };
  const passwordHash = await hashPassword(given.password);
  const version = user.version + 1;
  const result = await deps.store.commit([
    { change: 'links', where: { id: link.id, usedAt: null }, set: { usedAt: deps.clock.now() }, none: 'stale' },
    {
      change: 'users',
      where: { id: user.id, version: user.version },
      set: { passwordHash, name, version },
      none: 'stale',
    },
    dropSessionsOf(user.id),
    accountLog(user.organisationId, user.id, 'password_chosen', { by: link.purpose }, deps),
  ]);
  if (result !== 'done') return { ok: false, why: 'gone' };
  // Who guessed at the old one before they asked for the link need not wait for the new one.
  await rightGuess({ at: 'password', account: user.mail, address: given.address ?? '' }, deps);
  return { ok: true, user: { ...user, passwordHash, name, version } };
}
