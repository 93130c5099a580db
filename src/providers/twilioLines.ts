import { createSecureContext } from 'node:tls';
import { buildConnector, Client, type Dispatcher, errors } from 'undici';

/** What an exchange goes over: undici's pools, and the lines below. */
export type Dispatching = {
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): unknown;
};

export type Lines = Dispatching & {
  /** Waits for what is on the wire. */
  close(): Promise<void>;
};

type Waiting = { request: Dispatcher.DispatchOptions; handler: Dispatcher.DispatchHandler };

/**
 * At most `most` kept-alive connections, one request at a time on each. undici's pool takes a connection for busy until
 * the turn of the event loop after its answer, and opens another one for whoever asks before: under load that is twice the
 * connections, each with a handshake. Here the one that has just answered is the next to be taken.
 */
export function openLines(origin: string, most: number, connectMs: number): Lines {
  // One for all: node would read the system's certificates again for each connection.
  const secureContext = origin.startsWith('https:') ? { secureContext: createSecureContext() } : {};
  const connect = buildConnector({ timeout: connectMs, ...secureContext });
  const clients = new Set<Client>();
  const free: Client[] = [];
  const waiting: Waiting[] = [];
  let closing: (() => void) | null = null;

  function line(): Client | null {
    const known = free.pop();
    if (known !== undefined || clients.size >= most) return known ?? null;
    const opened = new Client(origin, { pipelining: 1, connect });
    clients.add(opened);
    return opened;
  }

  function over(client: Client, good: boolean): void {
    if (good) {
      free.push(client);
      next();
      return;
    }
    // What is wrong with it is not asked: the next request gets a new one. Not destroyed while it is telling us so.
    setImmediate(() => {
      void client.destroy().finally(() => {
        clients.delete(client);
        next();
      });
    });
  }

  function next(): void {
    const first = waiting.shift();
    if (first !== undefined) dispatch(first.request, first.handler);
    else if (closing !== null) closing();
  }

  function dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const client = line();
    if (client === null) waiting.push({ request, handler });
    else client.dispatch(request, new Watched(handler, client, over));
  }

  return {
    dispatch(request, handler) {
      if (closing === null) dispatch(request, handler);
      else handler.onResponseError?.(undefined as never, new errors.ClientClosedError());
    },
    async close() {
      const drained = new Promise<void>((resolve) => {
        closing = resolve;
      });
      if (waiting.length > 0) await drained;
      const open = [...clients].filter(({ destroyed }) => !destroyed);
      await Promise.all(open.map((client) => client.close()));
    },
  };
}

/** Thrown in `onRequestStart`: the request is not to be written. (To abort it there would close its connection.) */
export class NotBegun extends Error {}

/** Passes everything on, and says when its client is free again. */
class Watched implements Dispatcher.DispatchHandler {
  private readonly handler: Dispatcher.DispatchHandler;
  private readonly client: Client;
  private readonly over: (client: Client, good: boolean) => void;

  constructor(handler: Dispatcher.DispatchHandler, client: Client, over: (client: Client, good: boolean) => void) {
    this.handler = handler;
    this.client = client;
    this.over = over;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.handler.onRequestStart?.(controller, context);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2],
  ): void {
    this.handler.onResponseStart?.(controller, status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: Record<string, string | string[]>): void {
    this.over(this.client, true);
    this.handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.over(this.client, error instanceof NotBegun);
    this.handler.onResponseError?.(controller, error);
  }
}
