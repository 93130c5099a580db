/** The book's log beyond inbounds and broadcasts, and the audit trail of commands. */
export type LogEntry = {
  id: string;
  at: number;
  organisationId: string;
  bookId: string | null;
  /** 'sms', 'cli', 'worker', 'clock' or a user's id; never a phone number. */
  actor: string;
  event: string;
  details: Record<string, string | number | boolean | null>;
};
