import { randomBytes, randomInt } from 'node:crypto';
import type { Ids } from '../ports/clock.ts';

/**
 * UUIDv7 (RFC 9562 section 5.7): 48 bits of time, then a counter that grows within a millisecond, then randomness. So
 * ids made by one process sort in the order in which they were made, which paging and the ledger lean on.
 */
export function createIds(random: (bytes: number) => Buffer = randomBytes): Ids {
  let lastTime = 0;
  let counter = 0;
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;
  // One large draw for many ids: randomBytes(8) per id costs more than the rest of it.
  const draw = (bytes: number): Buffer => {
    if (used + bytes > pool.length) {
      pool = random(4096);
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  };
  return {
    next(now) {
      // A clock that steps back must not make ids that sort before those already made.
      if (now > lastTime) {
        lastTime = now;
        counter = draw(2).readUInt16BE() & 0x07ff;
      } else if (++counter > 0x0fff) {
        lastTime++;
        counter = 0;
      }
      const time = Math.floor(lastTime).toString(16).padStart(12, '0');
      const tail = draw(8);
      tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
      const hex = tail.toString('hex');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${hex.slice(0, 4)}-${hex.slice(4)}`;
    },
    code: () => String(randomInt(1000, 10_000)),
    salt: () => draw(16).toString('base64url'),
  };
}
