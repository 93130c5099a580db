import type { Lane } from '../ports/outbox.ts';
import type { SendOutcome } from '../ports/provider.ts';
import type { WorkerEvent } from '../ports/workerEvent.ts';
import type { Job } from './job.ts';
import type { WorkerOptions } from './options.ts';
import type { Roster } from './roster.ts';

type Refused = Extract<SendOutcome, { result: 'configuration' }>;

/** A broadcast that `app` did not pause is tried again after this, and a number's admins are told again. */
const AGAIN_MS = 300_000;

/** Configuration errors: stop dialling, tell `app` once, which pauses the broadcast and tells the admins (F9). */
export function createRefusals(deps: {
  roster: Roster;
  options: WorkerOptions;
  say: (event: WorkerEvent) => Promise<boolean>;
}) {
  const { roster, options, say } = deps;
  /** Of broadcasts: the telling that the rows of one refusal wait for. */
  const telling = new Map<string, Promise<void>>();
  /** Of broadcasts: when a refusal stopped them, monotonic. What was on the wire then says nothing new. */
  const stoppedAt = new Map<string, number>();
  /** Numbers (and lanes without provider): when it may be told again. */
  const toldUntil = new Map<string, number>();

  const eventOf = (lane: Lane, code: string, scope: Refused['scope']): WorkerEvent => ({
    kind: 'configuration',
    broadcastId: lane.mail === null ? (lane.broadcast?.id ?? null) : null,
    numberId: lane.numberId,
    organisationId: lane.organisationId,
    provider: lane.provider,
    code,
    scope,
  });

  /** Resolves when `app` has paused the broadcast, so that its row may go back to the queue. */
  function refuse({ number, run, dialledMono }: Job, { reason, scope }: Refused): Promise<void> {
    const until = options.monotonic() + options.refusedMs;
    if (scope === 'account') {
      number.provider.blockedUntil = until;
      number.provider.slots.restart(1);
    }
    if (scope === 'number') {
      number.blockedUntil = Math.max(number.blockedUntil, until);
      number.slots.restart(1);
    }
    const { lane } = run;
    // A smarthost that refuses us says nothing about the texts of the same broadcast: its mails wait by themselves.
    if (!lane.broadcast || lane.mail !== null) return tellOnce(lane, reason, scope);
    const { id } = lane.broadcast;
    const known = telling.get(id);
    if (known && roster.refusals.has(id)) return known;
    if (dialledMono !== null && dialledMono <= (stoppedAt.get(id) ?? Number.NEGATIVE_INFINITY))
      return Promise.resolve();
    stoppedAt.set(id, options.monotonic());
    const refusal = { until: options.monotonic() + AGAIN_MS, told: false, gone: false };
    roster.refusals.set(id, refusal);
    run.slots.restart(1);
    const told = say(eventOf(lane, reason, scope)).then((ok) => {
      refusal.told = ok;
      telling.delete(id);
    });
    telling.set(id, told);
    return told;
  }

  async function tellOnce(lane: Lane, code: string, scope: Refused['scope']): Promise<void> {
    const key = `${lane.numberId} ${lane.mail === null ? (lane.broadcast?.id ?? '') : ''} ${code}`;
    const mono = options.monotonic();
    if ((toldUntil.get(key) ?? 0) > mono) return;
    toldUntil.set(key, mono + AGAIN_MS);
    if (!(await say(eventOf(lane, code, scope)))) toldUntil.delete(key);
  }

  return {
    refuse,
    /** A lane whose provider is not set up: its deliveries wait. */
    notConfigured: (lane: Lane): Promise<void> => tellOnce(lane, 'not_configured', 'account'),
  };
}
