import { type Session, sessionEnd, type User } from '../../core/account.ts';
import type { Step } from '../../ports/store.ts';
import { digestOf, newToken } from './credentials.ts';
import type { AccountDeps } from './deps.ts';

export type SignedIn = { session: Session; user: User };

/** Writing the time of every click would be a write per click. */
const TOUCH_MS = 60_000;

/** A new session and the token for its cookie, which stands nowhere else. */
export function newSession(
  userId: string,
  stage: Session['stage'],
  agent: string,
  now: number,
): { token: string; session: Session } {
  const token = newToken();
  const session: Session = {
    id: digestOf(token),
    userId,
    csrf: newToken(),
    stage,
    createdAt: now,
    seenAt: now,
    agent: agentName(agent),
  };
  return { token, session };
}

export const addSession = (session: Session): Step => ({ add: 'sessions', row: session, exists: 'stale' });
export const dropSession = (id: string): Step => ({ remove: 'sessions', where: { id } });
export const dropSessionsOf = (userId: string): Step => ({ remove: 'sessions', where: { userId } });

/**
 * Who holds this cookie; null = nobody (any more). Notes that they were here, unless `byItself`: a page that renews itself
 * is no sign of anybody, and must not keep a session open that was left (idle log-out).
 */
export async function openSession(token: string | null, deps: AccountDeps, byItself = false): Promise<SignedIn | null> {
  if (token === null) return null;
  const session = await deps.store.reads.session(digestOf(token));
  if (!session) return null;
  const now = deps.clock.now();
  const user = await deps.store.reads.user(session.userId);
  if (sessionEnd(session, now) !== null || !user || user.disabledAt !== null) {
    await deps.store.commit([dropSession(session.id)]);
    return null;
  }
  if (!byItself && now - session.seenAt > TOUCH_MS)
    await deps.store.commit([{ change: 'sessions', where: { id: session.id }, set: { seenAt: now }, none: 'ignore' }]);
  return { session, user };
}

/** "Firefox, Android": enough to know one's own telephone by; the whole line would be a fingerprint. */
export function agentName(header: string): string {
  const browser =
    /\b(Edg|OPR|Firefox|Chrome|Safari)\b/.exec(header.replace(/Chrome.*(?=Edg|OPR)/, ''))?.[1] ?? 'Browser';
  const system = /\b(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux)\b/.exec(header)?.[1] ?? '';
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS X': 'Mac', CrOS: 'ChromeOS' };
  return [names[browser] ?? browser, names[system] ?? system].filter(Boolean).join(', ');
}
