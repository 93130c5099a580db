import { expect, test } from '@jest/globals';
import type { MemberStatus } from '../../src/core/member.ts';
import type { MemberEdge, MemberQuery } from '../../src/ports/memberReads.ts';
import { eventRow, memberRow, NOON, personRow, uploadRow, uploadSteps } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';

const ALL: MemberStatus[] = [
  'active',
  'pending',
  'asked',
  'unsubscribed',
  'refused',
  'banned',
  'paused',
  'unreachable',
];
const named = (words: string[], label: string | null = null, statuses = ALL): MemberQuery => ({
  statuses,
  label,
  by: { kind: 'name', words },
});
const phoned = (begins: string, holds: string): MemberQuery => ({
  statuses: ALL,
  label: null,
  by: { kind: 'phone', begins, holds },
});

onBothDialects('members of a book', (bench) => {
  const people = () =>
    bench.done(
      add('members', memberRow({ id: 'm1', phone: '+46701000001', name: 'Anna Berg', labels: ['Lag 1', 'a"b\\c'] })),
      add('members', memberRow({ id: 'm2', phone: '+46701000002', name: 'anna ek', labels: ['Lag 10'] })),
      add('members', memberRow({ id: 'm3', phone: '+46701000003', name: 'Bo 100%', status: 'paused' })),
      add('members', memberRow({ id: 'm4', mail: 'cia@example.se', name: 'Cia_Lind', fields: { barn: 'Elsa' } })),
      add('members', memberRow({ id: 'm5', phone: '+46701000001', mail: 'x@example.se', name: '' })),
      add('members', memberRow({ id: 'm6', phone: '+46701000009', name: 'Dan', status: 'unsubscribed' })),
    );
  const ids = async (query: MemberQuery, edge: MemberEdge | null = null, limit = 10) =>
    (await bench.store.reads.memberPage('book1', query, edge, limit)).map(({ id }) => id);

  test('in the order of names, from an edge forth and back', async () => {
    await people();
    expect(await ids(named([]))).toEqual(['m5', 'm1', 'm2', 'm3', 'm4', 'm6']);
    expect(await ids(named([]), { key: 'anna ek', id: 'm2', side: 'after' }, 2)).toEqual(['m3', 'm4']);
    expect(await ids(named([]), { key: 'bo 100%', id: 'm3', side: 'before' }, 2)).toEqual(['m1', 'm2']);
    expect(await ids(named([], null, ['paused']))).toEqual(['m3']);
    expect(await bench.store.reads.memberPage('book2', named([]), null, 10)).toEqual([]);
  });

  test.each<[string, MemberQuery, string[]]>([
    ['a part of the name', named(['nn']), ['m1', 'm2']],
    ['two words in any order', named(['ek', 'anna']), ['m2']],
    ['no sign means anything', named(['%']), ['m3']],
    ['nor an underscore', named(['_']), ['m4']],
    ['a label as a whole', named([], 'Lag 1'), ['m1']],
    ['a label with quotes', named([], 'a"b\\c'), ['m1']],
    ['a label and a name', named(['ek'], 'Lag 10'), ['m2']],
    ['a label that nobody has', named([], 'Lag'), []],
    ['how a number begins', phoned('+46701', '46701'), ['m1', 'm5', 'm2', 'm3', 'm6']],
    ['a part of a number', phoned('+09', '0009'), ['m6']],
    ['no sign in a number either', phoned('+%', '%'), ['m1', 'm5', 'm2', 'm3', 'm6']],
    ['a mail address', { statuses: ALL, label: null, by: { kind: 'mail', holds: '@example' } }, ['m4', 'm5']],
  ])('finds %s', async (what, query, expected) => {
    await people();
    // "+%" is "+" with the sign taken out, and every number begins with it.
    expect([what, await ids(query)]).toEqual([what, expected]);
  });

  test('by number the order is that of numbers, from an edge on', async () => {
    await people();
    const edge: MemberEdge = { key: '+46701000001', id: 'm1', side: 'after' };
    expect(await ids(phoned('+46701', 'x'), edge, 2)).toEqual(['m5', 'm2']);
    expect(await ids(phoned('+46701', 'x'), { ...edge, id: 'm5', side: 'before' })).toEqual(['m1']);
  });

  test('one, some by id, counts, labels and fields', async () => {
    await people();
    const { reads } = bench.store;
    expect(await reads.member('m4')).toMatchObject({ name: 'Cia_Lind', fields: { barn: 'Elsa' } });
    expect(await reads.member('nobody')).toBeNull();
    expect((await reads.membersById(['m1', 'm6', 'nobody'])).map(({ id }) => id).sort()).toEqual(['m1', 'm6']);
    expect(await reads.membersById([])).toEqual([]);
    expect(await reads.memberCounts('book1')).toEqual({ active: 4, paused: 1, unsubscribed: 1 });
    expect(await reads.memberCounts('book2')).toEqual({});
    const marks = await reads.marks('book1', '', 2);
    expect(marks).toEqual([
      { id: 'm1', status: 'active', labels: ['Lag 1', 'a"b\\c'], fields: {} },
      { id: 'm2', status: 'active', labels: ['Lag 10'], fields: {} },
    ]);
    expect((await reads.marks('book1', 'm2', 10)).map(({ id }) => id)).toEqual(['m4']);
  });

  test('what the ledger says of some addresses in this book', async () => {
    await bench.done(
      add('consentEvents', eventRow({ id: 'e1', event: 'requested', addressHash: 'h1', at: NOON })),
      add('consentPersons', personRow({ eventId: 'e1', text: 'Start!!' })),
      add('consentEvents', eventRow({ id: 'e2', event: 'left_all', bookId: null, addressHash: 'h1', at: NOON + 1 })),
      add('consentEvents', eventRow({ id: 'e3', event: 'joined', bookId: 'other', addressHash: 'h1' })),
      add('consentEvents', eventRow({ id: 'e4', event: 'joined', addressHash: 'h2' })),
    );
    const found = await bench.store.reads.bookEvents('book1', ['h1']);
    expect(found.map(({ event, text }) => [event, text])).toEqual([
      ['requested', 'Start!!'],
      ['left_all', ''],
    ]);
    expect(await bench.store.reads.bookEvents('book1', [])).toEqual([]);
  });

  test('uploads, and those that are old', async () => {
    const row = uploadRow({ id: 'u1' });
    await bench.done(
      ...uploadSteps(row, 'telefon\n'),
      add('uploads', uploadRow({ id: 'u2', updatedAt: NOON + 10 })),
      add('uploadPieces', { uploadId: 'u3', part: 'content', no: 0, createdAt: NOON, text: 'never arrived' }),
      add('uploadPieces', { uploadId: 'u4', part: 'content', no: 0, createdAt: NOON + 10, text: 'arriving' }),
    );
    const { reads } = bench.store;
    expect(await reads.upload('u1')).toEqual(row);
    const { report: _, ...state } = row;
    expect(await reads.uploadState('u1')).toEqual(state);
    expect((await reads.uploadsBefore(NOON + 5, 10)).sort()).toEqual(['u1', 'u3']);
    expect([await reads.uploadPiece('u1', 'content', 0), await reads.uploadPiece('u1', 'content', 1)]).toEqual([
      'telefon\n',
      null,
    ]);
    expect(await reads.uploadPiece('u1', 'report', 0)).toBe(null);
    expect([await reads.upload('no'), await reads.uploadState('no')]).toEqual([null, null]);
  });
});
