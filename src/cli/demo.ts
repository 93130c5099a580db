import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { choosePassword, inviteUser } from '../app/account/links.ts';
import { applyFile } from '../app/apply.ts';
import { loadConfig, projectFolder } from '../config.ts';
import { Stopped } from './installation.ts';
import { print } from './print.ts';
import { askedToStop, type Running, start, stopWhen } from './serve.ts';

const NUMBER = '+46766861001';
const ADMIN = 'maja@example.se';
/** Of no use anywhere else: the demo's database is gone when it ends, and it listens on this machine alone. */
const PASSWORD = 'blå cykel i regn';

/** Who has already said what when the demo opens, in this order. */
const TALK: readonly [phone: string, text: string][] = [
  ['+46701740626', 'START'],
  ['+46701740604', 'Hej, kan någon skjutsa Ella i kväll?'],
  ['+46701740601', 'Träningen i dag börjar 18.30, vi ses på Klostergården. Ta med vattenflaska.'],
  ['+46701740605', 'Gillade ”Träningen i dag börjar 18.30, vi ses på Klostergården. Ta med vattenflaska.”'],
  ['+46701740608', 'STOPP'],
  ['+46701740627', 'HJÄLP'],
];

/** `startstopp demo`: a throw-away installation; `./data` is never touched. */
export async function demo(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'startstopp-demo-'));
  try {
    // Whatever the machine has set up for a real installation must not take part in a demo.
    const config = loadConfig({
      DATABASE_URL: `file:${join(folder, 'demo.db')}`,
      SECRET_KEY: '',
      LOG_LEVEL: 'warn',
      PUBLIC_URL: '',
    });
    const asked = askedToStop();
    const running = await start(new Set(['web', 'worker']), {
      config: { ...config, twilioAccountSid: null, twilioAuthToken: null },
      logTo: 'stdout',
      quiet: true,
    });
    try {
      await fill(running);
    } catch (error) {
      await running.stop();
      throw error;
    }
    say(running);
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    await stopWhen(asked, running);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function fill({ context, simulator }: Running): Promise<void> {
  const source = readFileSync(resolve(projectFolder, 'fixtures/books/demo.yaml'), 'utf8');
  const applied = await applyFile(source, context);
  if (!applied.ok) throw new Stopped('The demo’s own book cannot be read.');
  const { token } = await inviteUser(await userOf(context), 'cli', context);
  const chosen = await choosePassword(token, { name: 'Maja Kansli', password: PASSWORD }, context);
  if (!chosen.ok) throw new Stopped('The demo’s own password was refused.');
  for (const [from, text] of TALK) await simulator.type({ from, to: NUMBER, text, mediaCount: 0, missingPart: false });
}

async function userOf({ store }: Running['context']) {
  const user = await store.reads.userByMail(ADMIN);
  if (!user) throw new Stopped('The demo’s book has no user.');
  return user;
}

function say({ address }: Running): void {
  print(`
Startstopp is running as a demo. Nothing here leaves this machine.

  Phones in the browser   ${address}/simulator
  The toolbox             ${address}/   mail ${ADMIN}, password ${PASSWORD}
  The book                Föräldrar P12, 25 members, on ${NUMBER}
  The writer              Carin, +46701740601: what she texts goes to everybody
  The functionaries       Dan and Disa: they get what others write

Text START from a new phone to join, STOPP to leave. Stop the demo with Ctrl-C.
`);
}
