import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutgoingText, Provider, SendOutcome } from '../../src/ports/provider.ts';

/** What can befall one message on its way; a subject says which of them its network can do. */
export type Mishap =
  | 'too_fast'
  | 'unavailable'
  | 'reset'
  | 'closed'
  | 'hang'
  | 'taken_then_reset'
  | 'taken_then_error'
  | 'taken_then_hang'
  | 'taken_then_half_an_answer'
  | 'taken_then_broken_json'
  | 'taken_then_foreign_page'
  | 'no_such_recipient'
  | 'account_refused'
  | 'sender_refused'
  | 'country_refused'
  | 'too_long'
  | 'slow';

/** A provider together with the network behind it, which knows the truth about what it took. */
export type Subject = {
  provider: Provider;
  /** The next message meets this. */
  next(mishap: Mishap): Promise<void>;
  optOut(to: string, from: string): Promise<void>;
  /** Everything the network took since `start`, oldest first. */
  taken(): Promise<{ to: string; from: string; text: string }[]>;
  /** After all: how many requests were not as the provider's description wants them. */
  invalid(): Promise<number>;
  /** Back to calm weather; what was taken may be forgotten. */
  calm(): Promise<void>;
  stop(): Promise<void>;
};

type Expected = { result: SendOutcome['result']; taken: boolean };

const EXPECTED: Readonly<Record<Mishap, Expected>> = {
  too_fast: { result: 'pacing', taken: false },
  unavailable: { result: 'unknown', taken: false },
  reset: { result: 'unknown', taken: false },
  closed: { result: 'unknown', taken: false },
  hang: { result: 'unknown', taken: false },
  taken_then_reset: { result: 'unknown', taken: true },
  taken_then_error: { result: 'unknown', taken: true },
  taken_then_hang: { result: 'unknown', taken: true },
  taken_then_half_an_answer: { result: 'unknown', taken: true },
  taken_then_broken_json: { result: 'unknown', taken: true },
  taken_then_foreign_page: { result: 'unknown', taken: true },
  no_such_recipient: { result: 'permanent', taken: false },
  account_refused: { result: 'configuration', taken: false },
  sender_refused: { result: 'configuration', taken: false },
  country_refused: { result: 'configuration', taken: false },
  too_long: { result: 'fault', taken: false },
  slow: { result: 'accepted', taken: true },
};

const TEXTS: readonly [string, string][] = [
  ['plain', 'Training is moved to 18.30.'],
  ['Swedish and Spanish letters', 'Hej på dig! Åäö ÅÄÖ é ü ñ ¿ €'],
  ['emoji with joiners', '👨‍👩‍👧‍👦 🏳️‍🌈 🇸🇪'],
  ['line breaks', 'rad 1\nrad 2\r\nrad 3'],
  ['what forms use as signs', '1+1=2 100% &a=b;c?d#e'],
  ['a formula and markup', '=1+1 <b>"x"</b> \\ {}'],
  ['decomposed letters', 'a\u030a a\u0308 o\u0308'],
  ['inner and outer spaces', '  a  b\t.'],
  ['as long as it may be', 'å'.repeat(1600)],
];

/**
 * What every provider promises. Run it with a subject on a real network stand-in: outcomes are compared with what that
 * network says it took, not with what the provider believes.
 */
export function providerContract(name: string, mishaps: readonly Mishap[], start: () => Promise<Subject>): void {
  describe(`provider contract: ${name}`, () => {
    let subject: Subject;
    let count = 0;
    beforeAll(async () => {
      subject = await start();
    });
    beforeEach(() => subject.calm());
    afterEach(async () => expect(await subject.invalid()).toBe(0));
    afterAll(() => subject.stop());

    const FROM = '+46766861001';
    const message = (text = `Message ${count}`): OutgoingText => {
      count++;
      const to = `+4670100${String(count).padStart(4, '0')}`;
      return { deliveryId: count, from: FROM, to, text, validForS: 3600 };
    };

    test('an accepted message is on the network once, with an id', async () => {
      const sent = message();
      const outcome = await subject.provider.send(sent);
      expect(outcome).toEqual({ result: 'accepted', providerId: expect.stringMatching(/./) });
      expect(await takenTo(sent.to)).toEqual([{ to: sent.to, from: FROM, text: sent.text }]);
    });

    test.each(TEXTS)('the text arrives as it was: %s', async (_name, text) => {
      const sent = message(text);
      expect(await subject.provider.send(sent)).toMatchObject({ result: 'accepted' });
      expect((await takenTo(sent.to)).map((one) => one.text)).toEqual([text]);
      expect((await subject.provider.find(sent.to, FROM))?.map((one) => one.text)).toEqual([text]);
    });

    test.each([1, 3600, 36_000, 86_400, 0, 1.5])(
      'a validity of %d s is one that the network takes',
      async (validForS) => {
        expect(await subject.provider.send({ ...message(), validForS })).toMatchObject({ result: 'accepted' });
      },
    );

    test('half a character does not stop a message', async () => {
      expect(await subject.provider.send(message('a\ud83d b'))).toMatchObject({ result: 'accepted' });
    });

    test('the log shows what was accepted, newest first, with id and time', async () => {
      const first = message('first');
      const before = Math.floor(Date.now() / 1000) * 1000;
      const one = await subject.provider.send(first);
      const two = await subject.provider.send({ ...first, text: 'second' });
      const found = await subject.provider.find(first.to, FROM);
      expect(found?.map((entry) => entry.text)).toHaveLength(2);
      expect(new Set(found?.map((entry) => entry.providerId))).toEqual(new Set([providerId(one), providerId(two)]));
      for (const entry of found ?? []) expect(entry.createdAt).toBeGreaterThanOrEqual(before);
      expect(found?.[0]?.createdAt).toBeGreaterThanOrEqual(found?.[1]?.createdAt ?? Number.POSITIVE_INFINITY);
    });

    test('the log of another pair of numbers shows nothing of it', async () => {
      const sent = message();
      await subject.provider.send(sent);
      expect(await subject.provider.find(sent.to, '+46766861002')).toEqual([]);
      expect(await subject.provider.find('+46701999999', FROM)).toEqual([]);
    });

    test('who has opted out at the provider is blocked, and only towards that number', async () => {
      const sent = message();
      await subject.optOut(sent.to, FROM);
      expect(await subject.provider.send(sent)).toMatchObject({ result: 'blocked' });
      expect(await takenTo(sent.to)).toEqual([]);
      expect(await subject.provider.send({ ...sent, from: '+46766861002' })).toMatchObject({ result: 'accepted' });
    });

    test.each(mishaps.map((mishap) => [mishap, EXPECTED[mishap].result, EXPECTED[mishap].taken] as const))(
      '%s is %s (taken: %s), and the log tells which',
      async (mishap, result, taken) => {
        const sent = message();
        await subject.next(mishap);
        const outcome = await subject.provider.send(sent);
        expect(outcome.result).toBe(result);
        expect(await takenTo(sent.to)).toHaveLength(taken ? 1 : 0);
        const found = await subject.provider.find(sent.to, FROM);
        expect(found?.map((entry) => entry.text)).toEqual(taken ? [sent.text] : []);
        expect(await subject.provider.send(message())).toMatchObject({ result: 'accepted' });
      },
    );

    test('as many at once as it says', async () => {
      const many = Array.from({ length: Math.min(subject.provider.concurrency, 50) * 2 }, () => message());
      const outcomes = await Promise.all(many.map((one) => subject.provider.send(one)));
      expect(outcomes.map((outcome) => outcome.result)).toEqual(many.map(() => 'accepted'));
      expect(new Set(outcomes.map(providerId)).size).toBe(many.length);
    });

    const takenTo = async (to: string) => (await subject.taken()).filter((one) => one.to === to);
  });
}

function providerId(outcome: SendOutcome): string {
  if (outcome.result !== 'accepted') throw new Error(`not accepted: ${outcome.result}`);
  return outcome.providerId;
}
