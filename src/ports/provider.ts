import type { OutgoingMail } from '../core/mailCopy.ts';
import type { ProviderName } from '../core/organisation.ts';

/** One message to hand to a provider. */
export type OutgoingText = {
  deliveryId: number;
  from: string;
  to: string;
  text: string;
  /** How long the provider may keep trying, whole seconds, at least 1. */
  validForS: number;
  /**
   * B-36: a request that could not begin within this many ms (it waited for a connection) is not begun at all: the answer
   * to a leave waits no longer than that. Absent: no such limit.
   */
  startWithinMs?: number;
  /** To a mail address: what the mail carries beside its text (M-9). Absent: a text to a phone. */
  mail?: OutgoingMail;
};

/**
 * What became of handing it over. Errors are classed as data in `providers/<name>Outcomes.ts`:
 * `not_begun`: it waited too long for a connection (`startWithinMs`); says nothing about the provider.
 * `unknown`: it may have been accepted (timeout after writing, reset, 5xx, half an answer): look it up before resending.
 * `temporary`: surely not accepted, try later. `pacing`: too fast, slow this number down and keep the row.
 * `permanent`: this address will not take it. `blocked`: opted out at the provider (21610). `configuration`: our account
 * or sender is refused; pauses the broadcast, never marks a member. `fault`: our own mistake in this one message.
 */
export type SendOutcome =
  | { result: 'accepted'; providerId: string }
  | { result: 'not_begun' }
  | { result: 'unknown'; reason: string }
  | { result: 'temporary'; reason: string; retryAfterMs: number | null }
  | { result: 'pacing'; reason: string; retryAfterMs: number | null }
  | { result: 'permanent'; reason: string }
  | { result: 'blocked'; reason: string }
  | { result: 'configuration'; reason: string; scope: 'account' | 'number' | 'country' }
  | { result: 'fault'; reason: string };

/** One entry of the provider's message log. */
export type SentText = { providerId: string; text: string; createdAt: number; status: string };

/** The same contract runs on every implementation (test/providers/contract.ts). */
export interface Provider {
  readonly name: ProviderName;
  /** Never throws for what a network or a provider does; a throw is a bug of ours. */
  send(message: OutgoingText, signal?: AbortSignal): Promise<SendOutcome>;
  /**
   * The same without a promise, where a provider has it: `ended` is called once, in the very turn in which the answer came,
   * so that the connection is used again without a pause. It may be called before `begin` returns.
   */
  begin?(message: OutgoingText, ended: (outcome: SendOutcome) => void): void;
  /**
   * The provider's log of messages to `to` from `from`, newest first. null: it could not be read now (try again);
   * throwing is for bugs only.
   */
  find(to: string, from: string): Promise<SentText[] | null>;
  /** How many messages may be dialled at once. */
  readonly concurrency: number;
  /** Connections beyond those, for others to pass requests that hang; none if not given. */
  readonly spare?: number;
  /** Its own limit for one message, ms, where that is more than the worker's; less than the lease. */
  readonly requestMs?: number;
  close(): Promise<void>;
}
