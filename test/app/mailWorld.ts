import { createMailIntake } from '../../src/app/receiveMail.ts';
import type { MailContent, MailProof } from '../../src/core/mail.ts';
import type { MailIntake, ReceivedMail } from '../../src/ports/mailIntake.ts';
import type { Store } from '../../src/ports/store.ts';
import { memberRow, NOON, SMALL_WORLD } from '../kit/rows.ts';
import type { World } from './world.ts';

export const DOMAIN = 'lists.example.se';
export const PUBLIC_URL = 'https://sms.example.se';
export const coach = 'coach@example.se';
export const board = 'board@example.se';
export const bo = 'bo@example.se';
export const eve = 'eve@example.org';
export const cia = '+46701000004';
export const dan = '+46701000002';

/** A mail as the door hands it over: proven, to the book, in one piece. */
let made = 0;
export function mailFrom(
  from: string,
  said: { subject?: string; text?: string },
  over: {
    to?: string;
    suffix?: string;
    proven?: boolean;
    proof?: Partial<MailProof>;
    content?: Partial<MailContent>;
    headers?: Record<string, string>;
    envelopeFrom?: string;
    mail?: Partial<ReceivedMail>;
    bookId?: string;
    address?: string;
  } = {},
): ReceivedMail {
  made += 1;
  const { suffix = '', address = 'p12', bookId = 'book1' } = over;
  const plus = suffix === '' ? '' : `+${suffix}`;
  const to = over.to ?? `${address}${plus}@${DOMAIN}`;
  const messageId = `<${made}@example.org>`;
  const headers = {
    from,
    to,
    subject: said.subject ?? '',
    date: 'Sun, 22 Nov 2026 12:00:00 +0100',
    'message-id': messageId,
    ...over.headers,
  };
  const proven = over.proven ?? true;
  const rawId = `raw${made}`;
  return {
    rawId,
    recipient: { kind: 'book', bookId, organisationId: 'org1', address, suffix },
    envelopeFrom: over.envelopeFrom ?? from,
    envelopeTo: `${address}${plus}@${DOMAIN}`,
    remote: '127.0.0.1',
    size: 400,
    pieces: 1,
    unstored: [{ rawId, no: 0, content: Buffer.from(`raw ${made}`), createdAt: NOON }],
    attachments: [],
    bodyDigest: said.text ?? '',
    proof: {
      from,
      proven,
      by: proven ? 'dmarc' : '',
      reasons: proven ? [] : ['no_dmarc', 'spf_none', 'dkim_none'],
      spf: proven ? 'pass' : 'none',
      dkim: proven ? 'pass' : 'none',
      dmarc: proven ? 'pass' : 'none',
      arc: 'none',
      ...over.proof,
    },
    content: {
      messageId,
      subject: said.subject ?? '',
      fromHeaders: 1,
      from: [from],
      fromOdd: false,
      fromName: '',
      to: [to],
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
      text: said.text ?? '',
      attachments: [],
      report: null,
      damaged: [],
      ...over.content,
    },
    ...over.mail,
  };
}

/** The small world with a coach who writes by mail, a board that is told, Bo by mail and Cia by phone and mail. */
export async function mailWorld(world: World): Promise<{ intake: MailIntake; store: Store; deps: MailWorldDeps }> {
  const { deps } = world;
  // What counts changes to the directory stands here.
  await deps.store.createInstallation({ id: 'i1', keyFingerprint: 'test', directoryVersion: 0, createdAt: NOON });
  await deps.store.commit([
    ...SMALL_WORLD,
    { add: 'writers', row: { bookId: 'book1', address: coach, alwaysConfirm: false }, exists: 'ignore' },
    { add: 'functionaries', row: { bookId: 'book1', address: board }, exists: 'ignore' },
    { add: 'members', row: memberRow({ id: 'm-bo', mail: bo, name: 'Bo' }), exists: 'stale' },
    {
      add: 'members',
      row: memberRow({ id: 'm-cia', phone: cia, mail: 'cia@example.se', name: 'Cia' }),
      exists: 'stale',
    },
  ]);
  const all = { ...deps, listDomain: DOMAIN, publicUrl: PUBLIC_URL, wait: () => Promise.resolve() };
  return { intake: createMailIntake(all), store: deps.store, deps: all };
}
export type MailWorldDeps = World['deps'] & { listDomain: string; publicUrl: string; wait: () => Promise<void> };

/** What went out since the beginning, by address. */
export async function outgoing(store: Store): Promise<{ to: string; kind: string; text: string; subject: string }[]> {
  const inbounds = (await store.reads.log('book1', 100)).inbounds;
  const rows = await Promise.all(inbounds.map(({ id }) => store.reads.deliveriesOf(id)));
  return rows
    .flat()
    .sort((a, b) => a.id - b.id)
    .map(({ address, kind, text, letter }) => ({
      to: address,
      kind,
      text: text ?? '',
      subject: letter?.subject ?? '',
    }));
}
