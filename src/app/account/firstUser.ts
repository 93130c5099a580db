import { newUser, type PasswordProblem, type User } from '../../core/account.ts';
import { readMail } from '../../core/address.ts';
import type { Locale } from '../../core/locale.ts';
import { hashPassword } from './credentials.ts';
import { type AccountDeps, accountLog } from './deps.ts';
import { createLink, openLink, problemWith } from './links.ts';

export type FirstProblem = PasswordProblem | 'mail' | 'organisation' | 'gone';
export type FirstResult = { ok: true; user: User } | { ok: false; why: FirstProblem };

/** The token that `serve` prints while nobody can sign in; null: somebody can. Each start makes another. */
export async function offerFirstUser(deps: AccountDeps): Promise<string | null> {
  if (await deps.store.reads.hasUsers()) return null;
  const { token, step } = createLink('first', null, deps);
  await deps.store.commit([{ remove: 'links', where: { purpose: 'first' } }, step]);
  return token;
}

/**
 * Makes the first user, an operator, in the organisation that is there (`apply` may have made it) or in a new one. The
 * token is used up in the same commit, so two people with one link make one user.
 */
export async function createFirstUser(
  token: string,
  given: { mail: string; name: string; password: string; organisation: string; locale: Locale },
  deps: AccountDeps,
): Promise<FirstResult> {
  const opened = await openLink(token, deps);
  if (opened?.link.purpose !== 'first' || (await deps.store.reads.hasUsers())) return { ok: false, why: 'gone' };
  const mail = readMail(given.mail);
  if (!mail.ok) return { ok: false, why: 'mail' };
  const name = given.name.trim().slice(0, 200);
  const [present] = await deps.store.reads.organisations();
  const problem = problemWith(given.password, { mail: mail.mail, name }, present ?? { name: given.organisation });
  if (problem) return { ok: false, why: problem };
  if (!present && given.organisation.trim() === '') return { ok: false, why: 'organisation' };
  const now = deps.clock.now();
  const organisation = present ?? {
    id: deps.ids.next(now),
    name: given.organisation.trim().slice(0, 200),
    locale: given.locale,
    ...PLACES[given.locale],
    contact: '',
    dailyParts: null,
    secondStep: 'chosen',
    signOn: null,
    createdAt: now,
    version: 1,
  };
  const passwordHash = await hashPassword(given.password);
  const invited = await deps.store.reads.userByMail(mail.mail);
  const user: User = {
    ...(invited ??
      newUser({
        id: deps.ids.next(now),
        organisationId: organisation.id,
        mail: mail.mail,
        role: 'operator',
        createdAt: now,
      })),
    role: 'operator',
    name,
    passwordHash,
  };
  const result = await deps.store.commit([
    { change: 'links', where: { id: opened.link.id, usedAt: null }, set: { usedAt: now }, none: 'stale' },
    ...(present ? [] : [{ add: 'organisations', row: organisation, exists: 'stale' } as const]),
    invited
      ? {
          change: 'users',
          where: { id: invited.id, version: invited.version },
          set: { role: 'operator', name, passwordHash, version: invited.version + 1 },
          none: 'stale',
        }
      : { add: 'users', row: user, exists: 'stale' },
    accountLog(organisation.id, user.id, 'first_user', { user: user.id }, deps),
  ]);
  return result === 'done' ? { ok: true, user } : { ok: false, why: 'gone' };
}

/** Where the speakers of a language most likely are; the settings page changes it. */
const PLACES: Readonly<Record<Locale, { timezone: string; country: string }>> = {
  sv: { timezone: 'Europe/Stockholm', country: 'SE' },
  en: { timezone: 'Europe/London', country: 'GB' },
  es: { timezone: 'Europe/Madrid', country: 'ES' },
  de: { timezone: 'Europe/Berlin', country: 'DE' },
};
