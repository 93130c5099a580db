/** What one (virtual number, sender) pair has lately said and been told; moved by every inbound text, guarded by `version`. */
export type Conversation = {
  numberId: string;
  sender: string;
  state: ConversationState;
  version: number;
  updatedAt: number;
};

/** A question that we asked this sender and that awaits an answer. */
export type Pending =
  | {
      kind: 'send';
      broadcastId: string;
      bookId: string;
      code: string;
      expiresAt: number;
      triesLeft: number;
      /** Recipients named in the question. */
      count: number;
    }
  | { kind: 'leave'; bookId: string; how: 'unclear' | 'soft' | 'exempt'; askedAt: number; expiresAt: number }
  | { kind: 'list'; text: string; bookIds: string[]; expiresAt: number };

export type ConversationState = {
  /** Texts of the last hour, newest last, at most 12: for B-29, B-30 and B-42. `key` is a short hash of the normal form. */
  recent: { key: string; at: number; providerAt: number | null; inboundId: string }[];
  /** Times of automatic replies within the last hour that count for B-30. */
  replies: number[];
  /** B-30: no hints, notices and help until then. */
  mutedUntil: number | null;
  /** When something limited was last told, by `<what>:<book>`: hints, help, "reached the functionaries". */
  told: Record<string, number>;
  pending: Pending[];
  /** B-16: when leaving was last confirmed, by book ('*' = all). */
  leftConfirmed: Record<string, number>;
  /** The book that last answered this sender here (B-18, B-47). */
  lastBook: { id: string; at: number } | null;
  /** B-42. */
  lastChange: { kind: 'join' | 'leave'; bookId: string; at: number; providerAt: number | null } | null;
  /** B-60: times of wrong PINs within the last hour, and until when none is tried; absent = there was no wrong one. */
  pins?: { wrong: number[]; lockedUntil: number | null };
};

export const emptyState = (): ConversationState => ({
  recent: [],
  replies: [],
  mutedUntil: null,
  told: {},
  pending: [],
  leftConfirmed: {},
  lastBook: null,
  lastChange: null,
});
