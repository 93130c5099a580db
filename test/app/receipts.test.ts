import { afterAll, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { createDeliveryEvents } from '../../src/app/deliveryEvents.ts';
import { keepHouse } from '../../src/app/housekeeping.ts';
import { createReceiveReceipt } from '../../src/app/receiptIntake.ts';
import { createReceiveText } from '../../src/app/receiveText.ts';
import type { InboundText } from '../../src/core/inbound.ts';
import { keyed, worlds } from './world.ts';

const NUMBER = '+46766861001';
const ANNA = '+46701000003';
const WRITER = '+46701000001';
const FUNCTIONARY = '+46701000002';
const MINUTE = 60_000;
const P12 = `organisation: { name: Lunds IK }
numbers: [{ number: "${NUMBER}", provider: simulator, provider_keywords: off }]
books:
  - name: P12
    address: p12
    number: "${NUMBER}"
    confirm_above: off
    writers: ["${WRITER}"]
    functionaries: ["${FUNCTIONARY}"]
    members: [{ phone: "${ANNA}", name: Anna }, { phone: "+46701000004" }, { phone: "+46701000005" }]
`;

/** An installation in one process, whose clock the test moves and whose deliveries the test hands to a provider. */
describe.each(['sqlite', 'postgres'] as const)('what comes after sending, on %s', (dialect) => {
  const all = worlds(dialect);
  afterAll(() => all.close(), 60_000);

  async function running() {
    const world = await all.create();
    let at = world.deps.clock.now();
    const deps = { ...world.deps, clock: { now: () => at } };
    await applyFile(P12, deps);
    const { store } = deps;
    const receive = createReceiveText({ ...deps, wait: async () => undefined });
    const onEvent = createDeliveryEvents(deps);
    const receipt = createReceiveReceipt({ store, clock: deps.clock, onEvent });
    const book = await store.reads.book('p12');
    let sids = 0;
    return {
      store,
      receipt,
      onEvent,
      bookId: book?.id ?? '',
      pass: (ms: number) => {
        at += ms;
      },
      now: () => at,
      text: (from: string, text: string, more: Partial<InboundText> = {}) =>
        receive({
          providerId: `in-${++sids}`,
          from,
          to: NUMBER,
          text,
          mediaCount: 0,
          missingPart: false,
          optOut: null,
          providerAt: null,
          ...more,
        }),
      house: (ledger: Partial<typeof store.ledger> = {}) =>
        keepHouse({ ...deps, store: { ...store, ledger: { ...store.ledger, ...ledger } } }),
      /** Takes everything that is due, as a provider that accepts all of it; returns what was taken. */
      async send() {
        const taken = [];
        for (const lane of await store.outbox.lanes(at)) {
          if (lane.broadcast) while ((await store.outbox.fanOut(lane.broadcast.id, at)) === 'more');
          const claimed = await store.outbox.claim(lane, 'test', 100, at, 30_000);
          taken.push(...claimed);
          await store.outbox.settle(
            'test',
            claimed.map(({ id }) => ({ id, to: 'accepted' as const, providerId: `SM${id}-${at}`, at })),
          );
        }
        await store.outbox.finish(at);
        return taken;
      },
      statuses: async () => (await store.reads.members(book?.id ?? '', { after: '', limit: 10 })).map((m) => m.status),
      broadcast: async () => (await store.reads.broadcasts(book?.id ?? '', 1))[0],
    };
  }

  async function sentCopy(world: Awaited<ReturnType<typeof running>>) {
    await world.text(WRITER, 'Vi ses klockan sju i morgon');
    const taken = await world.send();
    const copy = taken.find((one) => one.kind === 'copy' && one.address === ANNA);
    if (!copy) throw new Error('no copy to Anna');
    const failed = (reason: string, at = world.now()) =>
      world.receipt({
        deliveryId: copy.id,
        providerId: `SM${copy.id}-${at}`,
        status: 'undelivered',
        reason,
        at: world.now(),
      });
    return { copy, failed };
  }

  test('30003, a handset that was off: the same delivery is tried again after an hour, and its broadcast reopens', async () => {
    const world = await running();
    const { copy, failed } = await sentCopy(world);
    expect((await world.broadcast())?.status).toBe('sent');
    expect(await failed('30003')).toBe('moved');
    expect((await world.broadcast())?.status).toBe('sending');
    expect(await world.send()).toEqual([]);
    world.pass(61 * MINUTE);
    expect((await world.send()).map(({ id, attempts }) => [id, attempts])).toEqual([[copy.id, 2]]);
    expect((await world.broadcast())?.status).toBe('sent');
  });

  test('never past the latest time: a handset still off after four hours is not tried at the sixth', async () => {
    const world = await running();
    const { failed } = await sentCopy(world);
    await failed('30003');
    world.pass(61 * MINUTE);
    await world.send();
    expect(await failed('30003', world.now())).toBe('moved');
    expect((await world.broadcast())?.status).toBe('sent');
    world.pass(6 * 60 * MINUTE);
    expect(await world.send()).toEqual([]);
  });

  test('30006, a landline: final, noted in the log, and nobody is marked', async () => {
    const world = await running();
    const { failed } = await sentCopy(world);
    await failed('30006');
    world.pass(5 * MINUTE);
    expect(await world.send()).toEqual([]);
    expect(await world.statuses()).toEqual(['active', 'active', 'active']);
    const { entries } = await world.store.reads.log(world.bookId, 20);
    expect(entries.map(({ event }) => event)).toContain('address_bad');
  });

  test('21610 is mirrored once, also when it is told twice: no more copies go there, and START lifts it', async () => {
    const world = await running();
    const { failed } = await sentCopy(world);
    await failed('21610');
    await failed('21610');
    await world.text(WRITER, 'Glöm inte vattenflaskan i dag');
    expect((await world.send()).filter(({ kind }) => kind === 'copy').map(({ address }) => address)).not.toContain(
      ANNA,
    );
    const history = await world.store.ledger.history(keyed.addressHash(ANNA));
    expect(history.filter(({ event }) => event === 'provider_blocked')).toHaveLength(1);
    world.pass(MINUTE);
    await world.text(ANNA, 'START', { optOut: 'START' });
    expect((await world.send()).map(({ kind, address }) => [kind, address])).toContainEqual(['joined', ANNA]);
  });

  test('a configuration error pauses the run with its code and tells the functionary once', async () => {
    const world = await running();
    await world.text(WRITER, 'Vi ses klockan sju i morgon');
    const broadcast = await world.broadcast();
    const event = {
      kind: 'configuration',
      broadcastId: broadcast?.id ?? '',
      numberId: broadcast?.numberId ?? '',
      organisationId: broadcast?.organisationId ?? '',
      provider: 'simulator',
      code: '20003',
      scope: 'account',
    } as const;
    await world.onEvent(event);
    await world.onEvent(event);
    expect(await world.broadcast()).toMatchObject({ status: 'paused', pausedFor: '20003' });
    const notices = (await world.send()).filter(({ kind, text }) => kind === 'notice' && text?.includes('20003'));
    expect(notices.map(({ address }) => address)).toEqual([FUNCTIONARY]);
  });

  test('a chore that fails does not keep the others from theirs', async () => {
    const world = await running();
    await world.text(ANNA, 'stopp kanske sen');
    world.pass(24 * 60 * MINUTE + 1);
    const seal = () => Promise.reject(new Error('the chain does not fit'));
    await expect(world.house({ seal })).rejects.toThrow('does not fit');
    expect(await world.statuses()).toContain('unsubscribed');
  });

  test('B-13: no answer in 24 hours means left; the clock says so once', async () => {
    const world = await running();
    await world.text(ANNA, 'stopp kanske sen');
    expect(await world.statuses()).toContain('asked');
    world.pass(24 * 60 * MINUTE - 1);
    await world.house();
    expect(await world.statuses()).toContain('asked');
    world.pass(2);
    await world.house();
    await world.house();
    expect(await world.statuses()).toEqual(['unsubscribed', 'active', 'active']);
    const left = (await world.send()).filter(({ kind }) => kind === 'left');
    expect(left.map(({ address }) => address)).toEqual([ANNA]);
  });

  test('T-7: one notice for the first who leaves in a minute, one with the count of the others', async () => {
    const world = await running();
    // At the start of a minute, so that all three leave within it.
    world.pass(MINUTE - (world.now() % MINUTE));
    for (const from of [ANNA, '+46701000004', '+46701000005']) await world.text(from, 'STOPP');
    world.pass(MINUTE);
    await world.house();
    await world.house();
    const told = (await world.send()).filter(({ address }) => address === FUNCTIONARY).map(({ text }) => text);
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('Anna');
    expect(told[1]).toContain('2 personer');
  });

  test('a SÄND question that nobody answers expires after ten minutes and is never sent', async () => {
    const world = await running();
    await world.text(WRITER, 'ok');
    expect((await world.broadcast())?.status).toBe('held');
    world.pass(11 * MINUTE);
    await world.house();
    expect((await world.broadcast())?.status).toBe('expired');
    expect((await world.send()).filter(({ kind }) => kind === 'copy')).toEqual([]);
  });

  test('twenty texts of one sender at the same instant are all taken, and one START makes one row', async () => {
    const world = await running();
    const stranger = '+46701000009';
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => world.text(stranger, n % 2 === 0 ? 'START' : `Hej nummer ${n}`)),
    );
    expect(new Set(results)).toEqual(new Set(['done']));
    const rows = await world.store.reads.membersByAddress(world.bookId, [stranger]);
    expect(rows.map(({ status }) => status)).toEqual(['active']);
  });

  test('a text with NUL in it is stored on both databases and still leaves', async () => {
    const world = await running();
    expect(await world.text(ANNA, 'STOPP\0')).toBe('done');
    expect(await world.statuses()).toContain('unsubscribed');
  });
});
