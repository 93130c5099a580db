import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Clock, Ids } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { MailIntake } from '../../ports/mailIntake.ts';
import { arrive } from './arrive.ts';
import { createGuests } from './guests.ts';
import { DOOR_LIMITS, type DoorLimits } from './limits.ts';
import { createPeers } from './peers.ts';
import { createPlaces } from './places.ts';
import { findRecipient } from './recipients.ts';
import {
  comingToAnEnd,
  faultOf,
  guessing,
  Refusal,
  storeDown,
  tookTooLong,
  tooMany,
  tooManyConnections,
} from './refusal.ts';
import { createTally } from './tally.ts';
import type { Authenticate, Prove, ReadMail } from './types.ts';

export type MailDoorOptions<A> = {
  intake: MailIntake;
  /** LIST_DOMAIN: whose mail is taken, and our name. */
  domain: string;
  host: string;
  /** 0: any free one. */
  port: number;
  /** PEM texts; null: no STARTTLS. */
  tls: { cert: string; key: string } | null;
  authenticate: Authenticate<A>;
  read: ReadMail;
  prove: Prove<A>;
  clock: Clock;
  ids: Ids;
  log: Log;
  limits?: Partial<DoorLimits>;
};

export type MailDoor = {
  /** Resolves with the port when it listens. */
  listen(): Promise<number>;
  /**
   * Takes nobody in any more, tells who is idle 421, lets the mails that are arriving end within `ms`, then ends them
   * without an answer: their peers try again.
   */
  close(ms: number): Promise<void>;
};

/** Sendmail's jokes, and what only a trusted front may say. */
const DISABLED = ['AUTH', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'];
const LINGER_MS = 500;

/**
 * The SMTP server (RFC 5321). smtp-server speaks the protocol and ends DATA at CRLF . CRLF only; it has no CHUNKING, so that
 * is not offered. Its 100 ms before the greeting stay: they catch who talks before being asked, cost a real peer one
 * tenth of a second once a connection, and no throughput.
 */
export function createMailDoor<A>(options: MailDoorOptions<A>): MailDoor {
  const { intake, domain, log } = options;
  const limits = { ...DOOR_LIMITS, ...options.limits };
  const monotonic = () => performance.now();
  const peers = createPeers(limits, monotonic);
  const places = createPlaces(limits.bigMails, limits.bigMailsPerPeer);
  const tally = createTally(log, monotonic);
  const mails = new Set<Promise<void>>();
  let closing = false;

  class Door extends SMTPServer {
    /** Before smtp-server knows of it: whoever is over a limit must not use up a place while the greeting is due. */
    override connect(...[socket, session]: Parameters<SMTPServer['connect']>): void {
      if (socket.destroyed || !session?.id) return;
      const remote = plainAddress(socket.remoteAddress);
      if (closing || !peers.came(remote)) {
        if (!closing) tally(421, 'connections');
        sendAway(socket, closing ? comingToAnEnd() : tooManyConnections());
        return;
      }
      const { id } = session;
      guests.add(id, remote, socket);
      // A second net under onClose; it is gone after STARTTLS, which takes every listener off the socket.
      socket.once('close', () => guests.leave(id));
      super.connect(socket, session);
    }
  }

  const smtp = new Door({
    name: domain,
    size: limits.size,
    maxRecipients: limits.recipients,
    maxCommandLength: limits.commandLength,
    socketTimeout: limits.idleMs,
    disableReverseLookup: true,
    disabledCommands: options.tls ? DISABLED : [...DISABLED, 'STARTTLS'],
    ...(options.tls ? { cert: options.tls.cert, key: options.tls.key } : {}),

    onMailFrom(address, session, done) {
      const guest = guests.get(session.id);
      if (closing || !guest) return done(comingToAnEnd());
      if (!peers.mayMail(guest.remote)) return done(refused(tooMany()));
      guest.envelopeFrom = lower(address.address);
      guest.recipients.clear();
      done();
    },

    onRcptTo(address, session, done) {
      const guest = guests.get(session.id);
      if (!guest) return done(comingToAnEnd());
      const to = lower(address.address);
      findRecipient(to, { intake, domain: domain.toLowerCase(), nullSender: guest.envelopeFrom === '' }).then(
        (recipient) => {
          guest.recipients.set(to, recipient);
          done();
        },
        (refusal: Refusal) => {
          if (refusal.responseCode >= 500) guest.wrong++;
          done(refused(guest.wrong > limits.wrongRecipients ? guessing() : refusal));
        },
      );
    },

    onData(stream, session, done) {
      const guest = guests.get(session.id);
      if (!guest) return done(storeDown());
      const rawId = options.ids.next(options.clock.now());
      const begun = monotonic();
      const door = new AbortController();
      guest.mail = door;
      guests.deadline(guest, limits.mailMs);
      // The rest is our time, not the peer's.
      stream.once('end', () => guests.deadline(guest, null));
      const work = arrive(
        {
          stream,
          rawId,
          session: {
            remote: guest.remote,
            helo: String(session.hostNameAppearsAs || ''),
            envelopeFrom: guest.envelopeFrom,
            mta: domain,
          },
          transmission: session.envelope.smtpUtf8
            ? session.transmissionType.replace('ESMTP', 'UTF8SMTP')
            : session.transmissionType,
          recipients: session.envelope.rcptTo.flatMap(({ address }) => {
            const recipient = guest.recipients.get(lower(address));
            return recipient ? [{ address: lower(address), recipient }] : [];
          }),
          signal: door.signal,
        },
        { ...options, limits, places },
      ).then(
        (arrived) => {
          const ms = Math.round(monotonic() - begun);
          log.debug({ raw: rawId, ...arrived, recipients: guest.recipients.size, ms, code: 250 }, 'Mail taken');
          done(null, `2.6.0 Stored as ${rawId}`);
        },
        (error: unknown) => {
          const refusal = error instanceof Refusal ? error : storeDown(error);
          done(refused(refusal));
          // Too big by far and still talking: it was told, and now it is hung up on.
          if (!stream.readableEnded) guests.hangUp(guest, refusal);
        },
      );
      const watched = work.finally(() => {
        mails.delete(watched);
        guest.mail = null;
        guest.recipients.clear();
        guests.deadline(guest, limits.betweenMailsMs);
        if (closing) guests.hangUp(guest, comingToAnEnd());
      });
      mails.add(watched);
    },

    onClose: (session) => guests.leave(session.id),
  });

  const guests = createGuests({
    connection: (id) => [...smtp.connections].find((connection) => connection.id === id) ?? null,
    left: (guest) => peers.gone(guest.remote),
    betweenMailsMs: limits.betweenMailsMs,
    tookTooLong,
  });

  function refused(refusal: Refusal): Refusal {
    if (refusal.cause !== undefined)
      log.error({ code: refusal.responseCode, fault: faultOf(refusal.cause) }, 'Mail door fault');
    else tally(refusal.responseCode, refusal.message.slice(0, 5));
    return refusal;
  }

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        smtp.once('error', reject);
        smtp.listen(options.port, options.host, () => {
          smtp.removeListener('error', reject);
          // Peers that break off, bad handshakes: theirs to mend.
          smtp.on('error', (error) => log.debug({ fault: faultOf(error) }, 'Mail connection broke'));
          const address = smtp.server.address();
          resolve(typeof address === 'object' && address ? address.port : options.port);
        });
      }),
    async close(ms) {
      closing = true;
      smtp.options.closeTimeout = ms + 2 * LINGER_MS;
      const closed = new Promise<void>((resolve) => smtp.close(() => resolve()));
      for (const guest of guests.all()) if (!guest.mail) guests.hangUp(guest, comingToAnEnd());
      await soon(ms, Promise.all(mails));
      for (const guest of guests.all()) {
        guest.mail?.abort(comingToAnEnd());
        guests.hangUp(guest, comingToAnEnd());
      }
      await soon(LINGER_MS, closed);
      guests.destroyAll();
      await closed;
    },
  };
}

const lower = (address: string): string => address.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const plainAddress = (remote: string | undefined): string => (remote ?? '').replace(/^::ffff:/i, '').toLowerCase();

/** Says why and closes; a peer that keeps its side open is not waited for. */
function sendAway(socket: Pick<Socket, 'on' | 'end' | 'destroy' | 'resume'>, refusal: Refusal): void {
  socket.on('error', () => {});
  socket.resume();
  socket.end(`${refusal.responseCode} ${refusal.message}\r\n`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** Resolves with `promise`, or after `ms`. */
function soon(ms: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    promise.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
