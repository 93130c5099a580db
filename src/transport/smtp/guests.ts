import type { Socket } from 'node:net';
import type { MailRecipient } from '../../ports/mailIntake.ts';
import type { Refusal } from './refusal.ts';

/** One connection of a peer, from accept to close. */
export type Guest = {
  id: string;
  remote: string;
  envelopeFrom: string;
  /** Of the mail that is being announced, by the address at RCPT. */
  recipients: Map<string, MailRecipient>;
  /** Refused recipients. */
  wrong: number;
  /** Aborts the mail that is arriving; null between mails. */
  mail: AbortController | null;
};

type Held = Guest & { socket: Pick<Socket, 'destroy'>; timer: NodeJS.Timeout | null };

/** The part of smtp-server's connection that hanging up needs. `send` with 421 closes by itself. */
type Connection = { send(code: number, text: string): void; close(): void };

export type Guests = {
  add(id: string, remote: string, socket: Pick<Socket, 'destroy'>): void;
  get(id: string): Guest | undefined;
  all(): Guest[];
  /** Hangs up after `ms` whatever happens until then; null: no longer. smtp-server's own time-out sees only silence. */
  deadline(guest: Guest, ms: number | null): void;
  hangUp(guest: Guest, refusal: Refusal): void;
  leave(id: string): void;
  destroyAll(): void;
};

export function createGuests(options: {
  connection(id: string): Connection | null;
  left(guest: Guest): void;
  betweenMailsMs: number;
  tookTooLong(): Refusal;
}): Guests {
  const held = new Map<string, Held>();
  const guests: Guests = {
    add(id, remote, socket) {
      const guest: Held = {
        ...{ id, remote, socket },
        ...{ envelopeFrom: '', recipients: new Map(), wrong: 0, mail: null, timer: null },
      };
      held.set(id, guest);
      guests.deadline(guest, options.betweenMailsMs);
    },
    get: (id) => held.get(id),
    all: () => [...held.values()],
    deadline({ id }, ms) {
      const guest = held.get(id);
      if (!guest) return;
      if (guest.timer) clearTimeout(guest.timer);
      guest.timer = ms === null ? null : setTimeout(() => guests.hangUp(guest, options.tookTooLong()), ms);
    },
    hangUp(guest, refusal) {
      const connection = options.connection(guest.id);
      connection?.send(refusal.responseCode, refusal.message);
      connection?.close();
    },
    leave(id) {
      const guest = held.get(id);
      if (!guest) return;
      if (guest.timer) clearTimeout(guest.timer);
      held.delete(id);
      options.left(guest);
    },
    destroyAll() {
      for (const { socket } of held.values()) socket.destroy();
    },
  };
  return guests;
}
