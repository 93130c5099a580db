import { makeLeaveToken } from '../../src/app/leaveLink.ts';
import type { Plan } from '../../src/ports/store.ts';
import type { PageRoute } from '../../src/transport/web/page.ts';
import { routes } from '../../src/transport/web/routes.ts';
import {
  broadcastRow,
  draftRow,
  eventRow,
  inboundRow,
  logRow,
  mailRow,
  memberRow,
  NOON,
  personRow,
  tokenRow,
  uploadSteps,
  userRow,
} from './rows.ts';
import { KEYED } from './store.ts';

/** Out of a text, out of an attribute, out of a script, and into a template engine. */
export const EVIL = `<img src=x onerror=alert(1)>'"><script>alert(2)</script>{{7*7}}{{{8*8}}}`;

/** What must never stand in a page as it was typed, or have been counted out. */
export const BROKEN_OUT = /<img src=x|<script>|'"><|\bonmouseover="|\bonfocus="|>49\b.{0,40}\b64\b/g;

/** What stands in the links of a hostile mail: to read it, to send it, to join. */
const SECRETS = { read: 'made-up', send: 'to-be-sent', join: 'to-join' } as const;

const EVIL_PROOF = {
  ...{ from: EVIL, proven: false, by: '' as const, reasons: [EVIL, 'spf_fail'] },
  ...{ spf: EVIL, dkim: EVIL, dmarc: EVIL, arc: EVIL },
};

/** A book in which everything that somebody can type is hostile, with a row behind every address of a page. */
export const HOSTILE: Plan = [
  { change: 'organisations', where: { id: 'org1' }, set: { name: EVIL, contact: EVIL }, none: 'stale' },
  {
    change: 'books',
    where: { id: 'book1' },
    set: { name: EVIL, smsName: EVIL, header: EVIL, replies: { help: EVIL } as never },
    none: 'stale',
  },
  {
    add: 'members',
    row: memberRow({
      id: 'm1',
      phone: '+46701740611',
      name: EVIL,
      labels: [EVIL.slice(0, 40), `" onmouseover="alert(3)`],
      fields: { [`x" onfocus="alert(4)`]: EVIL },
    }),
    exists: 'stale',
  },
  {
    add: 'members',
    row: memberRow({ id: 'm2', phone: '+46701740612', name: EVIL, status: 'pending' }),
    exists: 'stale',
  },
  {
    add: 'members',
    row: memberRow({ id: 'm3', phone: '+46701740613', name: EVIL, status: 'unsubscribed', leftAt: NOON }),
    exists: 'stale',
  },
  { add: 'consentEvents', row: eventRow({ id: 'e1', event: 'left', addressHash: 'h3' }), exists: 'stale' },
  {
    add: 'consentPersons',
    row: personRow({ eventId: 'e1', address: '+46701740613', name: EVIL, text: EVIL }),
    exists: 'stale',
  },
  {
    add: 'broadcasts',
    row: broadcastRow({ id: 'b1', text: EVIL, header: EVIL, footer: EVIL, sender: 'LundsIK', status: 'paused' }),
    exists: 'stale',
  },
  {
    add: 'inbounds',
    row: inboundRow({ id: 'i1', door: 'mail', text: EVIL, kind: 'forwarded', rule: 'B-30' }),
    exists: 'stale',
  },
  { add: 'users', row: userRow({ id: 'u1', name: EVIL, role: 'sender', passwordHash: 'none' }), exists: 'stale' },
  { add: 'accesses', row: { userId: 'u1', bookId: 'book1' }, exists: 'stale' },
  {
    add: 'drafts',
    row: draftRow({ id: 'd1', name: EVIL, text: EVIL, audience: { labels: [EVIL], fields: {} } }),
    exists: 'stale',
  },
  ...uploadSteps({ id: 'f1', fileName: `${EVIL}.csv` }, `telefon;namn;${EVIL}\n070-174 06 14;${EVIL};${EVIL}\n`),
  {
    add: 'mails',
    row: mailRow({ id: 'mail1', inboundId: 'i1', subject: EVIL, text: EVIL, proof: EVIL_PROOF }),
    exists: 'stale',
  },
  ...(['read', 'send', 'join'] as const).map(
    (purpose) =>
      ({
        add: 'tokens',
        row: tokenRow({
          id: KEYED.digest(SECRETS[purpose]),
          purpose,
          subjectId: purpose === 'read' ? 'mail1' : 'b2',
          address: `${'x'.repeat(20)}@example.se`,
          expiresAt: Number.MAX_SAFE_INTEGER,
        }),
        exists: 'stale',
      }) as const,
  ),
  {
    add: 'broadcasts',
    row: broadcastRow({
      ...{ id: 'b2', door: 'mail', text: EVIL, header: EVIL, footer: EVIL, status: 'held', mailId: 'mail1' },
      finishedAt: null,
    }),
    exists: 'stale',
  },
  {
    add: 'logEntries',
    row: logRow({
      id: 'l1',
      actor: 'u1',
      event: 'setting_changed',
      details: { setting: EVIL, before: EVIL, after: EVIL },
    }),
    exists: 'stale',
  },
  {
    add: 'rollCalls',
    row: {
      ...{ id: 'r1', organisationId: 'org1', bookId: 'book1', broadcastId: 'b1', startedAt: NOON, endsAt: NOON + 1 },
      ...{ remindAt: null, remindedAt: null, endedAt: NOON + 1, version: 1 },
    },
    exists: 'stale',
  },
  {
    add: 'rollAnswers',
    row: { rollCallId: 'r1', memberId: 'm1', answer: 'help', text: EVIL, at: NOON },
    exists: 'stale',
  },
];

const OWN: Readonly<Record<string, string>> = {
  book: 'p12',
  member: 'm1',
  broadcast: 'b1',
  inbound: 'i1',
  draft: 'd1',
  upload: 'f1',
  user: 'u1',
  number: 'num1',
  session: '0123456789abcdef',
  token: 'made-up',
  passkey: '0123456789abcdef',
  roll: 'r1',
};

/** The address of a route in that book. */
export const ownPathOf = ({ path }: PageRoute): string =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    const id = OWN[name];
    if (id === undefined) throw new Error(`there is no row for :${name}`);
    return id;
  });

/** The address of every page that can be looked at; `m2` and `m3` are people in other states. */
export const PAGES: readonly string[] = [
  ...routes.filter(({ method }) => method === 'get').map(ownPathOf),
  '/books/p12/members/m2',
  '/books/p12/members/m3',
  `/confirm/${SECRETS.send}`,
  `/mail-join/${SECRETS.join}`,
  ...['m1', 'm3'].map((id) => `/leave/${makeLeaveToken(id, KEYED)}`),
  '/books/p12/broadcasts/b2',
  '/books/p12/write?draft=d1',
  '/books/p12/write?template=d1',
  `/books/p12/members?q=${encodeURIComponent(EVIL)}`,
  `/sign-in?back=${encodeURIComponent(`/"><script>alert(2)</script>`)}`,
];
