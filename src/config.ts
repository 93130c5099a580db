import { createHmac, hash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Keyed } from './ports/clock.ts';

/**
 * One table of settings, read once. The README's table is printed from it (`startstopp settings --markdown`), every
 * problem is reported at once, and no other file reads the environment. Secrets have no default: SECRET_KEY is made
 * on the first start and kept beside the database, because a changed key would void the suppression list (B-41).
 */
type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };
type Setting<T> = {
  env: string;
  doc: string;
  /** As the README shows it. */
  shown: string;
  secret?: true;
  parse: (raw: string | undefined, env: Record<string, string | undefined>) => Parsed<T>;
};

const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
const bad = <T>(problem: string): Parsed<T> => ({ ok: false, problem });
const text =
  (fallback: string) =>
  (raw: string | undefined): Parsed<string> =>
    ok(raw ?? fallback);
const port =
  (fallback: number) =>
  (raw: string | undefined): Parsed<number> => {
    const value = raw === undefined ? fallback : Number(raw);
    return Number.isInteger(value) && value >= 0 && value <= 65_535
      ? ok(value)
      : bad('must be a port number, 0 to 65535');
  };

function parseUrl(raw: string): Parsed<string> {
  try {
    const url = new URL(raw);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return bad('must begin with https:// or http://');
    if (url.search || url.hash || url.username) return bad('must be a plain address without query, fragment or user');
    return ok(raw.replace(/\/+$/, ''));
  } catch {
    return bad('must be a full address such as https://sms.example.se');
  }
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

const SETTINGS = {
  databaseUrl: {
    env: 'DATABASE_URL',
    shown: '`file:./data/startstopp.db`',
    doc: 'The database: a SQLite file, or `postgres://…`',
    parse: (raw) => {
      const value = raw ?? 'file:./data/startstopp.db';
      return /^(file:.+|postgres(ql)?:\/\/.+)/.test(value) ? ok(value) : bad('must be file:PATH or postgres://…');
    },
  } as Setting<string>,
  host: {
    env: 'HOST',
    shown: '`127.0.0.1`',
    doc: 'Where the web server and the webhooks listen',
    parse: text('127.0.0.1'),
  } as Setting<string>,
  port: { env: 'PORT', shown: '`8080`', doc: 'Its port', parse: port(8080) } as Setting<number>,
  publicUrl: {
    env: 'PUBLIC_URL',
    shown: '`http://localhost:PORT`',
    doc: 'What the world sees: signature checks, receipt addresses, links. Never taken from a request header',
    parse: (raw, env) => (raw === undefined ? ok(`http://localhost:${env['PORT'] ?? 8080}`) : parseUrl(raw)),
  } as Setting<string>,
  secretKey: {
    env: 'SECRET_KEY',
    shown: 'made on first start in `./data/secret.key`',
    doc: 'Signs links; keys the list of who has left. Keep a copy: another key voids that list',
    secret: true,
    parse: (raw) => (raw !== undefined && raw.length < 16 ? bad('must be at least 16 characters') : ok(raw ?? null)),
  } as Setting<string | null>,
  smtpHost: {
    env: 'SMTP_HOST',
    shown: '`127.0.0.1`',
    doc: 'Where the mail door listens',
    parse: text('127.0.0.1'),
  } as Setting<string>,
  smtpPort: { env: 'SMTP_PORT', shown: '`2525`', doc: 'Its port', parse: port(2525) } as Setting<number>,
  smtpTlsCert: {
    env: 'SMTP_TLS_CERT',
    shown: 'none',
    doc: 'A PEM file; with the key it switches STARTTLS on',
    parse: (raw, env) => (raw && !env['SMTP_TLS_KEY'] ? bad('needs SMTP_TLS_KEY too') : ok(raw || null)),
  } as Setting<string | null>,
  smtpTlsKey: {
    env: 'SMTP_TLS_KEY',
    shown: 'none',
    doc: 'The certificate’s key, a PEM file',
    parse: (raw, env) => (raw && !env['SMTP_TLS_CERT'] ? bad('needs SMTP_TLS_CERT too') : ok(raw || null)),
  } as Setting<string | null>,
  listDomain: {
    env: 'LIST_DOMAIN',
    shown: '`localhost`',
    doc: 'A book’s mail address is `<book.address>@LIST_DOMAIN`',
    parse: (raw) => {
      const value = (raw ?? 'localhost').toLowerCase();
      return /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(value) && value.length <= 200
        ? ok(value)
        : bad('must be a domain such as lists.example.se');
    },
  } as Setting<string>,
  mailUrl: {
    env: 'MAIL_URL',
    shown: 'none',
    doc: 'The smarthost for mail out, `smtp://user:pass@host:587`; without it mail copies wait and the toolbox says so',
    secret: true,
    parse: (raw) => {
      if (!raw) return ok(null);
      const wrong = 'must be smtp://host:port or smtps://host:port, with user:password@ before the host if it asks';
      try {
        const url = new URL(raw);
        return /^smtps?:$/.test(url.protocol) && url.hostname !== '' ? ok(raw) : bad(wrong);
      } catch {
        return bad(wrong);
      }
    },
  } as Setting<string | null>,
  dnsServers: {
    env: 'DNS_SERVERS',
    shown: 'the system’s',
    doc: 'Resolvers for SPF, DKIM and DMARC, `host:port,…`',
    parse: (raw) => {
      const servers = (raw ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean);
      return servers.every((server) => /^(\[[0-9a-fA-F:]+\]|[0-9.]+)(:\d{1,5})?$/.test(server))
        ? ok(servers)
        : bad('must be IP addresses with or without a port, comma between, such as 127.0.0.1:53');
    },
  } as Setting<string[]>,
  twilioAccountSid: {
    env: 'TWILIO_ACCOUNT_SID',
    shown: 'none',
    doc: 'With both, numbers with `provider: twilio` work',
    parse: (raw, env) => {
      if (raw && !/^AC[0-9a-fA-F]{32}$/.test(raw)) return bad('must be AC and 32 hexadecimal digits');
      if (raw && !env['TWILIO_AUTH_TOKEN']) return bad('needs TWILIO_AUTH_TOKEN too');
      return ok(raw || null);
    },
  } as Setting<string | null>,
  twilioAuthToken: {
    env: 'TWILIO_AUTH_TOKEN',
    shown: 'none',
    doc: 'The account’s auth token: sends, and checks signatures',
    secret: true,
    parse: (raw, env) => (raw && !env['TWILIO_ACCOUNT_SID'] ? bad('needs TWILIO_ACCOUNT_SID too') : ok(raw || null)),
  } as Setting<string | null>,
  twilioApiUrl: {
    env: 'TWILIO_API_URL',
    shown: '`https://api.twilio.com`',
    doc: 'A region or edge, or a test server',
    parse: (raw) => (raw === undefined ? ok('https://api.twilio.com') : parseUrl(raw)),
  } as Setting<string>,
  trustedProxies: {
    env: 'TRUSTED_PROXIES',
    shown: 'none',
    doc: 'Addresses whose `X-Forwarded-For` is believed, comma between',
    parse: (raw) =>
      ok(
        (raw ?? '')
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean),
      ),
  } as Setting<string[]>,
  logLevel: {
    env: 'LOG_LEVEL',
    shown: '`info`',
    doc: `How much is logged: ${LEVELS.join(', ')}`,
    parse: (raw) =>
      raw === undefined || LEVELS.includes(raw) ? ok(raw ?? 'info') : bad(`must be one of ${LEVELS.join(', ')}`),
  } as Setting<string>,
};

type Settings = typeof SETTINGS;
export type Config = { [K in keyof Settings]: Settings[K] extends Setting<infer T> ? T : never };

/** Several settings are wrong; `problems` has one line each. */
export class BadSettings extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`Settings that need mending:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the table from `env`; throws `BadSettings` with every problem. Empty values count as not set. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.trim() || undefined]));
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const parsed = setting.parse(given[setting.env], given);
    if (parsed.ok) config[name] = parsed.value;
    else problems.push(`${setting.env} ${parsed.problem}`);
  }
  if (problems.length > 0) throw new BadSettings(problems);
  return config as Config;
}

/** The project's folder: package.json, views and migrations lie there, also when installed elsewhere. */
export const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The process's settings: the environment over a `.env` file beside package.json. */
export function loadConfig(overrides: Record<string, string> = {}): Config {
  const file = resolve(projectFolder, '.env');
  const fromFile: Record<string, string> = {};
  if (existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const match = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
      if (match?.[1]) fromFile[match[1]] = (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2');
    }
  return readConfig({ ...fromFile, ...process.env, ...overrides });
}

/** The settings as a Markdown table, for the README. */
export function settingsTable(): string {
  const rows = (Object.values(SETTINGS) as Setting<unknown>[]).map(
    (setting) => `| \`${setting.env}\` | ${setting.shown} | ${setting.doc} |`,
  );
  return ['| name | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** Where the installation keeps what is not in the database: the key, and which database is ours. */
export function dataFolder(config: Config): string {
  if (!config.databaseUrl.startsWith('file:')) return resolve('./data');
  return dirname(resolve(config.databaseUrl.slice('file:'.length)));
}

/** SECRET_KEY, or the key that the first start made beside the database (only its owner may read it). */
export function secretKey(config: Config, folder: string): string {
  if (config.secretKey) return config.secretKey;
  const file = resolve(folder, 'secret.key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(folder, { recursive: true });
  const key = randomBytes(32).toString('base64url');
  // 'wx': two first starts at once must not each keep a key of their own.
  try {
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(file, 'utf8').trim();
    throw error;
  }
}

/** Keyed hashing for `ports/clock.ts`; the purposes are kept apart by a prefix. */
export function keyed(secret: string): Keyed {
  const mac = (purpose: string, input: string) =>
    createHmac('sha256', secret).update(`${purpose}\0${input}`).digest('base64url');
  return {
    addressHash: (address: string) => mac('address', address),
    digest: (input: string) => hash('sha256', input, 'base64url'),
    mac: (input: string) => mac('ledger', input),
    fingerprint: mac('fingerprint', 'startstopp').slice(0, 16),
  };
}
