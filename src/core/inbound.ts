import type { Door } from './broadcast.ts';

/** What an inbound text became; shown in the log. */
export type InboundKind =
  | 'join'
  | 'leave'
  | 'pause'
  | 'help'
  | 'answer'
  | 'broadcast'
  | 'held'
  | 'forwarded'
  | 'reaction'
  | 'auto_reply'
  | 'asked'
  | 'told'
  | 'stored';

/** One text that came in, as the transport read it. */
export type InboundText = {
  /** The provider's message id; the same id is the same message (B-28). */
  providerId: string;
  /** Whatever the provider gave as sender: E.164, a short code, a name, or ''. */
  from: string;
  /** Our virtual number, E.164. */
  to: string;
  /** Word for word. */
  text: string;
  /** Pictures and the like. */
  mediaCount: number;
  /** The provider says that a part of the message is missing (B-35). */
  missingPart: boolean;
  /** Twilio's OptOutType: the provider has matched and answered the word itself (B-44). */
  optOut: 'START' | 'STOP' | 'HELP' | null;
  /** When the provider says that it was sent; null where it does not. */
  providerAt: number | null;
};

/** The stored row. */
export type Inbound = {
  id: string;
  organisationId: string;
  numberId: string;
  bookId: string | null;
  door: Door;
  sender: string;
  providerId: string;
  text: string;
  mediaCount: number;
  kind: InboundKind;
  rule: string | null;
  also: string[];
  /** The broadcast that it became, was held as, or reacted to. */
  broadcastId: string | null;
  providerAt: number | null;
  at: number;
};
