import type { ProviderName } from '../core/organisation.ts';
import type { Lane, Outbox } from '../ports/outbox.ts';
import type { Provider } from '../ports/provider.ts';
import type { WorkerOptions } from './options.ts';
import { createPace, type Pace } from './pace.ts';
import { createSlots, type Slots } from './slots.ts';

/** One run (a broadcast's copies) or the replies of one number, as the worker works on it. */
export type RunState = {
  lane: Lane;
  slots: Slots;
  /** Nothing more to claim until the lanes are looked at again. */
  drained: boolean;
  /** Wall time until which copies are held (quiet hours, quota). */
  heldUntil: number;
};

/** A broadcast that met a configuration error: not dialled until it was seen paused and running again. */
export type Refusal = {
  /** Monotonic; should `app` never pause it, it is tried again then. */
  until: number;
  /** `app` has taken it, and so has paused the broadcast. */
  told: boolean;
  /** Seen paused: not among the running ones. */
  gone: boolean;
};

export type NumberState = {
  id: string;
  provider: ProviderState;
  pace: Pace;
  slots: Slots;
  replies: RunState | null;
  runs: RunState[];
  /** A claim is under way: one at a time. */
  claiming: boolean;
  /** Monotonic time until which nothing is dialled. */
  blockedUntil: number;
  /** Unclear and temporary answers since the last good one, and how often they have stopped the number. */
  bad: number;
  strikes: number;
  /** Answers of too fast since the last good one, not counting those that were under way together. */
  tooFast: number;
  /** Requests under way that hold nobody up any more. */
  stalled: number;
};

export type ProviderState = {
  name: ProviderName;
  provider: Provider;
  /** Held: claimed and not yet answered. */
  slots: Slots;
  /** Places that claims under way may take. */
  promised: number;
  /** Requests under way that no longer count, up to the provider's spare connections. */
  stalled: number;
  blockedUntil: number;
  /** How long a request takes, ms, smoothed; null before the first. */
  usualMs: number | null;
  /** Numbers that have something to do, in the order of their turns. */
  turns: NumberState[];
};

export type Roster = {
  /** Takes over what was just read; runs that are no longer listed are forgotten. */
  update(lanes: readonly Lane[]): { unconfigured: Lane[] };
  readonly providers: ReadonlyMap<ProviderName, ProviderState>;
  readonly numbers: ReadonlyMap<string, NumberState>;
  /** By broadcast. */
  readonly refusals: Map<string, Refusal>;
};

export function createRoster(
  outbox: Outbox,
  providerOf: (name: ProviderName) => Provider | null,
  options: WorkerOptions,
): Roster {
  const providers = new Map<ProviderName, ProviderState>();
  const numbers = new Map<string, NumberState>();
  const refusals = new Map<string, Refusal>();

  function providerState(name: ProviderName): ProviderState | null {
    const known = providers.get(name);
    const provider = providerOf(name);
    if (!provider) return null;
    if (known?.provider === provider) return known;
    const made: ProviderState = {
      name,
      provider,
      slots: createSlots(options.probes, provider.concurrency),
      promised: 0,
      stalled: 0,
      blockedUntil: 0,
      usualMs: null,
      turns: [],
    };
    providers.set(name, made);
    return made;
  }

  function numberState(lane: Lane, provider: ProviderState): NumberState {
    const known = numbers.get(lane.numberId);
    if (known?.provider === provider) return known;
    const made: NumberState = {
      id: lane.numberId,
      provider,
      pace: createPace(outbox, lane.numberId, options.monotonic),
      slots: createSlots(options.probes, provider.provider.concurrency),
      replies: null,
      runs: [],
      claiming: false,
      blockedUntil: 0,
      bad: 0,
      strikes: 0,
      tooFast: 0,
      stalled: 0,
    };
    numbers.set(lane.numberId, made);
    return made;
  }

  function runState(lane: Lane, known: RunState | null | undefined, concurrency: number): RunState {
    if (known) {
      known.lane = lane;
      known.drained = false;
      return known;
    }
    return { lane, slots: createSlots(options.probes, concurrency), drained: false, heldUntil: 0 };
  }

  function update(lanes: readonly Lane[]): { unconfigured: Lane[] } {
    const unconfigured: Lane[] = [];
    const listed = new Map<NumberState, Lane[]>();
    for (const lane of lanes) {
      const provider = providerState(lane.provider);
      if (!provider) {
        unconfigured.push(lane);
        continue;
      }
      const number = numberState(lane, provider);
      const known = listed.get(number);
      if (known) known.push(lane);
      else listed.set(number, [lane]);
    }
    for (const number of numbers.values()) updateNumber(number, listed.get(number) ?? []);
    for (const provider of providers.values()) {
      const turns = provider.turns.filter((number) => listed.has(number));
      const fresh = [...listed.keys()].filter((number) => number.provider === provider && !turns.includes(number));
      provider.turns = [...turns, ...fresh];
    }
    reviewRefusals(lanes);
    return { unconfigured };
  }

  function updateNumber(number: NumberState, lanes: readonly Lane[]): void {
    const concurrency = number.provider.provider.concurrency;
    const replies = lanes.find((lane) => lane.broadcast === null);
    if (replies) number.replies = runState(replies, number.replies, concurrency);
    else if (number.replies) number.replies.drained = true;
    const running = new Map(lanes.flatMap((lane) => (lane.broadcast ? [[lane.broadcast.id, lane] as const] : [])));
    // Kept in the order of their turns; new ones come last.
    const kept: RunState[] = [];
    for (const run of number.runs) {
      const lane = run.lane.broadcast && running.get(run.lane.broadcast.id);
      if (!lane) continue;
      running.delete(lane.broadcast?.id ?? '');
      kept.push(runState(lane, run, concurrency));
    }
    number.runs = [...kept, ...[...running.values()].map((lane) => runState(lane, null, concurrency))];
  }

  /** One that was seen paused and runs again was repaired by somebody: try at once. */
  function reviewRefusals(lanes: readonly Lane[]): void {
    for (const [broadcastId, refusal] of refusals) {
      const lane = lanes.find((each) => each.broadcast?.id === broadcastId);
      if (!lane) {
        if (refusal.told) refusal.gone = true;
        continue;
      }
      if (!refusal.gone && options.monotonic() <= refusal.until) continue;
      refusals.delete(broadcastId);
      const number = numbers.get(lane.numberId);
      if (!number) continue;
      number.blockedUntil = 0;
      number.provider.blockedUntil = 0;
    }
  }

  return { update, providers, numbers, refusals };
}
