import type { IncomingMessage } from 'node:http';

/** Why a body was not read: over the limit, not there in time, or the peer went away before its end. */
export type BodyFault = 'too_large' | 'too_slow' | 'gone';

/**
 * Reads a body of at most `maxBytes` within `maxMs`. A body that was cut off is 'gone', never a shorter text.
 * Bytes that are no UTF-8 become U+FFFD.
 */
export function readBody(req: IncomingMessage, maxBytes: number, maxMs: number): Promise<{ text: string } | BodyFault> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too_large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => settle('too_slow'), maxMs);
    const settle = (result: { text: string } | BodyFault): void => {
      clearTimeout(timer);
      req.off('data', take);
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) settle('too_large');
      else chunks.push(chunk);
    };
    req.on('data', take);
    req.once('end', () =>
      settle({ text: (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? '' }),
    );
    // A peer that went away before the end is an error here ("aborted"), and 'end' does not come.
    req.once('error', () => settle('gone'));
  });
}
