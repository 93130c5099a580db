import type { SeenLines } from './addPeople.ts';

/**
 * Which line of the file first named a member, in 12 bytes a member: the ids of a million people would not fit "flat
 * memory". Ids are kept as 52 bits of a hash; two that meet by chance (one in 10,000 at a million) leave one name as it was.
 */
export function createLineTable(): SeenLines {
  let keys = new Float64Array(1024);
  let lines = new Uint32Array(1024);
  let count = 0;
  const slotOf = (key: number, table: Float64Array): number => {
    const mask = table.length - 1;
    let slot = key % table.length;
    while (table[slot] !== 0 && table[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = () => {
    const [oldKeys, oldLines] = [keys, lines];
    keys = new Float64Array(oldKeys.length * 2);
    lines = new Uint32Array(oldKeys.length * 2);
    for (const [index, key] of oldKeys.entries()) {
      if (key === 0) continue;
      const slot = slotOf(key, keys);
      keys[slot] = key;
      lines[slot] = oldLines[index] ?? 0;
    }
  };
  return {
    get(memberId) {
      const slot = slotOf(keyOf(memberId), keys);
      return keys[slot] === 0 ? undefined : lines[slot];
    },
    set(memberId, line) {
      if (count * 2 >= keys.length) grow();
      const key = keyOf(memberId);
      const slot = slotOf(key, keys);
      if (keys[slot] === 0) count += 1;
      keys[slot] = key;
      lines[slot] = line;
    },
  };
}

/** Two rounds of FNV-1a with different beginnings, 26 bits of each; never 0, which means an empty slot. */
function keyOf(id: string): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return (high >>> 6) * 0x4000000 + (low >>> 6) || 1;
}
