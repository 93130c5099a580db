import type { CarrierMessage } from './carrierLog.ts';
import type { ReceiveResult } from './intake.ts';

/**
 * The mast's switches. Chances are whole per cents, 0 to 100, thrown for each message by itself; both directions unless
 * said otherwise. A fresh simulator has calm weather.
 */
export type Weather = {
  lose: number;
  duplicate: number;
  /** Held back a little, so that later messages overtake it. */
  reorder: number;
  /** Every message travels this long, ms; both 0 = at once. */
  delayMs: { from: number; to: number };
  /** To phones only: how many end in `failCode`. */
  fail: number;
  /** A row of `providers/simulatorFailures.ts`, in Twilio's numbering. */
  failCode: string;
  /** `default`: the carrier acts on STOP, START and HELP itself, blocks the pair and answers in English (B-44). */
  stopHandling: 'default' | 'off';
};

/** A text as it was typed on a phone. */
export type TypedText = {
  /** Given by test benches that send the same message twice (B-28). */
  id?: string;
  from: string;
  to: string;
  text: string;
  mediaCount: number;
  missingPart: boolean;
};

/**
 * `lost` and `waiting` are the weather's: it will never arrive, or it is still in the air. All others come after the
 * commit.
 */
type TypedResult = { id: string; result: ReceiveResult | 'lost' | 'waiting' };

/** `message`: new or changed (same id). `gone`: was shown as typed and never left the phone. */
export type SimulatorEvent =
  | { kind: 'message'; message: CarrierMessage }
  | { kind: 'gone'; id: string; phone: string }
  | { kind: 'weather'; weather: Weather };

/** What phones in the browser and test benches see of the simulated network. */
export interface SimulatorDoor {
  /** Throws when the store does, and then nothing was typed. */
  type(text: TypedText): Promise<TypedResult>;
  /** Newest last, in the order of arrival at the phone; also what was lost, failed or is still in the air. */
  phone(number: string, limit: number): Promise<CarrierMessage[]>;
  /** Most recently used first. */
  phones(limit: number): Promise<string[]>;
  weather(): Weather;
  setWeather(weather: Weather): void;
  /** The codes that `failCode` may have, in a fixed order. */
  readonly failCodes: readonly string[];
  /** Returns how to stop listening. Events are those of this process. */
  subscribe(listener: (event: SimulatorEvent) => void): () => void;
}

/** Somebody whose phone stands on the shelf. */
export type SimulatedPerson = { number: string; name: string; role: 'writer' | 'functionary' | 'member'; book: string };

/** A virtual number of ours as a phone's contact: the name is that of its book or books. */
export type SimulatedNumber = { e164: string; name: string; country: string; timezone: string };
