/** A book in a crisis: until then all members may write, without header, footer and quiet hours. */
export type Crisis = {
  rollCallId: string;
  since: number;
  until: number;
  /** The user or writer who pressed or texted it. */
  by: string;
};

/** Who is well, who needs help, who has not answered: "svara 1 = OK, 2 = hjälp". */
export type RollCall = {
  id: string;
  organisationId: string;
  bookId: string;
  /** The broadcast that asked; null until it is written. */
  broadcastId: string | null;
  startedAt: number;
  endsAt: number;
  /** When those who have not answered get it by mail or on their second number; null = never. */
  remindAt: number | null;
  remindedAt: number | null;
  endedAt: number | null;
  version: number;
};

/** A member's latest answer. */
export type RollAnswer = {
  rollCallId: string;
  memberId: string;
  answer: 'ok' | 'help';
  /** Word for word. */
  text: string;
  at: number;
};

/** A named writer's PIN for the crisis command by SMS; only its keyed digest is kept. */
export type CrisisPin = { bookId: string; address: string; digest: string };

/** Hours that a crisis may last, and how long it does where nobody says. */
export const CRISIS_HOURS = { least: 1, most: 24, usual: 6 } as const;
/** Hours that one may be lengthened by at a press; it never reaches further ahead than a new one could. */
export const LONGER_HOURS = [1, 3, 6] as const;
/** Minutes until those who have not answered are asked another way, where nobody says. */
export const REMIND_MINUTES = { least: 1, most: 240, usual: 15 } as const;
