import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import net from 'node:net';

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/** How long a kept-alive connection may stay silent once we are stopping, ms: a request may be on its way. */
const GRACE = 300;
const LOOK_EVERY = 25;

export type Web = {
  server: Server;
  /**
   * Stops accepting, lets what is in flight end, and cuts what is left after `ms`. No answer becomes a 5xx by it: a
   * request that comes on an open connection meanwhile is answered and told to go elsewhere next time.
   */
  close(ms: number): Promise<void>;
  closing(): boolean;
  /** This answer stays open until its reader goes or we stop (events to a page). */
  live(res: ServerResponse): void;
};

/** Node's own server with limits on how slowly a peer may speak. */
export function createWebServer(handle: Handle): Web {
  let closing = false;
  const streams = new Set<ServerResponse>();
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 60_000, connectionsCheckingInterval: 5_000 },
    (req, res) => {
      if (closing) res.setHeader('Connection', 'close');
      handle(req, res);
    },
  );
  server.maxRequestsPerSocket = 0;

  async function close(ms: number): Promise<void> {
    if (closing) return;
    closing = true;
    const ended = new Promise<void>((resolve) => server.once('close', resolve));
    // http's own close() cuts idle connections at once, and with them a request that is just arriving.
    if (!server.listening) return;
    net.Server.prototype.close.call(server);
    for (const stream of streams) stream.end();
    const begun = Date.now();
    const sweep = setInterval(() => {
      const passed = Date.now() - begun;
      if (passed >= ms) server.closeAllConnections();
      else if (passed >= Math.min(GRACE, ms)) server.closeIdleConnections();
    }, LOOK_EVERY);
    await ended;
    clearInterval(sweep);
    // Ends http's own look for slow connections; the listener is gone already.
    server.close(() => undefined);
  }

  function live(res: ServerResponse): void {
    streams.add(res);
    res.once('close', () => streams.delete(res));
    if (closing) res.end();
  }

  return { server, close, live, closing: () => closing };
}
