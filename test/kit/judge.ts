import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.ts';
import { vectorPath } from './vectors.ts';

/** The judge's rule: which create calls fail, and how. The whole language stands at the top of `twilio_judge.mjs`. */
export type JudgeRule = { match?: Record<string, unknown>; times?: number; do: string };

export type JudgeOptions = {
  sid?: string;
  token?: string;
  /** ms, as "20-80". */
  latency?: string;
  maxConcurrent?: number;
  /** Shares of the final states that it calls back with, as "delivered:0.9,failed:0.1"; absent: it never calls back. */
  callbacks?: string;
  /** Public prefix = where it really is, as "https://sms.example=http://127.0.0.1:8080". */
  cbMap?: string;
  cbDup?: number;
  cbShuffle?: boolean;
  cbDelay?: string;
  seed?: number;
};

/** Counts since the last reset; `accepted` is the truth about what the provider took. */
export type JudgeReport = {
  posts: number;
  accepted: number;
  duplicates: number;
  not_accepted: number;
  invalid: number;
  unauthorised: number;
  segments: number;
  max_inflight: number;
};

/** One line of its ledger: `ev` is accepted, fault, invalid, list, callback … */
export type JudgeEvent = {
  ev: string;
  to?: string;
  from?: string;
  body?: string;
  sid?: string;
  [field: string]: unknown;
};

export type Judge = {
  url: string;
  sid: string;
  token: string;
  report(): Promise<JudgeReport>;
  log(): Promise<JudgeEvent[]>;
  faults(rules: readonly JudgeRule[]): Promise<void>;
  optOut(to: string, from: string): Promise<void>;
  optIn(to: string, from: string): Promise<void>;
  /** Forgets messages, rules and opt-outs. */
  reset(): Promise<void>;
  stop(): Promise<void>;
};

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Starts the stand-in for Twilio's Messages resource (`../shared/vectors/twilio`) on a free port of 127.0.0.1. It checks
 * every request against Twilio's own strict description and remembers what it accepted, also across our crashes.
 */
export async function startJudge(options: JudgeOptions = {}): Promise<Judge> {
  const sid = options.sid ?? `AC${'0123456789abcdef'.repeat(2)}`;
  const token = options.token ?? 'test-token';
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  const { child, url } = await start([
    ...['--spec', vectorPath('twilio/twilio_messages.strict.json')],
    ...['--sid', sid, '--token', token, '--ledger', join(folder, 'ledger.jsonl')],
    ...flags(options),
  ]);
  const control = async (what: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(
      `${url}/__ctl/${what}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
    if (!answer.ok) throw new Error(`the judge answered ${answer.status} to ${what}`);
    return answer;
  };
  return {
    url,
    sid,
    token,
    report: async () => (await control('report')).json() as Promise<JudgeReport>,
    async log() {
      const lines = (await (await control('log')).text()).split('\n');
      return lines.filter(Boolean).map((line) => JSON.parse(line) as JudgeEvent);
    },
    faults: async (rules) => void (await control('faults', rules)),
    optOut: async (to, from) => void (await control('optout', { to, from })),
    optIn: async (to, from) => void (await control('optin', { to, from })),
    reset: async () => void (await control('reset', {})),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const NAMES: Readonly<Record<string, string>> = {
  latency: 'latency',
  maxConcurrent: 'max-concurrent',
  callbacks: 'callbacks',
  cbMap: 'cb-map',
  cbDup: 'cb-dup',
  cbDelay: 'cb-delay',
  seed: 'seed',
};

function flags(options: JudgeOptions): string[] {
  const given = Object.entries(options).filter(([name, value]) => NAMES[name] && value !== undefined);
  return [
    ...given.flatMap(([name, value]) => [`--${NAMES[name]}`, String(value)]),
    ...(options.cbShuffle ? ['--cb-shuffle'] : []),
  ];
}

/** Its port cannot be left to the system, so a free one is found first; somebody may take it in between, hence the tries. */
async function start(args: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const child = spawn(process.execPath, [vectorPath('twilio/twilio_judge.mjs'), '--port', String(port), ...args], {
      env: { ...process.env, DEPS: PROJECT, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const [first] = await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')]);
    if (Buffer.isBuffer(first)) {
      child.stdout?.resume();
      return { child, url: `http://127.0.0.1:${port}` };
    }
    if (tries === 5 || !said.includes('EADDRINUSE')) throw new Error(`the judge did not start: ${said}`);
  }
}
