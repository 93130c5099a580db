import { createSecureContext } from 'node:tls';
import { buildConnector, Client, type Dispatcher, errors } from 'undici';

/** What an exchange goes over: undici's pools, and the lines below. */
export type Dispatching = {
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler & OnLine): unknown;
};

/** One connection. */
export type Line = {
  /** Its request is over; `good`: it can take the next one. */
  free(good: boolean): void;
};

/** Whoever is on a line frees it in the end, once. */
export type OnLine = { line: Line | null };

export type Lines = Dispatching & {
  /** Waits for what is on the wire. */
  close(): Promise<void>;
};

/** Thrown as a request is about to be written: it is not written. (To abort it there would close its connection.) */
export class NotBegun extends Error {}

type Waiting = { request: Dispatcher.DispatchOptions; handler: Dispatcher.DispatchHandler & OnLine };
type OpenLine = Line & { readonly client: Client };

/**
 * At most `most` kept-alive connections, one request at a time on each. undici's pool takes a connection for busy until
 * the turn of the event loop after its answer, and opens another one for whoever asks before: under load that is twice the
 * connections, each with a handshake. Here the one that has just answered is the next to be taken, and when that is in the
 * same turn, undici need not look whether it is still alive.
 */
export function openLines(origin: string, most: number, connectMs: number): Lines {
  // One for all: node would read the system's certificates again for each connection.
  const secure = origin.startsWith('https:') ? { secureContext: createSecureContext() } : {};
  const connect = buildConnector({ timeout: connectMs, ...secure });
  const open = new Set<OpenLine>();
  const idle: OpenLine[] = [];
  const waiting: Waiting[] = [];
  let closing: (() => void) | null = null;

  function openLine(): OpenLine {
    const client = new Client(origin, { pipelining: 1, connect });
    const line: OpenLine = {
      client,
      free(good) {
        if (good) {
          idle.push(line);
          next();
          return;
        }
        // What is wrong with it is not asked: the next request gets a new one. Not destroyed while it is telling us so.
        setImmediate(() => {
          void client.destroy().finally(() => {
            open.delete(line);
            next();
          });
        });
      },
    };
    open.add(line);
    return line;
  }

  function next(): void {
    const first = waiting.shift();
    if (first !== undefined) dispatch(first.request, first.handler);
    else if (closing !== null) closing();
  }

  function dispatch(request: Waiting['request'], handler: Waiting['handler']): void {
    const line = idle.pop() ?? (open.size < most ? openLine() : null);
    if (line === null) {
      waiting.push({ request, handler });
      return;
    }
    handler.line = line;
    line.client.dispatch(request, handler);
  }

  return {
    dispatch(request, handler) {
      if (closing === null) dispatch(request, handler);
      else handler.onError?.(new errors.ClientClosedError());
    },
    async close() {
      const drained = new Promise<void>((resolve) => {
        closing = resolve;
      });
      if (waiting.length > 0) await drained;
      const alive = [...open].filter(({ client }) => !client.destroyed);
      await Promise.all(alive.map(({ client }) => client.close()));
    },
  };
}
