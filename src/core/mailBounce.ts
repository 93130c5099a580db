import type { Bounce, MailReport } from './mail.ts';

const DAY = 24 * 3_600_000;
/** What came back longer ago says nothing any more. */
export const BOUNCE_SPAN = 30 * DAY;
/** A full mailbox or a server that is away for a weekend is not gone. */
const HARD = { count: 2, apart: DAY };
const SOFT = { count: 5, apart: 3 * DAY };

/** What a report about one mail of ours says; null: nothing that counts (it is late, it arrived). */
export function bounceIn({ kind, recipients }: MailReport): Pick<Bounce, 'kind' | 'code'> | null {
  if (kind === 'complaint') return { kind, code: 'complaint' };
  const failed = recipients.filter(
    ({ action, status }) => action === 'failed' || (action === '' && /^[45]\./.test(status)),
  );
  const [worst] = failed.sort((a, b) => (a.status < b.status ? 1 : -1));
  if (worst === undefined) return null;
  const { status } = worst;
  return { kind: isSoft(status) ? 'soft' : 'hard', code: status === '' ? 'failed' : status };
}

/**
 * RFC 3463: 4.x is temporary although the sender has given up; of 5.x a full mailbox (2.2), a message that is too large
 * or refused for what it says (2.3, 3.4, 6.x, 7.x) is no word about the address.
 */
function isSoft(status: string): boolean {
  if (status.startsWith('4.')) return true;
  return /^5\.(?:2\.[23]|3\.|4\.|6\.|7\.)/.test(status);
}

/**
 * Is the address to be paused? One complaint; two that say that nobody is there, a day apart; five others over three days;
 * all within 30 days. `bounces`: of this address, whichever order, the newest included.
 */
export function pausesAddress(bounces: readonly Pick<Bounce, 'kind' | 'at'>[], now: number): Bounce['kind'] | null {
  const recent = bounces.filter(({ at }) => Math.abs(now - at) <= BOUNCE_SPAN);
  if (recent.some(({ kind }) => kind === 'complaint')) return 'complaint';
  const hard = recent.filter(({ kind }) => kind === 'hard').map(({ at }) => at);
  if (enough(hard, HARD)) return 'hard';
  return enough(
    recent.map(({ at }) => at),
    SOFT,
  )
    ? 'soft'
    : null;
}

const enough = (times: readonly number[], { count, apart }: { count: number; apart: number }): boolean =>
  times.length >= count && Math.max(...times) - Math.min(...times) >= apart;
