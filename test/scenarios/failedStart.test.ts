import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bookFile, install } from '../kit/installation.ts';
import { freePort } from '../kit/ports.ts';

/** A start that cannot be completed says why and ends: whoever runs it (a person, systemd) must see that it is not up. */
const cases: [string, (taken: number) => Promise<{ role: string; env: Record<string, string>; says: string }>][] = [
  [
    'the port of the pages is taken',
    async (taken) => ({
      role: 'web,worker',
      env: { PORT: String(taken) },
      says: `Port ${taken} is taken; set PORT to another.`,
    }),
  ],
  [
    'the port of the mail door is taken',
    async (taken) => ({
      role: 'web,worker,smtp',
      env: { SMTP_PORT: String(taken) },
      says: `Port ${taken} is taken; set SMTP_PORT to another`,
    }),
  ],
  [
    'the certificate is gone',
    async () => ({
      role: 'web,worker,smtp',
      env: { SMTP_PORT: String(await freePort()), SMTP_TLS_CERT: join('no', 'cert'), SMTP_TLS_KEY: join('no', 'key') },
      says: 'SMTP_TLS_CERT names a file that cannot be read.',
    }),
  ],
];

test.each(cases)('%s: it says so, ends with 1, and the next start finds everything free', async (_, make) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const place = await install(null, { env: { HOST: '127.0.0.1', SMTP_HOST: '127.0.0.1' } });
  const usual = { ...place.env };
  try {
    await place.apply(bookFile({ members: 1, provider: 'simulator' }));
    const { role, env, says } = await make((other.address() as AddressInfo).port);
    Object.assign(place.env, env);
    const { code, stderr, stdout } = await place.run('serve', '--role', role);
    expect({ code, says: stderr.includes(says) }).toEqual({ code: 1, says: true });
    expect(stdout).not.toContain('Startstopp is running');

    for (const name of Object.keys(env)) delete place.env[name];
    Object.assign(place.env, usual);
    const server = await place.serve();
    server.kill('SIGTERM');
    expect(await server.gone).toBe(0);
  } finally {
    await place.clear();
    other.close();
  }
});

test('a second worker on the same SQLite file ends, and the first goes on', async () => {
  const place = await install(null);
  try {
    await place.apply(bookFile({ members: 1, provider: 'simulator' }));
    await place.serve();
    place.env['PORT'] = String(await freePort());
    const { code, stderr } = await place.run('serve', '--role', 'worker');
    expect({ code, says: stderr.includes('Another worker has this database.') }).toEqual({ code: 1, says: true });
    expect((await fetch(`${place.url}/healthz`)).status).toBe(200);
  } finally {
    await place.clear();
  }
});
