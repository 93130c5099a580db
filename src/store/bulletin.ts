import { randomUUID } from 'node:crypto';
import pg from 'pg';

const CHANNEL = 'deliveries';
/** NOTIFY serialises commits, so it is sent apart from them and at most once in this time, ms. */
const GATHER_MS = 5;
const RECONNECT_MS = 500;

/**
 * LISTEN/NOTIFY: new deliveries wake the workers of every process. A lost notice is no loss: workers also look by
 * themselves, and each new connection tells its listeners once, for whatever was missed.
 */
export function bulletin(url: string, pool: pg.Pool) {
  const me = randomUUID();
  const listeners = new Set<() => void>();
  let ear: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let gathering = false;
  let closed = false;

  const tell = () => {
    for (const listener of listeners) listener();
  };

  async function connect(): Promise<void> {
    timer = null;
    if (closed || ear !== null) return;
    const client = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
    ear = client;
    const again = () => {
      if (ear !== client) return;
      ear = null;
      client.end().catch(() => {});
      if (!closed) timer = setTimeout(connect, RECONNECT_MS);
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({ payload }) => {
      if (payload !== me) tell();
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      tell();
    } catch {
      again();
    }
  }

  return {
    announce() {
      if (gathering || closed) return;
      gathering = true;
      setTimeout(() => {
        gathering = false;
        tell();
        if (!closed) pool.query('select pg_notify($1, $2)', [CHANNEL, me]).catch(() => {});
      }, GATHER_MS);
    },
    listen(listener: () => void) {
      listeners.add(listener);
      if (ear === null && timer === null) void connect();
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const client = ear;
      ear = null;
      await client?.end().catch(() => {});
    },
  };
}
