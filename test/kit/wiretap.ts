import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';

/** One create call on its way to the provider. `began` and `ended` are places in the order of all that was noted. */
export type Overheard = { to: string; body: string; began: number; ended: number | null; status: number | null };

export type Wiretap = {
  url: string;
  calls: Overheard[];
  /** The place in the order that is now, once everything that had reached us by now is noted. */
  mark(): Promise<number>;
  stop(): Promise<void>;
};

const MARK = '/mark';

/**
 * Stands between an installation and the judge and notes when each request arrives and when its answer leaves: the
 * judge's own ledger knows only when a message was accepted (B-36 is about when a request starts).
 */
export async function startWiretap(target: string): Promise<Wiretap> {
  let order = 0;
  const calls: Overheard[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((req, res) => {
    if (req.url === MARK) return void res.end();
    const began = ++order;
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      let call: Overheard | null = null;
      if (req.method === 'POST') {
        const form = new URLSearchParams(body.toString());
        call = { to: form.get('To') ?? '', body: form.get('Body') ?? '', began, ended: null, status: null };
        calls.push(call);
      }
      const onward = request(
        target + req.url,
        { method: req.method ?? 'GET', headers: { ...req.headers, host: new URL(target).host }, agent },
        async (answer) => {
          const parts: Buffer[] = [];
          for await (const part of answer) parts.push(part as Buffer);
          if (call) Object.assign(call, { ended: ++order, status: answer.statusCode ?? 0 });
          res.writeHead(answer.statusCode ?? 502, answer.headers);
          res.end(Buffer.concat(parts));
        },
      );
      onward.on('error', () => res.destroy());
      onward.end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    calls,
    async mark() {
      // What was written before the answer that we have just read lies in our sockets by now, perhaps on connections that
      // are not accepted yet, of which a turn of the event loop takes one. They are taken in their order, so when a
      // connection made now is served, all before it have been accepted; two more turns read them.
      await new Promise<void>((resolve, reject) => {
        const knock = request(`${url}${MARK}`, { agent: false }, (answer) =>
          answer.resume().on('end', () => resolve()),
        );
        knock.on('error', reject).end();
      });
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
      return ++order;
    },
    async stop() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
