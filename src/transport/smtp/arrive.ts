import type { Readable } from 'node:stream';
import type { MailContent, MailProof } from '../../core/mail.ts';
import type { Clock, Ids } from '../../ports/clock.ts';
import type { MailIntake, MailRecipient } from '../../ports/mailIntake.ts';
import { createBranch } from './branch.ts';
import { type DoorLimits, PIECE } from './limits.ts';
import { createLineEndWatch } from './lineEnds.ts';
import type { Places } from './places.ts';
import { bareLineEnd, cannotBeRead, type Refusal, storeDown, tooBig } from './refusal.ts';
import { createSpool } from './spool.ts';
import { receivedHeader } from './trace.ts';
import type { Authenticate, MailSession, Prove, ReadMail, ReadResult } from './types.ts';

/** One mail that begins to arrive. */
export type Arrival = {
  stream: Readable;
  session: MailSession;
  /** For the Received header: `ESMTPS` and so on. */
  transmission: string;
  /** At least one. `address` as it was given at RCPT, in lower case. */
  recipients: readonly { address: string; recipient: MailRecipient }[];
  /** The raw mail's id. */
  rawId: string;
  /** Aborts when the mail is to end now: the door closes. */
  signal: AbortSignal;
};

/** For the log. */
export type Arrived = { octets: number; pieces: number; proven: boolean };

export type ArriveOptions<A> = {
  intake: MailIntake;
  authenticate: Authenticate<A>;
  read: ReadMail;
  prove: Prove<A>;
  limits: DoorLimits;
  places: Places;
  clock: Clock;
  ids: Ids;
};

/** A peer that does not stop at four times the size is hung up on; until then it gets its 552 at the dot. */
const PATIENCE = 4;

/** Without a reason of one's own each abort makes an exception with its stack. */
const OVER = new Error('the mail has been read');

/**
 * Takes one mail in: each chunk goes to the disk, to the checks and to the reader at once, at the pace of the slowest, then
 * the whole is decided for each recipient. Resolves after every recipient's commit (M-5: only then 250); throws a
 * `Refusal` otherwise, or what the stream threw when the peer went away. What is refused is read to its end, so that the
 * peer hears why.
 */
export async function arrive<A>(arrival: Arrival, options: ArriveOptions<A>): Promise<Arrived> {
  const { stream, session, recipients, rawId } = arrival;
  const { intake, limits } = options;
  const createdAt = options.clock.now();
  const gone = new AbortController();
  const { signal } = gone;
  // By hand: AbortSignal.any costs more than reading the mail's headers.
  if (arrival.signal.aborted) gone.abort(arrival.signal.reason);
  else arrival.signal.addEventListener('abort', () => gone.abort(arrival.signal.reason), { once: true });
  const checks = createBranch();
  const reading = createBranch();
  const authentication = options.authenticate(checks.stream, session, signal).catch(() => null);
  const content = options.read(reading.stream, { attachments: limits.attachments, text: limits.text });
  // It is waited for after the last dot; until then a rejection must not count as nobody's.
  content.catch(() => {});
  const spool = createSpool({ rawId, createdAt, keep: (piece) => intake.keep(piece) });
  const lineEnds = createLineEndWatch();
  let octets = 0;
  let leavePlace: (() => void) | null = null;
  let refusal: Refusal | null = null;
  const refuse = (why: Refusal) => {
    refusal ??= why;
    gone.abort(why);
    checks.cut(why);
    reading.cut(why);
    leavePlace?.();
  };

  // While it waits for a place nobody reads, and only this says that the peer has gone.
  stream.on('error', (error) => gone.abort(error));

  async function take(chunk: Buffer): Promise<void> {
    if (octets > limits.size) return refuse(tooBig(limits.size));
    if (lineEnds.see(chunk)) return refuse(bareLineEnd());
    if (leavePlace === null && octets > PIECE) leavePlace = await options.places.take(session.remote, signal);
    const stored = spool.write(chunk).catch((error: unknown) => refuse(storeDown(error)));
    await Promise.all([stored, checks.write(chunk), reading.write(chunk)]);
  }

  try {
    const trace = { ...session, transmission: arrival.transmission, rawId, at: createdAt };
    await spool.write(Buffer.from(receivedHeader(trace)));
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      octets += chunk.length;
      if (refusal === null) await take(chunk);
      else if (octets > limits.size * PATIENCE) break;
    }
    if (refusal !== null) throw refusal;
    checks.end();
    reading.end();
    // Several decisions share the mail: then it is stored before the first, not with it.
    const unstored = await spool.finish(recipients.length > 1).catch((error: unknown) => {
      throw storeDown(error);
    });
    const [found, read] = await Promise.all([
      within(limits.checksMs, authentication, () => null),
      readWithin(limits.readMs, content),
    ]);
    gone.abort(OVER);
    const proof = found === null ? unchecked(read.content) : options.prove(read.content, found);
    const attachments = read.attachments.map((attachment) => ({ ...attachment, rawId, createdAt }));
    const answers = await Promise.allSettled(
      recipients.map(({ address, recipient }) =>
        intake.receive({
          rawId,
          recipient,
          envelopeFrom: session.envelopeFrom,
          envelopeTo: address,
          remote: session.remote,
          size: octets,
          pieces: spool.pieces(),
          unstored,
          attachments,
          bodyDigest: read.bodyDigest,
          proof,
          content: read.content,
        }),
      ),
    );
    for (const answer of answers) {
      if (answer.status === 'rejected') throw storeDown(answer.reason);
      if (answer.value === 'busy') throw storeDown();
    }
    return { octets, pieces: spool.pieces(), proven: proof.proven };
  } catch (error) {
    // Also when the peer has gone: whoever still reads must hear that this was not the end.
    refuse(error as Refusal);
    throw error;
  } finally {
    (leavePlace as (() => void) | null)?.();
  }
}

async function readWithin(ms: number, content: Promise<ReadResult>): Promise<ReadResult> {
  const read = await within(
    ms,
    content.catch((error: unknown) => {
      throw cannotBeRead(error);
    }),
    () => null,
  );
  if (read === null) throw storeDown(new Error('reading took too long'));
  return read;
}

/** `promise`, or what `late` gives when it has not settled after `ms`. */
function within<T, L>(ms: number, promise: Promise<T>, late: () => L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The checks have not ended in time or have failed: unproven, and so held (M-2), never refused for it. */
function unchecked(content: MailContent): MailProof {
  const [only] = content.from;
  const one = content.fromHeaders === 1 && !content.fromOdd && content.from.length === 1;
  return {
    from: one ? (only ?? '') : '',
    proven: false,
    by: '',
    reasons: ['late'],
    spf: 'temperror',
    dkim: 'temperror',
    dmarc: 'temperror',
    arc: 'none',
  };
}
