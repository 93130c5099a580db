import { describe, expect, test } from '@jest/globals';
import { decideAdding, type NewPerson } from '../../src/core/adding.ts';
import { decideApproval } from '../../src/core/approval.ts';
import type { Stop } from '../../src/core/consent.ts';
import { composeCopy, copyOf, mergeCopy } from '../../src/core/copy.ts';
import type { Member, MemberStatus } from '../../src/core/member.ts';
import { decideAskedTimeout, decidePauseEnd } from '../../src/core/settleAsked.ts';
import {
  anna,
  bo,
  changesOf,
  DAY,
  dan,
  events,
  member,
  NOON,
  organisation,
  p12,
  statuses,
  stop,
  virtualNumber,
} from '../kit/world.ts';

const desk = { organisation, number: virtualNumber, book: p12, functionaries: [dan] };
const outgoingTo = (decision: { outgoing: { to: string }[] }) => decision.outgoing.map(({ to }) => to);

describe('B-10: approve and refuse', () => {
  const asking = member(bo, 'pending', { name: 'Bo', leftAt: NOON - 40 * DAY });

  test('approving joins, lifts the stops of who had left, and tells them', () => {
    const decision = decideApproval(desk, asking, 'approve');
    if (!decision.ok) throw new Error(decision.why);
    expect(statuses(decision)).toEqual(['active']);
    expect(changesOf(decision, 'lift_stop').map(({ scope, address }) => `${scope} ${address}`)).toEqual([
      `book ${bo}`,
      `number ${bo}`,
    ]);
    expect(events(decision)).toEqual(['approved']);
    expect(decision.outgoing).toMatchObject([{ kind: 'joined', to: bo, reply: { key: 'joined' } }]);
  });

  test('refusing tells them once and lifts nothing', () => {
    const decision = decideApproval(desk, asking, 'refuse');
    if (!decision.ok) throw new Error(decision.why);
    expect(statuses(decision)).toEqual(['refused']);
    expect(changesOf(decision, 'lift_stop')).toEqual([]);
    expect(events(decision)).toEqual(['refused']);
    expect(decision.outgoing).toMatchObject([
      { kind: 'answer', reply: { key: 'requestRefused' }, onceKey: `refused:${asking.id}:${asking.since}` },
    ]);
  });

  test.each<MemberStatus>(['active', 'unsubscribed', 'refused', 'banned', 'asked', 'paused'])(
    'who is %s is not pending',
    (status) => {
      for (const verdict of ['approve', 'refuse'] as const) {
        expect(decideApproval(desk, member(bo, status), verdict)).toEqual({ ok: false, why: 'not_pending' });
      }
    },
  );
});

describe('B-13: no answer in 24 h', () => {
  const asked = member(anna, 'asked', { since: NOON - DAY, mail: 'anna@example.se', name: 'Anna' });

  test('has left, at phone and mail, and is told so; functionaries too', () => {
    const decision = decideAskedTimeout(desk, asked, NOON);
    expect(statuses(decision)).toEqual(['unsubscribed']);
    expect(changesOf(decision, 'stop').map(({ address, how }) => [address, how])).toEqual([
      [anna, 'clock B-13'],
      ['anna@example.se', 'clock B-13'],
    ]);
    expect(changesOf(decision, 'cancel_copies')).toHaveLength(2);
    expect(changesOf(decision, 'consent')).toMatchObject([{ event: 'left', rule: 'B-13', address: anna, text: '' }]);
    expect(outgoingTo(decision)).toEqual([anna, dan]);
  });

  test.each<[string, Member, Partial<typeof p12>]>([
    ['too early', { ...asked, since: NOON - DAY + 1 }, {}],
    ['settled meanwhile', { ...asked, status: 'active' }, {}],
    ['a list exempted from leaving (B-48)', asked, { leaving: 'exempt' }],
  ])('nothing: %s', (_, row, over) => {
    expect(decideAskedTimeout({ ...desk, book: { ...p12, ...over } }, row, NOON)).toEqual({
      changes: [],
      outgoing: [],
    });
  });

  test('no notice when switched off', () => {
    expect(outgoingTo(decideAskedTimeout({ ...desk, book: { ...p12, tellLeave: false } }, asked, NOON))).toEqual([
      anna,
    ]);
  });

  test('a pause with a date ends then; one without never by itself', () => {
    const paused = member(anna, 'paused', { pausedUntil: NOON });
    expect(decidePauseEnd(paused, NOON)).toMatchObject([
      { do: 'set_member', status: 'active' },
      { do: 'consent', event: 'resumed' },
    ]);
    expect(decidePauseEnd(paused, NOON - 1)).toBeNull();
    expect(decidePauseEnd({ ...paused, pausedUntil: null }, NOON)).toBeNull();
    expect(decidePauseEnd({ ...paused, status: 'banned' }, NOON)).toBeNull();
  });
});

describe('B-41: the owner adds', () => {
  const person = (over: Partial<NewPerson> = {}): NewPerson => ({
    phone: anna,
    mail: null,
    name: '',
    labels: null,
    ...over,
  });
  const add = (
    who: NewPerson,
    members: Member[] = [],
    stops: Stop[] = [],
    seen: (row: Member) => boolean = () => false,
  ) => decideAdding(who, { members, stops, seen });

  test('somebody new', () => expect(add(person())).toEqual({ do: 'create' }));

  test.each<[string, Member[], Stop[]]>([
    ['the stop of the book', [], [stop('book', anna)]],
    ['the stop of the number', [], [stop('number', anna)]],
    ['a stop at the mail address', [], [stop('book', 'anna@example.se')]],
    ['a stop without its address, after erasing', [], [{ ...stop('book', anna), address: null }]],
    ['the row alone', [member(anna, 'unsubscribed')], []],
    ['a stop beside an active row', [member(anna)], [stop('book', anna)]],
  ])('who left is refused with when and how: %s', (_, members, stops) => {
    const how = stops.length > 0 ? 'sms B-11' : '';
    expect(add(person({ mail: 'anna@example.se' }), members, stops)).toEqual({
      do: 'refuse',
      why: 'left',
      at: NOON - 40 * DAY,
      how,
    });
  });

  test('a block at the provider refuses nobody', () =>
    expect(add(person(), [], [stop('provider', anna)])).toEqual({ do: 'create' }));
  test('the banned and the asked are refused', () => {
    expect(add(person(), [member(anna, 'banned')])).toMatchObject({ do: 'refuse', why: 'banned' });
    expect(add(person(), [member(anna, 'asked')])).toMatchObject({ do: 'refuse', why: 'asked' });
  });

  test.each<MemberStatus>(['active', 'paused', 'unreachable'])('who is there (%s) stays as they are', (status) => {
    expect(add(person(), [member(anna, status)])).toMatchObject({ do: 'nothing' });
  });

  test.each<MemberStatus>(['pending', 'refused'])('who is %s is granted', (status) => {
    expect(add(person(), [member(anna, status)])).toMatchObject({
      do: 'change',
      set: { status: 'active' },
      attached: null,
    });
  });

  test('a mail address joins the row of its phone, unless somebody else has it; B-40: another mail is another person', () => {
    const withMail = person({ mail: 'a@example.se', name: 'Anna' });
    expect(add(withMail, [member(anna)])).toMatchObject({
      do: 'change',
      set: { mail: 'a@example.se', name: 'Anna' },
      attached: 'a@example.se',
    });
    expect(add(withMail, [member(anna, 'active', { mail: 'b@example.se' })])).toEqual({ do: 'create' });
    const apart = [member(anna, 'active', { name: 'Anna' }), member(null, 'active', { mail: 'a@example.se' })];
    expect(add(withMail, apart)).toMatchObject({ do: 'nothing' });
    expect(add(person({ labels: ['lag a'] }), [member(anna)])).toMatchObject({
      do: 'change',
      set: { labels: ['lag a'] },
    });
  });

  test('twice in a file', () => {
    expect(add(person({ name: 'Eva' }), [member(anna, 'active', { name: 'Anna' })], [], () => true)).toMatchObject({
      do: 'nothing',
    });
  });
});

describe('one copy', () => {
  test('header before, footer below, names merged, unknown names kept', () => {
    expect(composeCopy('*P12*', 'Hej', 'Svara STOPP')).toBe('*P12* Hej\nSvara STOPP');
    expect(composeCopy('', 'Hej', '')).toBe('Hej');
    expect(mergeCopy('Hej {name}, {namn} {}', { name: 'Bo' })).toBe('Hej Bo, {namn} {}');
    expect(mergeCopy('{constructor}', { name: 'Bo' })).toBe('{constructor}');
    expect(mergeCopy('Hej {name}', { name: '$& {name}' })).toBe('Hej $& {name}');
  });

  test('line separators part lines, control codes fall away; a merged name counts', () => {
    expect(copyOf(p12, ' a\r\nb\u2028c\u0085d\u0007e\t ').text).toBe('a\nb\nc\nde');
    const bare = { ...p12, header: '', footer: false };
    expect(copyOf(bare, 'x'.repeat(154)).parts).toBe(1);
    expect(copyOf(bare, `${'x'.repeat(148)}{name}`).parts).toBe(2);
  });
});
