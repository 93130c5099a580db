import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration, Provider } from 'oidc-provider';

/** Somebody at the organisation's own place. `amr`: how they showed who they are there. */
export type Employee = Record<string, unknown> & { amr?: string[] };

export type Oidc = {
  issuer: string;
  clientId: string;
  secret: string;
  /** By subject; change it while it runs. */
  people: Map<string, Employee>;
  /** Addresses that were asked for, without what follows the question mark. */
  asked: string[];
  /** Stands in for the browser at the provider: signs in as `subject` (null: says no) and gives the address it ends at. */
  visit(address: string, subject: string | null): Promise<URL>;
  close(): Promise<void>;
};

/** A real OpenID provider on this machine, with one client and a form that asks who one is. */
export async function startOidc(callback: string): Promise<Oidc> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Employee>();
  const asked: string[] = [];
  const [clientId, secret] = ['startstopp', 'en hemlighet/som ska+kodas'];
  const provider = await quietly(issuer, {
    clients: [{ client_id: clientId, client_secret: secret, redirect_uris: [callback] }],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified', 'xms_edov'] },
    cookies: { keys: ['of tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => {
      const person = people.get(sub);
      return person && { accountId: sub, claims: () => ({ sub, ...person }) };
    },
    async loadExistingGrant({ oidc }) {
      const accountId = oidc.session?.accountId ?? '';
      const grant = new oidc.provider.Grant({ clientId, accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', (req, res) => {
    asked.push((req.url ?? '').split('?')[0] ?? '');
    if (req.url?.startsWith('/interaction/')) void interact(req, res);
    else void handle(req, res);
  });

  async function interact(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method === 'GET') {
      res.setHeader('Content-Type', 'text/html; charset=utf-8');
      const choices = [...people.keys()].map((sub) => `<button name="account" value="${sub}">${sub}</button>`);
      res.end(`<!doctype html><html lang="sv"><title>Kommunens inloggning</title><h1>Kommunens inloggning</h1>
<form method="post">${choices.join(' ')} <button name="account" value="">Avbryt</button></form></html>`);
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of req) pieces.push(piece as Buffer);
    const account = new URLSearchParams(Buffer.concat(pieces).toString()).get('account') ?? '';
    const amr = people.get(account)?.amr;
    const result = account
      ? { login: { accountId: account, ...(amr && { amr }) } }
      : { error: 'access_denied', error_description: 'somebody said no' };
    await provider.interactionFinished(req, res, result);
  }

  return {
    ...{ issuer, clientId, secret, people, asked },
    async visit(address, subject) {
      const cookies = new Map<string, string>();
      let [at, body]: [string, string | null] = [address, null];
      for (let step = 0; step < 10; step++) {
        const answer = await fetch(at, {
          method: body === null ? 'GET' : 'POST',
          body,
          redirect: 'manual',
          headers: {
            Cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
            ...(body !== null && { 'Content-Type': 'application/x-www-form-urlencoded' }),
          },
        });
        for (const line of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const next = answer.headers.get('location');
        if (next === null) body = new URLSearchParams({ account: subject ?? '' }).toString();
        else {
          at = new URL(next, at).href;
          body = null;
          if (!at.startsWith(issuer)) return new URL(at);
        }
      }
      throw new Error('the provider led nowhere');
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** It says on the console that it is not for production, and wants Node 22, where it runs on 20 too. */
async function quietly(issuer: string, configuration: Configuration): Promise<Provider> {
  const { warn } = console;
  console.warn = () => undefined;
  // Later ones come one by one, as something is done for the first time.
  console.info = () => undefined;
  try {
    const library = await import('oidc-provider');
    return new library.Provider(issuer, configuration);
  } finally {
    console.warn = warn;
  }
}
