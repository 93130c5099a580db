import { mailLine } from '../core/mail.ts';
import type { Organisation } from '../core/organisation.ts';
import type { PersonReply } from '../ports/personReads.ts';
import type { Store } from '../ports/store.ts';
import { breath } from './breath.ts';
import { type EvidenceDeps, membersOf } from './evidence.ts';
import { personLines } from './personLines.ts';

/**
 * Everything that one organisation knows of a person (GDPR article 15 and 20), as named sections; a section is read as it
 * is written, so memory does not grow with years of history. Other organisations' rows are not in it.
 */
export type Section = { name: string; rows: AsyncIterable<object> | Iterable<object> };

const PAGE = 500;
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export async function exportPerson(
  organisation: Organisation,
  addresses: readonly string[],
  deps: EvidenceDeps,
): Promise<{ about: object; sections: Section[] }> {
  const { store, clock, keyed } = deps;
  const { reads } = store;
  const books = (await reads.books()).filter(({ organisationId }) => organisationId === organisation.id);
  const members = await membersOf(addresses, books, store);
  const bookIds = books.map(({ id }) => id);
  const lineIds = [...new Set(books.map(({ numberId }) => numberId)), mailLine(organisation.id)];
  const hashes = addresses.map((address) => keyed.addressHash(address));
  const ours = new Set([...bookIds, ...lineIds]);
  const memberIds = members.map(({ id }) => id);
  const [stops, traces, users] = await Promise.all([
    reads.stopsOf(hashes),
    reads.tracesOf({ bookIds, lineIds, organisationId: organisation.id }, { addresses, memberIds }),
    reads.users(organisation.id),
  ]);
  const nameOf = (bookId: string | null): string | null => books.find(({ id }) => id === bookId)?.name ?? null;
  const roles: object[] = [];
  for (const { id, name } of books) {
    const [writers, functionaries] = [await reads.writers(id), await reads.functionaries(id)];
    for (const address of addresses) {
      if (writers.includes(address)) roles.push({ book: name, role: 'writer', address });
      if (functionaries.includes(address)) roles.push({ book: name, role: 'functionary', address });
    }
  }
  const small: Section[] = [
    {
      name: 'memberships',
      rows: members.map(({ bookId, addressKey: _, nameKey: __, version: ___, ...row }) => ({
        book: nameOf(bookId),
        ...row,
        since: iso(row.since),
        leftAt: iso(row.leftAt),
        pausedUntil: iso(row.pausedUntil),
        createdAt: iso(row.createdAt),
      })),
    },
    { name: 'roles', rows: roles },
    {
      name: 'logins',
      rows: users
        .filter(({ mail }) => addresses.includes(mail))
        .map(({ mail, name, role, createdAt, seenAt }) => ({
          mail,
          name,
          role,
          createdAt: iso(createdAt),
          seenAt: iso(seenAt),
        })),
    },
    {
      name: 'stops',
      rows: stops
        .filter(({ scopeId }) => ours.has(scopeId))
        .map(({ scope, scopeId, since, how }) => ({ scope, book: nameOf(scopeId), since: iso(since), how })),
    },
    {
      name: 'joinForms',
      rows: traces.joinForms.map(({ bookId, phone, mail, name, wording, createdAt, usedAt }) => ({
        ...{ book: nameOf(bookId), phone, mail, name, wording },
        createdAt: iso(createdAt),
        usedAt: iso(usedAt),
      })),
    },
    {
      name: 'rollCallAnswers',
      rows: traces.rollAnswers.map(({ answer, text, at }) => ({ at: iso(at), answer, text })),
    },
    {
      name: 'links',
      rows: traces.tokens.map(({ purpose, bookId, address, createdAt, expiresAt, usedAt }) => ({
        ...{ purpose, book: nameOf(bookId), address },
        createdAt: iso(createdAt),
        expiresAt: iso(expiresAt),
        usedAt: iso(usedAt),
      })),
    },
    {
      name: 'mailReturned',
      rows: traces.bounces.map(({ address, kind, code, at }) => ({ at: iso(at), address, kind, code })),
    },
    {
      name: 'conversations',
      // What was last said and asked; codes that still open something stay ours.
      rows: traces.conversations.map(({ sender, state, updatedAt }) => ({
        ...{ address: sender, updatedAt: iso(updatedAt), told: state.told, mutedUntil: iso(state.mutedUntil) },
        waitsFor: state.pending.map(({ kind }) => kind),
      })),
    },
  ];
  return {
    about: {
      format: 'startstopp-person',
      version: 1,
      madeAt: iso(clock.now()),
      organisation: { name: organisation.name, contact: organisation.contact },
      addresses,
    },
    sections: [
      ...small,
      { name: 'consent', rows: consent() },
      { name: 'received', rows: received(reads) },
      { name: 'answersAndNotices', rows: replies() },
      { name: 'broadcasts', rows: copies(reads) },
      { name: 'log', rows: log() },
    ],
  };

  async function* consent() {
    for await (const line of personLines(reads, organisation.id, hashes)) {
      const { at, event, rule, door, bookId, person, chainNo } = line;
      yield {
        ...{ at: iso(at), book: nameOf(bookId), event, door, rule, ledgerLine: chainNo },
        ...{ name: person?.name ?? null, address: person?.address ?? null, said: person?.text ?? null },
      };
    }
  }

  async function* received({ textsEverywhere, mailOfInbound, wholeMail }: Store['reads']) {
    for (let after: string | null = ''; after !== null; ) {
      const { rows, next } = await textsEverywhere(organisation.id, addresses, after);
      for (const { id, at, bookId, door, sender, text, kind, rule, mediaCount, broadcastId } of rows) {
        const mail = door === 'mail' ? await mailOfInbound(id) : null;
        const whole = mail && (await wholeMail(mail.id));
        yield {
          ...{ at: iso(at), book: nameOf(bookId), door, from: sender, text, became: kind, rule },
          ...{ pictures: mediaCount, broadcast: broadcastId },
          mail: mail && {
            subject: mail.subject,
            text: mail.text,
            attachments: (whole?.attachments ?? []).map(({ name, type, content }) => ({
              ...{ name, type, size: content.length },
              base64: Buffer.from(content).toString('base64'),
            })),
          },
        };
      }
      after = next;
      await breath();
    }
  }

  async function* replies() {
    for (let after = 0; ; ) {
      const page: (PersonReply & { bookId: string | null })[] = await reads.repliesEverywhere(
        organisation.id,
        addresses,
        after,
        PAGE,
      );
      for (const { createdAt, bookId, kind, address, text, letter, status, reason, settledAt } of page)
        yield {
          ...{ at: iso(createdAt), book: nameOf(bookId), kind, to: address, subject: letter?.subject ?? null, text },
          ...{ status, reason, settledAt: iso(settledAt) },
        };
      const last = page.at(-1);
      if (page.length < PAGE || !last) return;
      after = last.id;
    }
  }

  async function* copies({ broadcastsEverywhere, copiesAt }: Store['reads']) {
    for (let after = ''; ; ) {
      const page = await broadcastsEverywhere(organisation.id, after, PAGE);
      const found = await copiesAt(
        page.map(({ id }) => id),
        addresses,
      );
      for (const { id, bookId, header, text, footer, subject, dueAt, writer } of page) {
        const wrote = addresses.includes(writer);
        const own = found.filter(({ broadcastId }) => broadcastId === id);
        if (!wrote && own.length === 0) continue;
        yield {
          ...{ at: iso(dueAt), book: nameOf(bookId), subject, header, text, footer, wroteIt: wrote },
          copies: own.map(({ address, status, reason, attempts, settledAt }) => ({
            ...{ to: address, status, reason, attempts },
            settledAt: iso(settledAt),
          })),
        };
      }
      const last = page.at(-1);
      if (page.length < PAGE || !last) return;
      after = last.id;
      await breath();
    }
  }

  async function* log() {
    if (memberIds.length === 0) return;
    for (let after: string | null = ''; after !== null; ) {
      const { rows, next } = await reads.entriesAbout(organisation.id, memberIds, after);
      for (const { at, bookId, event, details } of rows) yield { at: iso(at), book: nameOf(bookId), event, details };
      after = next;
      await breath();
    }
  }
}
