import type { ProviderName } from '../core/organisation.ts';

/** Where a delivery belongs, for those who act on what became of it. */
export type Whereabouts = {
  deliveryId: number;
  numberId: string;
  organisationId: string;
  bookId: string | null;
  broadcastId: string | null;
  address: string;
};

/**
 * What the worker tells `app`, which acts on it. Awaited; one that throws is told again, so acting twice must do no harm.
 * `provider_blocked` is told before the delivery is settled, so that a crash in between tells it again.
 */
export type WorkerEvent =
  /** 21610: the provider refuses this pair; mirror it (B-44). */
  | ({ kind: 'provider_blocked'; reason: string } & Whereabouts)
  /** This address takes no text: mark the number, not the person (F8). */
  | ({ kind: 'address_bad'; reason: string } & Whereabouts)
  /** The network refused the message (30004, 30007); too many of 30007 stop the broadcast. */
  | ({ kind: 'flagged'; reason: string } & Whereabouts)
  /** Our own mistake in one message: alarm, nobody is marked, nothing is paused. */
  | ({ kind: 'fault'; reason: string } & Whereabouts)
  /**
   * Our account or sender is refused: pause the broadcast (null: a reply or a mail was refused; a broadcast's texts go on
   * without its mails), tell the admins (F9). Its copies
   * are back in the queue and are not dialled until the broadcast has been seen paused and running again.
   */
  | {
      kind: 'configuration';
      broadcastId: string | null;
      numberId: string;
      organisationId: string;
      provider: ProviderName;
      code: string;
      scope: 'account' | 'number' | 'country';
    }
  /** Copies whose latest time passed: tell the functionaries (F10). null: replies. */
  | { kind: 'late'; broadcastId: string | null; count: number }
  /** The cost cap is used up; copies wait for the next day (F35). Once a day and organisation. */
  | { kind: 'quota'; organisationId: string; broadcastId: string; day: string }
  /** Accepted or not, nobody can tell; shown, never resent. */
  | { kind: 'uncertain'; deliveryId: number; numberId: string; broadcastId: string | null }
  /** Every copy is settled. */
  | { kind: 'finished'; broadcastId: string; bookId: string };

export type OnEvent = (event: WorkerEvent) => Promise<void> | void;
