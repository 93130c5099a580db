/** What the mail door allows. Octets and milliseconds. */
export type DoorLimits = {
  /** Of one mail; offered as SIZE, over it 552. */
  size: number;
  /** Kept attachments of one mail together, and its plain text (see `ReadLimits`). */
  attachments: number;
  text: number;
  recipients: number;
  /** Refused recipients of one connection; whoever asks for more is guessing addresses. */
  wrongRecipients: number;
  connections: number;
  connectionsPerPeer: number;
  mailsPerMinute: number;
  /**
   * Mails over one piece that are read at the same time, in all and of one peer; the others wait in their sockets. What
   * is in memory hangs on this, not on how big a mail is or how many come.
   */
  bigMails: number;
  bigMailsPerPeer: number;
  /**
   * Silence. RFC 5321 4.5.3.2.7 asks for five minutes, for the networks of 1982; a peer that has something to say says
   * it within one, and twenty silent connections are what one peer may hold.
   */
  idleMs: number;
  /** A connection between two mails, however busy it is. */
  betweenMailsMs: number;
  /** A mail from DATA to its last dot, however steadily it drips. */
  mailMs: number;
  /** After the last dot: the checks of who wrote it (all DNS work is five seconds), and reading what it says. */
  checksMs: number;
  readMs: number;
  commandLength: number;
};

const KIB = 1024;
const MIB = 1024 * KIB;

/** Pieces in which a raw mail is stored. */
export const PIECE = 256 * KIB;

export const DOOR_LIMITS: DoorLimits = {
  size: 25 * MIB,
  attachments: 10 * MIB,
  text: MIB,
  recipients: 100,
  wrongRecipients: 50,
  connections: 300,
  connectionsPerPeer: 20,
  mailsPerMinute: 120,
  bigMails: 8,
  bigMailsPerPeer: 4,
  idleMs: 60_000,
  betweenMailsMs: 5 * 60_000,
  mailMs: 10 * 60_000,
  checksMs: 5_500,
  readMs: 60_000,
  commandLength: 4 * KIB,
};
