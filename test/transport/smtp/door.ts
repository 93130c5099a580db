import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { MailContent, MailPiece, MailProof } from '../../../src/core/mail.ts';
import { silentLog } from '../../../src/log.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { MailIntake, MailRecipient, ReceivedMail } from '../../../src/ports/mailIntake.ts';
import { createMailDoor, type MailDoor, type MailDoorOptions } from '../../../src/transport/smtp/listener.ts';
import type { ReadResult } from '../../../src/transport/smtp/types.ts';

export const DOMAIN = 'lists.example';
export const BOOK: MailRecipient = {
  kind: 'book',
  bookId: 'b1',
  organisationId: 'o1',
  address: 'p12',
  suffix: '',
};

/** The port of the mail door in memory. What it does can be exchanged for one test. */
export type MemoryIntake = MailIntake & { kept: MailPiece[]; received: ReceivedMail[]; asked: string[] };

export function memoryIntake(change: Partial<MailIntake> = {}): MemoryIntake {
  const intake: MemoryIntake = {
    kept: [],
    received: [],
    asked: [],
    async recipient(address) {
      intake.asked.push(address);
      const [, local = ''] = /^([^@]+)@lists\.example$/.exec(address) ?? [];
      if (local === 'postmaster') return { kind: 'postmaster' };
      if (/^p\d+$/.test(local)) return { ...BOOK, address: local } as MailRecipient;
      return local === 'bounce+7-0123456789abcdef' ? { kind: 'bounce', deliveryId: 7 } : null;
    },
    async keep(piece) {
      intake.kept.push(piece);
    },
    async receive(mail) {
      intake.received.push(mail);
      return 'done';
    },
    ...change,
  };
  return intake;
}

/** The raw mail as it was stored, our Received header first. */
export const rawOf = (intake: MemoryIntake, mail: ReceivedMail): Buffer =>
  Buffer.concat(
    [...intake.kept.filter(({ rawId }) => rawId === mail.rawId), ...mail.unstored]
      .sort((one, other) => one.no - other.no)
      .map(({ content }) => content),
  );

const NOTHING: MailContent = {
  ...{ messageId: '', subject: '', fromHeaders: 0, from: [], fromOdd: false, fromName: '', to: [], headers: [] },
  ...{ text: '', attachments: [], report: null, damaged: [] },
};

/** Reads to the end and remembers only a digest and a length. */
export async function digestOf(stream: Readable): Promise<{ digest: string; octets: number }> {
  const hash = createHash('sha256');
  let octets = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    octets += chunk.length;
  }
  return { digest: hash.digest('hex'), octets };
}

export async function readDigest(stream: Readable): Promise<ReadResult> {
  const { digest } = await digestOf(stream);
  return { content: NOTHING, attachments: [], bodyDigest: digest };
}

/** For those who want to see what the checks were given. */
export type Seen = { digest: string; octets: number };

const proofOf = (_: MailContent, seen: Seen): MailProof => ({
  ...{ from: 'anna@strict.example', proven: true, by: 'dkim', reasons: [] },
  ...{ spf: seen.digest, dkim: 'pass', dmarc: 'pass', arc: 'none' },
});

export type OpenDoor = { door: MailDoor; port: number; intake: MemoryIntake };

/** A door on a free port of 127.0.0.1, closed by `closeDoors`. */
const open: MailDoor[] = [];
export async function openDoor(
  change: Partial<Omit<MailDoorOptions<Seen>, 'intake'>> & { intake?: MemoryIntake; log?: Log } = {},
): Promise<OpenDoor> {
  const intake = change.intake ?? memoryIntake();
  const door = createMailDoor<Seen>({
    ...{ domain: DOMAIN, host: '127.0.0.1', port: 0, tls: null, log: silentLog },
    authenticate: (stream) => digestOf(stream),
    read: readDigest,
    prove: proofOf,
    clock: { now: () => Date.now() },
    ids: { next: () => randomUUID(), code: () => '1234', salt: () => 'salt' },
    ...change,
    intake,
  });
  open.push(door);
  return { door, port: await door.listen(), intake };
}

export async function closeDoors(): Promise<void> {
  await Promise.all(open.splice(0).map((door) => door.close(0)));
}

export const MAIL = [
  'From: Anna <anna@strict.example>',
  'To: p12@lists.example',
  'Subject: Kaffe',
  'Date: Mon, 6 Jul 2026 10:00:00 +0200',
  'Message-ID: <1@strict.example>',
  '',
  'Kaffe kl 15.',
  '',
].join('\r\n');
