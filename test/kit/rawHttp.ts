import { connect, type Socket } from 'node:net';

/** An HTTP answer as it came over the socket. */
export type RawAnswer = { status: number; head: string; body: string };

/**
 * Writes `parts` one after the other on a bare socket to 127.0.0.1:`port` and reads until the peer closes. `half`: our side
 * is closed after the last part. null: closed without an answer.
 */
export function rawRequest(
  port: number,
  parts: readonly string[],
  options: { half?: boolean; pauseMs?: number } = {},
): Promise<RawAnswer | null> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error('the peer neither answered nor closed in 10 s')));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    // A reset after the answer is an end as well: the peer does not read what it refused.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
    );
    socket.on('close', () => resolve(read(text)));
    socket.on('connect', () => {
      const [first = '', ...rest] = parts;
      socket.write(first);
      let left = rest.length;
      if (left === 0 && options.half) socket.end();
      rest.forEach((part, index) => {
        setTimeout(
          () => {
            if (socket.writable) socket.write(part);
            left--;
            if (left === 0 && options.half) socket.end();
          },
          (options.pauseMs ?? 5) * (index + 1),
        );
      });
    });
  });
}

function read(text: string): RawAnswer | null {
  const head = /^HTTP\/1\.1 (\d{3})/.exec(text);
  if (!head) return null;
  const split = text.indexOf('\r\n\r\n');
  return { status: Number(head[1]), head: text.slice(0, split), body: text.slice(split + 4) };
}
