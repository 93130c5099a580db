import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ShownBook, showBook } from '../../src/app/showBook.ts';
import { open } from '../../src/store/open.ts';
import type { Judge } from './judge.ts';
import { freePort } from './ports.ts';
import { KEYED } from './store.ts';

/**
 * A whole installation from the outside: the built program in processes of its own, in a folder of its own, spoken to
 * by webhooks, commands and signals only. For promises under faults and for paths through everything.
 */
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The virtual number of `bookFile`, and who is who on it. */
export const NUMBER = '+46766861001';
export const WRITER = '+46701740600';
export const FUNCTIONARY = '+46701740601';
/** The nth member's phone; a thousand numbers that all can exist. */
export const phone = (n: number): string => `+4670175${String(n).padStart(4, '0')}`;

export type BookOptions = {
  members: number;
  provider?: 'twilio' | 'simulator';
  partsPerSecond?: number;
  /** Lines of YAML for the book, such as `confirm_above: off`. */
  book?: readonly string[];
  organisation?: string;
};

/** One book, `p12`, whose writer is not asked for a code and whose copies have neither header nor footer. */
export const bookFile = (options: BookOptions): string => `
organisation: { name: Lunds IK, locale: sv, timezone: Europe/Stockholm, country: SE${options.organisation ?? ''} }
numbers:
  - { number: "${NUMBER}", provider: ${options.provider ?? 'twilio'}, parts_per_second: ${options.partsPerSecond ?? 1000}, provider_keywords: off }
books:
  - name: P12
    address: p12
    number: "${NUMBER}"
    sms_name: P12
    confirm_above: off
    header: ""
    footer: false
    writers: ["${WRITER}"]
    functionaries: ["${FUNCTIONARY}"]
${(options.book ?? []).map((line) => `    ${line}\n`).join('')}${
  options.members === 0 ? '' : '    members:\n'
}${Array.from({ length: options.members }, (_, n) => `      - { phone: "${phone(n)}" }\n`).join('')}`;

/** A command that has not ended by then never will; its code is -1. */
const RUN_MS = 100_000;

export type Answer = { code: number; stdout: string; stderr: string };
export type Server = {
  pid: number;
  /** Everything that it logged. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or null after a signal. */
  gone: Promise<number | null>;
};

export type Installation = {
  folder: string;
  url: string;
  port: number;
  env: Record<string, string>;
  /** Runs a command and waits for it. */
  run(...args: string[]): Promise<Answer>;
  apply(yaml: string): Promise<void>;
  show(): Promise<ShownBook>;
  /** The same without a process of its own: for waiting, so that what is waited for has the machine to itself. */
  look(): Promise<ShownBook>;
  /** `serve`, ready when this resolves. */
  serve(options?: {
    role?: string;
    env?: Record<string, string>;
    nodeArgs?: readonly string[];
    args?: readonly string[];
    /** Said to bash before it becomes the server, such as `ulimit -n 256`. */
    shell?: string;
    /** Its pid is written there as soon as it has one, for the judge's `kill_before` and `kill_after`. */
    pidFile?: string;
  }): Promise<Server>;
  /** A signed webhook; the status, or 0 when no answer came. */
  text(
    from: string,
    body: string,
    more?: { sid?: string; params?: Record<string, string>; port?: number },
  ): Promise<number>;
  /** Asks every server that it started to stop, and waits until all have. */
  stopAll(): Promise<void>;
  /** Ends every process that it started and removes its folder. */
  clear(): Promise<void>;
};

export const newSid = (): string => `SM${randomBytes(16).toString('hex')}`;

/** `judge`: whose account the installation uses. `databaseUrl`: PostgreSQL instead of the folder's own SQLite. */
export async function install(
  judge: Judge | null,
  options: { databaseUrl?: string; env?: Record<string, string> } = {},
): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'startstopp-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    PORT: String(port),
    PUBLIC_URL: url,
    LOG_LEVEL: 'info',
    ...(judge ? { TWILIO_ACCOUNT_SID: judge.sid, TWILIO_AUTH_TOKEN: judge.token, TWILIO_API_URL: judge.url } : {}),
    ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
    ...options.env,
  };
  const children = new Set<ChildProcess>();

  const run = (...args: string[]): Promise<Answer> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [MAIN, ...args],
        { cwd: folder, env, maxBuffer: 256 * 1024 * 1024, timeout: RUN_MS, killSignal: 'SIGKILL' },
        (error, stdout, stderr) => {
          resolve({ code: error?.killed ? -1 : error ? Number(error.code ?? 1) : 0, stdout, stderr });
        },
      );
    });

  async function serve({
    role = 'web,worker',
    env: more = {},
    nodeArgs = [],
    args = [],
    shell,
    pidFile,
  }: Parameters<Installation['serve']>[0] = {}): Promise<Server> {
    const node = [process.execPath, ...nodeArgs, MAIN, 'serve', '--role', role, ...args];
    const [command = '', ...rest] = shell === undefined ? node : ['bash', '-c', `${shell}; exec "$@"`, 'bash', ...node];
    // A process group of its own, so that a test can kill it and what it started together.
    const child = spawn(command, rest, {
      cwd: folder,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    children.add(child);
    if (pidFile) writeFileSync(pidFile, String(child.pid));
    let log = '';
    const ready = new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        log += chunk;
        if (log.includes('Startstopp is running')) resolve();
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${log}`)));
    });
    const gone = once(child, 'exit').then(([code]) => {
      children.delete(child);
      return code as number | null;
    });
    await ready;
    return { pid: child.pid ?? 0, log: () => log, kill: (signal) => void process.kill(child.pid ?? 0, signal), gone };
  }

  return {
    folder,
    url,
    port,
    env,
    run,
    serve,
    async apply(yaml) {
      writeFileSync(join(folder, 'books.yaml'), yaml);
      const answer = await run('apply', 'books.yaml');
      if (answer.code !== 0) throw new Error(`apply failed: ${answer.stderr}`);
    },
    async show() {
      const answer = await run('show', 'book', 'p12', '--json');
      if (answer.code !== 0) throw new Error(`show failed: ${answer.stderr}`);
      return JSON.parse(answer.stdout) as ShownBook;
    },
    async look() {
      const store = await open(env['DATABASE_URL'] ?? `file:${join(folder, 'data', 'startstopp.db')}`, {
        create: false,
        keyed: KEYED,
      });
      try {
        const book = await showBook('p12', store.reads, { now: Date.now(), listDomain: 'localhost' });
        if (!book) throw new Error('there is no such book yet');
        return book;
      } finally {
        await store.close();
      }
    },
    async text(from, body, { sid = newSid(), params = {}, port: to = port } = {}) {
      const form: Record<string, string> = {
        MessageSid: sid,
        SmsSid: sid,
        SmsMessageSid: sid,
        AccountSid: judge?.sid ?? '',
        From: from,
        To: NUMBER,
        Body: body,
        NumMedia: '0',
        NumSegments: '1',
        SmsStatus: 'received',
        ApiVersion: '2010-04-01',
        ...params,
      };
      return post(`http://127.0.0.1:${to}/webhooks/twilio/sms`, `${url}/webhooks/twilio/sms`, form, judge?.token ?? '');
    },
    async stopAll() {
      const ended = [...children].map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(ended);
    },
    async clear() {
      for (const child of children)
        try {
          process.kill(-(child.pid ?? 0), 'SIGKILL');
        } catch {
          // It ended by itself.
        }
      await Promise.all(
        [...children].map((child) =>
          child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null,
        ),
      );
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A form signed as Twilio signs it, over the public address. */
export async function post(
  to: string,
  signedUrl: string,
  form: Record<string, string>,
  token: string,
): Promise<number> {
  const signature = createHmac('sha1', token)
    .update(
      signedUrl +
        Object.keys(form)
          .sort()
          .map((name) => name + form[name])
          .join(''),
    )
    .digest('base64');
  try {
    const answer = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(20_000),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

/** In the short form of a promise many tests share the machine, and slowness is not what is asked about. */
const PATIENCE = process.env['FAULTS'] === 'long' ? 1 : 3;

/** Looks until `look` is true; what the world does is waited for, never slept for. `ms` on a machine of one's own. */
export async function until(look: () => Promise<boolean> | boolean, what: string, ms = 30_000): Promise<number> {
  const begun = performance.now();
  // Looking takes the machine's time as well: the longer it takes, the more seldom.
  let pause = 25;
  while (!(await look())) {
    if (performance.now() - begun > ms * PATIENCE) throw new Error(`not within ${ms * PATIENCE} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(200, pause * 1.2);
  }
  return performance.now() - begun;
}
