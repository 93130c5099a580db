import type { CarrierLog, CarrierMessage } from '../ports/carrierLog.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type { ReceiveReceipt, ReceiveText } from '../ports/intake.ts';
import type { Log } from '../ports/log.ts';
import type { SimulatorEvent, Weather } from '../ports/simulator.ts';
import type { createAir, Schedule } from './simulatorAir.ts';
import type { createReceiptQueue } from './simulatorReceipts.ts';

export type SimulatorParts = {
  carrierLog: CarrierLog;
  /** Both are called only once traffic flows, so they may be set after the simulator is made. */
  receiveText: ReceiveText;
  receiveReceipt: ReceiveReceipt;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** The weather at the start; calm where it says nothing. */
  weather?: Partial<Weather>;
  /** [0, 1) and timers: arguments so that tests repeat. */
  random?: () => number;
  schedule?: Schedule;
};

/** What the two directions share. */
export type Network = Omit<SimulatorParts, 'weather' | 'random' | 'schedule'> & {
  weather: () => Weather;
  random: () => number;
  air: ReturnType<typeof createAir>;
  receipts: ReturnType<typeof createReceiptQueue>;
  append: (message: CarrierMessage) => Promise<void>;
  emit: (event: SimulatorEvent) => void;
};
