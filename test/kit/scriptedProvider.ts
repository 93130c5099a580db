import type { ProviderName } from '../../src/core/organisation.ts';
import type { OutgoingText, Provider, SendOutcome, SentText } from '../../src/ports/provider.ts';

/** What the provider does with one message. */
export type Script = {
  /** How long the answer takes, ms. */
  takes?: number;
  /** Is it in the provider's log (accepted)? Default: when the answer says so. */
  taken?: boolean;
  /** 'hang': never answers. Default: accepted. */
  answer?: SendOutcome | 'hang';
};

export type Dial = OutgoingText & { startedAt: number; endedAt: number | null };

export type ScriptedProvider = Provider & {
  /** Every request, in order. */
  readonly dials: Dial[];
  readonly taken: (SentText & { to: string; from: string; at: number })[];
  readonly mostAtOnce: number;
  /** Look-ups so far. */
  readonly looks: number;
  /** From now on. */
  rule(rule: (message: OutgoingText, nth: number) => Script): void;
  readable(value: boolean): void;
};

/** A provider that does as it is told and remembers what it took; one implementation of the port among others. */
export function createScriptedProvider(
  options: { name?: ProviderName; concurrency?: number; spare?: number; takes?: number } = {},
): ScriptedProvider {
  const dials: Dial[] = [];
  const taken: ScriptedProvider['taken'] = [];
  let rule: (message: OutgoingText, nth: number) => Script = () => ({});
  let readable = true;
  let busy = 0;
  let most = 0;
  let looks = 0;
  let nth = 0;
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  return {
    name: options.name ?? 'simulator',
    concurrency: options.concurrency ?? 10,
    ...(options.spare !== undefined && { spare: options.spare }),
    dials,
    taken,
    get mostAtOnce() {
      return most;
    },
    get looks() {
      return looks;
    },
    rule(next) {
      rule = next;
    },
    readable(value) {
      readable = value;
    },
    async send(message, signal) {
      const dial: Dial = { ...message, startedAt: performance.now(), endedAt: null };
      dials.push(dial);
      most = Math.max(most, ++busy);
      const script = rule(message, ++nth);
      const providerId = `SM${nth}`;
      const answer = script.answer ?? { result: 'accepted' as const, providerId };
      if (script.taken ?? (answer !== 'hang' && answer.result === 'accepted')) {
        const { to, from, text } = message;
        taken.push({ providerId, text, to, from, createdAt: Date.now(), status: 'queued', at: performance.now() });
      }
      const takes = script.takes ?? options.takes ?? 0;
      if (takes > 0) await wait(takes);
      if (answer === 'hang') {
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
      }
      dial.endedAt = performance.now();
      busy--;
      return answer === 'hang' ? { result: 'unknown', reason: 'aborted' } : answer;
    },
    async find(to, from) {
      looks++;
      await wait(1);
      if (!readable) return null;
      return taken.filter((entry) => entry.to === to && entry.from === from).toReversed();
    },
    async close() {},
  };
}
