import type { SentText } from '../ports/provider.ts';

/** A delivery that the provider may or may not have accepted. */
export type Doubt = {
  text: string;
  /** Wall time of the claim. */
  claimedAt: number;
  /** Counted at each claim. */
  attempts: number;
  /** `outcome`: we saw the request end unclearly. `lease`: whoever claimed it did not settle it. */
  from: 'outcome' | 'lease';
  /** Monotonic time at which it became ours to find out. */
  since: number;
  /** Looks at a readable log that did not show it. */
  clear: number;
  nextLook: number;
};

/** One look at the provider's log; `others`: ids in it that belong to other deliveries. null: it could not be read. */
export type Look = { entries: readonly SentText[]; others: ReadonlySet<string> } | null;

export type Finding =
  | { found: 'accepted'; providerId: string }
  | { found: 'look_again'; at: number }
  /** The log was read twice, seconds apart, and does not have it: surely not accepted. */
  | { found: 'not_accepted' }
  | { found: 'uncertain'; reason: string };

export type DoubtLimits = { againMs: number; giveUpMs: number; maxAttempts: number };

/** Clocks of ours and the provider's differ; so much is taken as the same time. */
const SKEW_MS = 5000;
/** An unowned entry this much older than the claim may still be it, if a clock jumped; an older one is not. */
const JUMP_MS = 24 * 3_600_000;

/** Providers trim texts and may compose letters otherwise. */
const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** Entries of the log that could be this delivery, by text alone; ids of others must be asked for these only. */
export const sameText = (entries: readonly SentText[], text: string): SentText[] => {
  const wanted = plain(text);
  return entries.filter((entry) => plain(entry.text) === wanted);
};

/**
 * What one more look says (document 3, The store, point 8). Never resent blindly: only a log that was read, twice,
 * some seconds apart, can say that a message was not accepted.
 */
export function judge(doubt: Doubt, look: Look, mono: number, limits: DoubtLimits): Finding {
  const again = { found: 'look_again', at: mono + limits.againMs } as const;
  if (look === null) {
    return mono - doubt.since >= limits.giveUpMs ? { found: 'uncertain', reason: 'log_unreadable' } : again;
  }
  const free = sameText(look.entries, doubt.text).filter((entry) => !look.others.has(entry.providerId));
  // The oldest that fits: where two equal texts are in doubt, the first asked takes the first sent.
  const fits = free.filter((entry) => entry.createdAt >= doubt.claimedAt - SKEW_MS).at(-1);
  if (fits) return { found: 'accepted', providerId: fits.providerId };
  if (doubt.clear + 1 < 2) return again;
  // An accepted text that nobody owns, older than our claim: a clock may have jumped (F25). Rather shown than twice.
  if (free.some((entry) => entry.createdAt >= doubt.claimedAt - JUMP_MS))
    return { found: 'uncertain', reason: 'unclaimed_entry' };
  if (doubt.from === 'outcome' && doubt.attempts >= limits.maxAttempts)
    return { found: 'uncertain', reason: 'unclear' };
  return { found: 'not_accepted' };
}
