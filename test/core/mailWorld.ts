import { decideMail } from '../../src/core/decideMail.ts';
import type { Decision } from '../../src/core/decision.ts';
import type { MailContent, MailProof } from '../../src/core/mail.ts';
import type { MailFacts, MailGiven, MailSnapshot } from '../../src/core/mailTurn.ts';
import type { BookView } from '../../src/core/snapshot.ts';
import { type BookSetting, givenAt, member, NOON, p12, snapshotOf, view } from '../kit/world.ts';

export const DOMAIN = 'lists.example.se';
export const LIST = `p12@${DOMAIN}`;
export const anna = 'anna@example.se';
export const coach = 'coach@example.se';
export const board = 'board@example.se';
export const eve = 'eve@example.org';

export const asReader = (over: BookSetting = {}): BookView =>
  view(p12, { members: [member(null, 'active', { mail: anna, name: 'Anna' })], ...over });
export const asWriter = (over: BookSetting = {}): BookView => view(p12, { senderIsWriter: true, ...over });

type Said = { subject?: string; text?: string };
export type MailSetting = {
  view?: BookView;
  world?: Partial<Omit<MailSnapshot, 'snapshot' | 'view'>>;
  proof?: Partial<MailProof>;
  content?: Partial<MailContent>;
  headers?: Record<string, string>;
  mail?: Partial<MailFacts>;
  given?: Partial<MailGiven>;
  at?: number;
  state?: NonNullable<Decision['conversation']>;
};

export const worldOf = (from: string, of: BookView, over: MailSetting = {}): MailSnapshot => ({
  snapshot: snapshotOf(from, {
    books: [of],
    number: { providerKeywords: 'off' },
    ...(over.state && { state: over.state }),
  }),
  view: of,
  alwaysConfirms: false,
  ownAddresses: ['p12', 'p14'],
  paused: null,
  openConfirms: 0,
  ...over.world,
});

export const mailGiven = (at: number = NOON, over: Partial<MailGiven> = {}): MailGiven => ({
  ...givenAt(at),
  mailId: `mail-${at}`,
  publicUrl: 'https://sms.example.se',
  secrets: {
    send: { secret: 'send-secret', id: 'send-id' },
    join: { secret: 'join-secret', id: 'join-id' },
    read: { secret: 'read-secret', id: 'read-id' },
  },
  leavePath: (memberId) => `/leave/${memberId}`,
  ...over,
});

/** One proven mail to P12, unless said otherwise. */
export function mailed(from: string, { subject = '', text = '' }: Said, over: MailSetting = {}): Decision {
  const { at = NOON } = over;
  const headers = { from, to: LIST, subject, date: 'Sun, 1 Mar 2026 12:00:00 +0100', ...over.headers };
  const content: MailContent = {
    messageId: `<${at}@example.org>`,
    subject,
    fromHeaders: 1,
    from: [from],
    fromOdd: false,
    fromName: '',
    to: [LIST],
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    text,
    attachments: [],
    report: null,
    damaged: [],
    ...over.content,
  };
  const proven = over.proof?.proven ?? true;
  const proof: MailProof = {
    from,
    proven,
    by: proven ? 'dmarc' : '',
    reasons: [],
    spf: 'none',
    dkim: 'none',
    dmarc: 'none',
    arc: 'none',
    ...over.proof,
  };
  const facts: MailFacts = {
    content,
    text,
    proof,
    suffix: '',
    envelopeFrom: from,
    domain: DOMAIN,
    answers: 'none',
    request: null,
    ...over.mail,
  };
  return decideMail(worldOf(from, over.view ?? view(p12), over), facts, mailGiven(at, over.given));
}

export const UNPROVEN: Pick<MailSetting, 'proof'> = { proof: { proven: false, reasons: ['no_dmarc'] } };
