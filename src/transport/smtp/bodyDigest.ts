import { createHash } from 'node:crypto';

const CR = 13;
const LF = 10;

/**
 * SHA-256 over everything after the headers, in lower-case hex. The headers are left out: every relay adds its own, and a
 * retry may come through another one (B-28).
 */
export class BodyDigest {
  readonly #hash = createHash('sha256');
  #body = false;
  /** No octet but CR since the last LF: the next LF ends the headers. A mail may begin with its body. */
  #lineEmpty = true;

  update(chunk: Buffer): void {
    this.#hash.update(this.#body ? chunk : chunk.subarray(this.#endOfHeaders(chunk)));
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  #endOfHeaders(chunk: Buffer): number {
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at];
      if (octet === LF && this.#lineEmpty) {
        this.#body = true;
        return at + 1;
      }
      if (octet !== CR) this.#lineEmpty = octet === LF;
    }
    return chunk.length;
  }
}
