import { resolve } from 'node:path';
import { offerFirstUser } from '../app/account/firstUser.ts';
import { linkPath } from '../app/account/links.ts';
import { wait } from '../app/clock.ts';
import { createDeliveryEvents } from '../app/deliveryEvents.ts';
import { keepHouse } from '../app/housekeeping.ts';
import { DIAL_LIMIT_MS } from '../app/leaveWait.ts';
import { createReceiveReceipt } from '../app/receiptIntake.ts';
import { createReceiveText } from '../app/receiveText.ts';
import { projectFolder } from '../config.ts';
import { createWorker } from '../delivery/worker.ts';
import { createSignOn } from '../providers/openId.ts';
import { createProviders } from '../providers/registry.ts';
import { createSimulator } from '../providers/simulator.ts';
import { createTwilioProvider } from '../providers/twilio.ts';
import { holdWorkerLock } from '../store/workerLock.ts';
import { simulatorRoutes } from '../transport/simulator/routes.ts';
import { createTwilioIntake } from '../transport/twilio/intake.ts';
import { createWeb } from '../transport/web/app.ts';
import { createPageKit } from '../transport/web/pageKit.ts';
import { type Context, type ContextOptions, openContext } from './context.ts';
import { Stopped } from './installation.ts';
import { openMailDoor } from './mailDoor.ts';
import { openMailOut } from './mailOut.ts';
import { createMetrics } from './metrics.ts';
import { repeat } from './repeat.ts';
import { simulatedNumbers, simulatedPeople } from './simulatedPeople.ts';

/** SIGTERM: what is in flight gets this long, all in all under ten seconds (F3). */
const WEB_MS = 4_000;
const DRAIN_MS = 4_000;
/** Half of what a leave waits (B-36): the rest is for a busy machine between the look at the clock and the wire. */
const DIAL_MS = DIAL_LIMIT_MS / 2;
const HOUSE_MS = 1_000;

const ROLES = ['web', 'smtp', 'worker'] as const;
type Role = (typeof ROLES)[number];

export type Running = {
  context: Context;
  /** Where the web server listens; null without that role. */
  address: string | null;
  /** Where the mail door listens; null without that role. */
  mailPort: number | null;
  simulator: ReturnType<typeof createSimulator>['door'];
  stop(): Promise<void>;
};

/** `startstopp serve`: runs until SIGTERM or SIGINT. */
export async function serve(options: { role: string; new?: boolean }): Promise<void> {
  const roles = rolesOf(options.role);
  let running: Running | null = null;
  const asked = askedToStop();
  // While it starts nothing is on the wire, so nobody has to wait.
  void asked.then(() => running ?? process.exit(0));
  running = await start(roles, { fresh: options.new ?? false, logTo: 'stdout' });
  await stopWhen(asked, running);
}

type StartOptions = ContextOptions & { quiet?: boolean };

/**
 * Starts what the roles ask for. When something later in the start fails (a port is taken), what was opened before it is
 * closed again: a program that could not start must end, not stay half up with the worker's lock in its hand.
 */
export async function start(roles: ReadonlySet<Role>, options: StartOptions): Promise<Running> {
  const context = await openContext(options);
  const opened: (() => unknown)[] = [() => context.store.close()];
  try {
    return await compose(context, roles, options, (close) => opened.push(close));
  } catch (error) {
    for (const close of opened.reverse()) await close();
    throw error;
  }
}

/** The composition root: store, providers, app, roles. `undo` is told how to close what has been opened. */
async function compose(
  context: Context,
  roles: ReadonlySet<Role>,
  options: StartOptions,
  undo: (close: () => unknown) => void,
): Promise<Running> {
  const { config, store, clock, ids, keyed, log } = context;
  const unlock = roles.has('worker') ? lockWorker(config.databaseUrl) : null;
  undo(() => unlock?.());

  const receiveText = createReceiveText({ store, clock, ids, keyed, log, wait });
  const onEvent = createDeliveryEvents({ store, clock, ids, keyed, log });
  const receiveReceipt = createReceiveReceipt({ store, clock, onEvent });
  const simulator = createSimulator({ carrierLog: store.carrierLog, receiveText, receiveReceipt, clock, ids, log });
  const { twilioAccountSid: accountSid, twilioAuthToken: authToken } = config;
  const twilio =
    accountSid && authToken
      ? createTwilioProvider({ accountSid, authToken, apiUrl: config.twilioApiUrl, publicUrl: config.publicUrl, log })
      : null;
  const smtp = openMailOut(context);
  const providers = createProviders({
    simulator: simulator.provider,
    ...(twilio ? { twilio } : {}),
    ...(smtp ? { smtp } : {}),
  });
  undo(() => providers.close());

  const worker = roles.has('worker')
    ? createWorker({
        outbox: store.outbox,
        provider: providers.provider,
        clock,
        log,
        owner: `${process.pid}-${ids.next(clock.now())}`,
        onEvent,
        options: { alone: store.dialect === 'sqlite', dialWithinMs: DIAL_MS },
      })
    : null;
  const metrics = createMetrics(store, () => worker?.stats() ?? {});

  const intake = createTwilioIntake({
    publicUrl: config.publicUrl,
    authToken,
    accountSid,
    receiveText,
    receiveReceipt,
    clock,
    log,
    count: metrics.count,
  });
  const web = roles.has('web')
    ? createWeb({
        pages: createPageKit(resolve(projectFolder, 'views')),
        publicUrl: config.publicUrl,
        intake: intake.handle,
        simulator: {
          routes: simulatorRoutes({
            door: simulator.door,
            clock,
            log,
            people: () => simulatedPeople(store.reads),
            numbers: () => simulatedNumbers(store.reads),
            allowRemote: false,
          }),
          on: async () => (await simulatedNumbers(store.reads)).length > 0,
        },
        toolbox: {
          ...{ store, clock, ids, keyed, sealer: context.sealer, log },
          publicUrl: config.publicUrl,
          signOn: createSignOn({ publicUrl: config.publicUrl, clock }),
          listDomain: config.listDomain,
          mailOut: config.mailUrl !== null,
        },
        async ready() {
          await store.ready();
          const known = (await store.reads.installation()) !== null;
          return known ? { ok: true, problems: [] } : { ok: false, problems: ['database'] };
        },
        metrics: metrics.registry,
        log,
        trustedProxies: config.trustedProxies,
      })
    : null;
  const door = roles.has('smtp') ? openMailDoor(context) : null;
  undo(() => door?.close(0));
  if (web) await listen(web.server, config.port, config.host);
  undo(() => web?.close(0));
  const mailPort = (await door?.listen()) ?? null;
  if (web) await announceFirstUser(context, options.quiet ?? false);
  const house = worker ? repeat(() => keepHouse({ store, clock, ids, keyed, log }), HOUSE_MS, log) : null;
  const forget = worker ? store.onDeliveries(() => worker.wake()) : null;
  worker?.start();
  log.info(
    { roles: [...roles], port: web ? config.port : null, mailPort, database: store.dialect },
    'Startstopp is running',
  );

  return {
    context,
    address: web ? `http://${config.host}:${config.port}` : null,
    mailPort,
    simulator: simulator.door,
    async stop() {
      log.info({}, 'stopping: what is in flight ends first');
      house?.stop();
      forget?.();
      await Promise.all([intake.close(), web?.close(WEB_MS), door?.close(WEB_MS), worker?.drain(DRAIN_MS)]);
      await house?.ended;
      await providers.close();
      await store.close();
      unlock?.();
      log.info({}, 'stopped');
    },
  };
}

/** The way in for the first user, on stderr and never in the log: whoever can read the start can begin. */
async function announceFirstUser(context: Context, quiet: boolean): Promise<void> {
  if (quiet) return;
  const token = await offerFirstUser(context);
  if (token === null) return;
  const address = `${context.config.publicUrl}${linkPath('first', token)}`;
  process.stderr.write(`Nobody can sign in yet. Make the first user here, within a day:\n  ${address}\n`);
}

/**
 * Resolves when the process is asked to stop. To be called before the start: a signal in the moment after it would end the
 * process with copies on the wire. A second one does not wait.
 */
export async function askedToStop(): Promise<void> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  await new Promise<void>((resolve) => {
    for (const signal of signals)
      process.once(signal, () => {
        for (const other of signals) process.removeAllListeners(other).once(other, () => process.exit(1));
        resolve();
      });
  });
}

/** Stops what runs once it was asked to, and ends the process. */
export async function stopWhen(asked: Promise<void>, running: Running): Promise<void> {
  await asked;
  const late = setTimeout(() => process.exit(1), 9_500);
  await running.stop();
  clearTimeout(late);
  process.exit(0);
}

function rolesOf(text: string): ReadonlySet<Role> {
  const roles = new Set<Role>();
  for (const role of text.split(',').map((part) => part.trim())) {
    const known = ROLES.find((one) => one === role);
    if (known === undefined) throw new Stopped(`"${role}" is no role; roles are ${ROLES.join(', ')}.`);
    roles.add(known);
  }
  return roles;
}

function lockWorker(databaseUrl: string): (() => void) | null {
  if (!databaseUrl.startsWith('file:')) return null;
  const unlock = holdWorkerLock(resolve(databaseUrl.slice('file:'.length)));
  if (!unlock)
    throw new Stopped('Another worker has this database. On SQLite there is one; for several, move to PostgreSQL.');
  return unlock;
}

function listen(server: import('node:http').Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Stopped(`Port ${port} is taken; set PORT to another.`) : error),
    );
    server.listen(port, host, () => resolve());
  });
}
