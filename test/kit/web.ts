import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { createIds } from '../../src/app/ids.ts';
import type { InboundText } from '../../src/core/inbound.ts';
import { silentLog } from '../../src/log.ts';
import type { ReceiveResult } from '../../src/ports/intake.ts';
import type { Log } from '../../src/ports/log.ts';
import type { SimulatedNumber, SimulatedPerson } from '../../src/ports/simulator.ts';
import { createSimulator } from '../../src/providers/simulator.ts';
import { simulatorRoutes } from '../../src/transport/simulator/routes.ts';
import { createWeb, type WebParts } from '../../src/transport/web/app.ts';
import { createPageKit } from '../../src/transport/web/pageKit.ts';
import { createMemoryCarrierLog } from './memoryCarrierLog.ts';

export const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));
/** One for all servers of a test file. */
export const PAGES = createPageKit(VIEWS);
export const LIST = '+46766861001';
const NUMBERS: SimulatedNumber[] = [{ e164: LIST, name: 'Föräldrar P12', country: 'SE', timezone: 'Europe/Stockholm' }];
const PEOPLE: SimulatedPerson[] = [
  { number: '+46701000001', name: 'Karin', role: 'writer', book: 'Föräldrar P12' },
  { number: '+46701000002', name: 'Styrelsen', role: 'functionary', book: 'Föräldrar P12' },
  { number: '+46701000003', name: 'Anna', role: 'member', book: 'Föräldrar P12' },
];

/** The web server with a simulated network behind it; every part can be replaced. */
export function webWorld(options: Partial<WebParts> & { numbers?: SimulatedNumber[]; allowRemote?: boolean } = {}) {
  const inbound: InboundText[] = [];
  const { numbers = NUMBERS, allowRemote = false, ...parts } = options;
  const log = parts.log ?? silentLog;
  const clock = { now: () => Date.now() };
  const world = { answer: async (): Promise<ReceiveResult> => 'done' };
  const { door, provider } = createSimulator({
    carrierLog: createMemoryCarrierLog(),
    clock,
    ids: createIds(),
    log,
    receiveText: (text) => {
      inbound.push(text);
      return world.answer();
    },
    receiveReceipt: async () => 'moved',
  });
  const routes = simulatorRoutes({
    door,
    clock,
    log,
    numbers: async () => numbers,
    people: async () => PEOPLE,
    allowRemote,
  });
  const web = createWeb({
    pages: PAGES,
    publicUrl: 'http://localhost:8080',
    intake: (_req: IncomingMessage, _res: ServerResponse) => false,
    simulator: { routes, on: async () => numbers.length > 0 },
    toolbox: null,
    ready: async () => ({ ok: true, problems: [] }),
    metrics: new Registry(),
    log,
    trustedProxies: [],
    ...parts,
  });
  const sendTo = (to: string, text: string) => provider.send({ deliveryId: 1, from: LIST, to, text, validForS: 60 });
  return Object.assign(world, { ...web, door, inbound, sendTo });
}

/** A log that keeps its lines, to look for what must not be in them. */
export function keepingLog(): { log: Log; lines: () => string } {
  const lines: string[] = [];
  const keep = (fields: Record<string, unknown>, message: string) =>
    void lines.push(JSON.stringify({ ...fields, message }));
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  return { log, lines: () => lines.join('\n') };
}

export async function listen(server: ReturnType<typeof createWeb>['server']): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
