import type { MailPiece } from '../../core/mail.ts';
import { PIECE } from './limits.ts';

/** A raw mail on its way to the disk: never more than one piece of it is in memory. */
export type Spool = {
  /** Takes octets; stores each piece that is full, and resolves when it is on the disk. Throws when the store does. */
  write(chunk: Buffer): Promise<void>;
  /** Resolves with the pieces that are not stored: the last one, or none with `keepAll`. */
  finish(keepAll: boolean): Promise<MailPiece[]>;
  pieces(): number;
};

export function createSpool(options: {
  rawId: string;
  createdAt: number;
  keep(piece: MailPiece): Promise<void>;
}): Spool {
  let held: Buffer[] = [];
  let octets = 0;
  let no = 0;
  const piece = (content: Buffer): MailPiece => ({
    rawId: options.rawId,
    no: no++,
    content,
    createdAt: options.createdAt,
  });
  return {
    async write(chunk) {
      let rest = chunk;
      while (octets + rest.length >= PIECE) {
        const cut = PIECE - octets;
        const full = Buffer.concat([...held, rest.subarray(0, cut)], PIECE);
        rest = rest.subarray(cut);
        held = [];
        octets = 0;
        await options.keep(piece(full));
      }
      if (rest.length === 0) return;
      held.push(rest);
      octets += rest.length;
    },
    async finish(keepAll) {
      if (octets === 0) return [];
      const last = piece(Buffer.concat(held, octets));
      held = [];
      octets = 0;
      if (!keepAll) return [last];
      await options.keep(last);
      return [];
    },
    pieces: () => no,
  };
}
