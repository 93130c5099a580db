import { Readable, type Writable } from 'node:stream';

/** Pieces of an attachment that are written at once, so that ten mails under way do not hold ten copies of it. */
const PIECE = 64 * 1024;

/**
 * A mail's octets for one connection. nodemailer calls `pipe` when the smarthost has said 354: from then on nobody knows
 * whether it took the mail unless it says so.
 */
export class SmtpBody extends Readable {
  begun = false;
  readonly size: number;
  readonly #pieces: readonly (string | Buffer)[];
  #next = 0;
  #offset = 0;

  constructor(pieces: readonly (string | Buffer)[]) {
    super();
    this.#pieces = pieces;
    this.size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  override _read(): void {
    const piece = this.#pieces[this.#next];
    if (piece === undefined) {
      this.push(null);
      return;
    }
    const part = piece.slice(this.#offset, this.#offset + PIECE);
    this.#offset += PIECE;
    if (this.#offset >= piece.length) {
      this.#next++;
      this.#offset = 0;
    }
    this.push(part);
  }

  override pipe<T extends NodeJS.WritableStream>(to: T, options?: { end?: boolean }): T {
    this.begun = true;
    const [only, more] = this.#pieces;
    // One short text, nearly always: without a stream's own bookkeeping it takes half the time.
    if (more === undefined && typeof only === 'string' && only.length <= PIECE) {
      (to as unknown as Writable).end(only);
      return to;
    }
    return super.pipe(to, options);
  }
}

/** The same for a stream that somebody else made (a signed mail). */
export function watched(stream: Readable): { stream: Readable; begun: () => boolean } {
  let begun = false;
  const pipe = stream.pipe.bind(stream) as Readable['pipe'];
  stream.pipe = ((to: NodeJS.WritableStream, options?: { end?: boolean }) => {
    begun = true;
    return pipe(to, options);
  }) as Readable['pipe'];
  return { stream, begun: () => begun };
}
