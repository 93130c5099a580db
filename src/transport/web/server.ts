import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import net from 'node:net';

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/** How long a kept-alive connection may stay silent once we are stopping, ms: a request may be on its way. */
const GRACE = 300;
const LOOK_EVERY = 25;

/** A form or a webhook has this long to arrive whole; a file of members from a slow phone has five minutes. ms. */
const BODY_MS = 20_000;
const FILE_MS = 300_000;

const isFile = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('multipart/form-data') === true;

/** Whoever sends a body drop by drop is told so and cut off (RFC 9110 15.5.9). */
function limitBody(req: IncomingMessage, res: ServerResponse, ms: number): void {
  const late = setTimeout(() => {
    if (res.headersSent) req.destroy();
    else res.writeHead(408, { Connection: 'close' }).end(() => req.destroy());
  }, ms);
  const arrived = (): void => clearTimeout(late);
  req.once('end', arrived);
  req.once('close', arrived);
}

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
export function createWebServer(handle: Handle, bodyMs: number = BODY_MS): Web {
  let closing = false;
  const streams = new Set<ServerResponse>();
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: FILE_MS, keepAliveTimeout: 60_000, connectionsCheckingInterval: 5_000 },
    (req, res) => {
      if (closing) res.setHeader('Connection', 'close');
      if (req.method === 'POST' && !isFile(req)) limitBody(req, res, bodyMs);
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
