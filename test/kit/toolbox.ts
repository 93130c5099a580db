import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { digestOf } from '../../src/app/account/credentials.ts';
import { createSealer } from '../../src/app/account/sealer.ts';
import { newSession } from '../../src/app/account/sessions.ts';
import { createIds } from '../../src/app/ids.ts';
import type { Role, User } from '../../src/core/account.ts';
import { silentLog } from '../../src/log.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Plan, Store } from '../../src/ports/store.ts';
import { createSignOn } from '../../src/providers/openId.ts';
import { createWeb } from '../../src/transport/web/app.ts';
import type { ToolboxDeps } from '../../src/transport/web/page.ts';
import { bookRow, NUMBER, ORGANISATION, SMALL_WORLD, userRow } from './rows.ts';
import { KEYED, openBoth, scratch } from './store.ts';
import { listen, PAGES } from './web.ts';

/** An answer with what tests ask of it. */
export type Answer = { status: number; text: string; location: string | null; headers: Headers };

/** Somebody's browser: keeps cookies, sends the token of their session along with every form. */
export type Client = {
  user: User | null;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(
    path: string,
    fields?: Record<string, string | readonly string[]>,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** A form with a file: `csrf` first. */
  upload(
    path: string,
    fields: Record<string, string>,
    file: { name: string; bytes: Uint8Array | string },
  ): Promise<Answer>;
  cookies: Map<string, string>;
  csrf: string;
};

export type ToolboxWorld = {
  url: string;
  store: Store;
  deps: ToolboxDeps;
  server: Server;
  clock: { now(): number; ms: number };
  /** Signed in as a user of org1 with this role; access to book1 unless told otherwise. */
  as(role: Role, options?: { access?: readonly string[]; mail?: string; organisationId?: string }): Promise<Client>;
  stranger(): Client;
  add(...plan: Plan): Promise<void>;
  /** Every row of every table, as text. */
  dump(): Promise<string>;
  /** The first column of what a query finds. */
  column(query: string): Promise<unknown[]>;
  close(): Promise<void>;
};

/** A second organisation with a number, a book and an admin, whom the first one must never see. */
export const OTHER_WORLD: Plan = [
  { add: 'organisations', row: { ...ORGANISATION, id: 'org2', name: 'Malmö FF' }, exists: 'ignore' },
  { add: 'numbers', row: { ...NUMBER, id: 'num2', organisationId: 'org2', e164: '+46766861002' }, exists: 'ignore' },
  {
    add: 'books',
    row: bookRow({
      id: 'book9',
      organisationId: 'org2',
      numberId: 'num2',
      address: 'mff',
      name: 'Malmö',
      smsName: 'MFF',
    }),
    exists: 'ignore',
  },
];

/**
 * The toolbox over a real server and a real database, SQLite unless a `url` is given, with the small world of rows.ts in
 * it. The clock is the machine's, moved by `clock.ms`.
 */
export async function toolboxWorld(
  options: {
    url?: string;
    plan?: Plan;
    publicUrl?: string;
    log?: Log;
    trustedProxies?: readonly string[];
    listDomain?: string;
    mailOut?: boolean;
    /** PUBLIC_URL is where it listens, as browsers that keep passkeys want it: http://localhost. */
    here?: boolean;
  } = {},
): Promise<ToolboxWorld> {
  const folder = scratch();
  const opened = await openBoth(options.url ?? `file:${folder.path('toolbox.db')}`);
  const { store } = opened;
  const ids = createIds();
  const clock = { ms: 0, now: () => Date.now() + clock.ms };
  const keyed = { ...KEYED, addressHash: (address: string) => KEYED.mac(`address ${address}`), fingerprint: 'f' };
  const deps: ToolboxDeps = {
    store,
    clock,
    ids,
    keyed,
    sealer: createSealer('a key of tests'),
    log: options.log ?? silentLog,
    publicUrl: options.publicUrl ?? 'http://localhost:8080',
    signOn: createSignOn({ publicUrl: options.publicUrl ?? 'http://localhost:8080', clock }),
    listDomain: options.listDomain ?? 'lists.example.se',
    mailOut: options.mailOut ?? true,
  };
  await store.createInstallation({ id: 'inst', keyFingerprint: 'f', directoryVersion: 1, createdAt: clock.now() });
  const add = async (...plan: Plan): Promise<void> => {
    const result = await store.commit(plan);
    if (result !== 'done') throw new Error(`the world could not be made: ${result}`);
  };
  await add(...SMALL_WORLD, ...OTHER_WORLD, ...(options.plan ?? []));
  const web = createWeb({
    pages: PAGES,
    publicUrl: deps.publicUrl,
    intake: () => false,
    simulator: null,
    toolbox: deps,
    ready: async () => ({ ok: true, problems: [] }),
    metrics: new Registry(),
    log: deps.log,
    trustedProxies: options.trustedProxies ?? [],
  });
  const port = await listen(web.server);
  const url = `http://127.0.0.1:${port}`;
  if (options.here) deps.publicUrl = `http://localhost:${port}`;

  const sessionCookie = deps.publicUrl.startsWith('https:') ? '__Host-session' : 'session';
  async function as(
    role: Role,
    { access = ['book1'], mail, organisationId = 'org1' }: Parameters<ToolboxWorld['as']>[1] = {},
  ) {
    const id = `u-${randomBytes(4).toString('hex')}`;
    const user = userRow({ id, role, organisationId, passwordHash: 'none', ...(mail && { mail }) });
    const { token, session } = newSession(id, 'full', 'test', clock.now());
    await add(
      { add: 'users', row: user, exists: 'stale' },
      { add: 'sessions', row: { ...session, id: digestOf(token) }, exists: 'stale' },
      ...access.map((bookId) => ({ add: 'accesses', row: { userId: id, bookId }, exists: 'stale' }) as const),
    );
    return client(url, user, [sessionCookie, token], session.csrf);
  }
  return {
    url,
    store,
    deps,
    server: web.server,
    clock,
    as,
    stranger: () => client(url, null, null, ''),
    add,
    dump: opened.dump,
    column: (query) => opened.column(sql.raw(query)),
    async close() {
      await web.close(100);
      await opened.close();
      folder.clear();
    },
  };
}

/** A browser at `url`; `cookie`: an open session, with its `csrf`. */
export function client(url: string, user: User | null, cookie: [string, string] | null, csrf: string): Client {
  const cookies = new Map<string, string>(cookie ? [cookie] : []);
  async function send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url + path, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, decodeURIComponent(value));
    }
    const { status } = response;
    return {
      status,
      text: await response.text(),
      location: response.headers.get('location'),
      headers: response.headers,
    };
  }
  const self: Client = {
    user,
    cookies,
    csrf,
    get: (path, headers = {}) => send(path, { headers }),
    post(path, fields = {}, headers = {}) {
      const body = new URLSearchParams(self.csrf ? { csrf: self.csrf } : {});
      for (const [name, value] of Object.entries(fields))
        for (const each of typeof value === 'string' ? [value] : value) {
          if (name === 'csrf') body.set(name, each);
          else body.append(name, each);
        }
      return send(path, { method: 'POST', body, headers });
    },
    upload(path, fields, { name, bytes }) {
      const body = new FormData();
      for (const [field, value] of Object.entries({ csrf: self.csrf, ...fields })) body.append(field, value);
      body.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
      return send(path, { method: 'POST', body });
    },
  };
  return self;
}
