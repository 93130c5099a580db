import type { CarrierMessage } from '../ports/carrierLog.ts';
import type { Provider } from '../ports/provider.ts';
import type { SimulatorDoor, SimulatorEvent, Weather } from '../ports/simulator.ts';
import { createAir, timers } from './simulatorAir.ts';
import { batched } from './simulatorBatch.ts';
import { createDownlink } from './simulatorDownlink.ts';
import { FAILURES } from './simulatorFailures.ts';
import type { Network, SimulatorParts } from './simulatorNetwork.ts';
import { createReceiptQueue } from './simulatorReceipts.ts';
import { createUplink } from './simulatorUplink.ts';
import { CALM } from './simulatorWeather.ts';

/**
 * A phone network in this process: a provider that needs no account, and the door through which its phones type. Its
 * messages and blocks live in the store; its weather and what is in the air live in the process.
 */
export function createSimulator(parts: SimulatorParts): { provider: Provider; door: SimulatorDoor } {
  const { carrierLog, clock, log, random = Math.random, schedule = timers } = parts;
  const listeners = new Set<(event: SimulatorEvent) => void>();
  let weather: Weather = { ...CALM, ...parts.weather };

  const network: Network = {
    ...parts,
    weather: () => weather,
    random,
    air: createAir(schedule, (error) =>
      log.error({ kind: error instanceof Error ? error.name : 'unknown' }, 'a simulated message could not land'),
    ),
    receipts: createReceiptQueue(parts.receiveReceipt, log),
    append: batched((messages) => carrierLog.append(messages)),
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
  };
  const downlink = createDownlink(network);
  const uplink = createUplink(network, downlink.answer);

  const provider: Provider = {
    name: 'simulator',
    concurrency: 500,
    send: downlink.send,
    find: downlink.find,
    async close() {
      network.air.close();
      network.receipts.close();
    },
  };

  const door: SimulatorDoor = {
    type: uplink.type,
    async phone(number, limit) {
      const messages = await carrierLog.ofPhone(number, limit);
      const now = clock.now();
      for (const message of messages) resume(message, now);
      return messages;
    },
    phones: (limit) => carrierLog.phones(limit),
    weather: () => structuredClone(weather),
    setWeather(changed) {
      weather = structuredClone(changed);
      network.emit({ kind: 'weather', weather: door.weather() });
    },
    failCodes: Object.keys(FAILURES),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  /** A process that died had messages in the air: they go on when somebody looks at the phone. */
  function resume(message: CarrierMessage, now: number): void {
    if (network.air.holds(message.id) || message.at > now) return;
    if (message.status === 'accepted') downlink.resume(message);
    if (message.status === 'waiting') uplink.resume(message);
  }

  return { provider, door };
}
