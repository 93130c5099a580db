import type { DeliveryStatus } from '../../../../core/delivery.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import type { Tally } from '../../../../ports/sendingReads.ts';
import type { Voice } from './words.ts';

/** How a broadcast stands, in the five figures that every page shows in the same order. */
export type Standing = {
  delivered: number;
  onTheWay: number;
  waiting: number;
  failed: number;
  withheld: number;
  uncertain: number;
  all: number;
};

const GROUP: Readonly<Record<DeliveryStatus, Exclude<keyof Standing, 'all'>>> = {
  queued: 'waiting',
  claimed: 'waiting',
  accepted: 'onTheWay',
  sent: 'onTheWay',
  delivered: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  cancelled: 'withheld',
  expired: 'withheld',
  uncertain: 'uncertain',
};

export function standingOf(tally: readonly Tally[]): Standing {
  const standing: Standing = { delivered: 0, onTheWay: 0, waiting: 0, failed: 0, withheld: 0, uncertain: 0, all: 0 };
  for (const { status, count } of tally) {
    standing[GROUP[status]] += count;
    standing.all += count;
  }
  return standing;
}

/** Those that did not get it, for the list of them. */
export const PROBLEMS: readonly DeliveryStatus[] = ['failed', 'undelivered', 'cancelled', 'expired', 'uncertain'];

/** What providers' codes mean to somebody who runs a club (document 6); the code itself stands beside it. */
const CODES: Readonly<Record<string, PageKey>> = {
  30003: 'sending.reason.off',
  30004: 'sending.reason.blocked',
  30005: 'sending.reason.unknown',
  30006: 'sending.reason.landline',
  30007: 'sending.reason.filtered',
  30008: 'sending.reason.carrier',
  30001: 'sending.reason.busy',
  30022: 'sending.reason.busy',
  20429: 'sending.reason.busy',
  21611: 'sending.reason.busy',
  21211: 'sending.reason.unknown',
  21214: 'sending.reason.unknown',
  21217: 'sending.reason.unknown',
  21401: 'sending.reason.unknown',
  21614: 'sending.reason.landline',
  21635: 'sending.reason.landline',
  21610: 'sending.reason.provider_block',
  21408: 'sending.reason.region',
  21612: 'sending.reason.region',
  30002: 'sending.reason.account',
  20003: 'sending.reason.account',
  21606: 'sending.reason.account',
  21608: 'sending.reason.account',
};
/** Our own reasons: the gate's, and those of doubt. */
const OWN: Readonly<Record<string, PageKey>> = {
  left: 'sending.reason.left',
  unsubscribed: 'sending.reason.left',
  stop_on_number: 'sending.reason.stop_on_number',
  provider_block: 'sending.reason.provider_block',
  removed: 'sending.reason.removed',
  paused: 'sending.reason.paused',
  asked: 'sending.reason.asked',
  banned: 'sending.reason.banned',
  refused: 'sending.reason.refused',
  pending: 'sending.reason.pending',
  unreachable: 'sending.reason.off',
  cancelled: 'sending.reason.cancelled',
  too_late: 'sending.reason.too_late',
  log_unreadable: 'sending.reason.unclear',
  unclaimed_entry: 'sending.reason.unclear',
  unclear: 'sending.reason.unclear',
  timeout: 'sending.reason.unclear',
};

/** In plain words, with the provider's code for whoever wants to look it up; '' = nothing to explain. */
export function reasonText({ t }: Pick<Voice, 't'>, reason: string | null): string {
  if (reason === null || reason === '') return '';
  const own = Object.hasOwn(OWN, reason) ? OWN[reason] : undefined;
  if (own) return t(own);
  const code = Object.hasOwn(CODES, reason) ? CODES[reason] : MAIL_CODES.find(([codes]) => codes.test(reason))?.[1];
  const plain = reason.replace(/[^\w .-]/g, '').slice(0, 40);
  return t('sending.reason.code', { reason: t(code ?? 'sending.reason.other'), code: plain });
}

/** What a mail server answers: enhanced codes (RFC 3463) where it gives them, else the reply's own. */
const MAIL_CODES: readonly (readonly [RegExp, PageKey])[] = [
  [/^[45]\.1\.\d+$/, 'sending.reason.mail.nobody'],
  [/^[45]\.2\.\d+$/, 'sending.reason.mail.full'],
  [/^[45]\.7\.\d+$/, 'sending.reason.mail.policy'],
  [/^(?:[45]\.\d+\.\d+|smtp_\d{3})$/, 'sending.reason.mail.other'],
];

/** Why copies did not arrive, the commonest first; queued ones wait and explain nothing. */
export function whyLines(voice: Pick<Voice, 't'>, tally: readonly Tally[]): { reason: string; count: number }[] {
  const lines = new Map<string, number>();
  for (const { status, reason, count } of tally) {
    if (!PROBLEMS.includes(status)) continue;
    const text = reasonText(voice, reason) || voice.t(`sending.outcome.${status}`);
    lines.set(text, (lines.get(text) ?? 0) + count);
  }
  return [...lines].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
