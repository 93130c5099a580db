import type { CarrierLog, CarrierMessage } from '../../src/ports/carrierLog.ts';

/** The carrier log of tests that need no database: the whole port, in memory. */
export function createMemoryCarrierLog(): CarrierLog & {
  readonly messages: readonly CarrierMessage[];
  readonly writes: number;
} {
  const messages: CarrierMessage[] = [];
  const ids = new Set<string>();
  const blocks = new Set<string>();
  let writes = 0;
  const byArrival = (a: CarrierMessage, b: CarrierMessage) => a.at - b.at || (a.id < b.id ? -1 : 1);
  const phoneOf = (m: CarrierMessage) => (m.direction === 'to_phone' ? m.to : m.from);
  return {
    messages,
    get writes() {
      return writes;
    },
    async append(added) {
      writes++;
      for (const message of added) {
        if (ids.has(message.id)) throw new Error('a message with this id is there already');
        ids.add(message.id);
        messages.push({ ...message });
      }
    },
    async setStatus(id, status) {
      const message = messages.find((m) => m.id === id);
      if (message) message.status = status;
    },
    async ofPhone(number, limit) {
      const own = messages.filter((m) => phoneOf(m) === number).sort(byArrival);
      return own.slice(-limit).map((m) => ({ ...m }));
    },
    async find(to, from, since) {
      return messages
        .filter((m) => m.direction === 'to_phone' && m.to === to && m.from === from && m.at >= since)
        .sort(byArrival)
        .reverse()
        .map((m) => ({ ...m }));
    },
    async phones(limit) {
      return [...new Set([...messages].sort(byArrival).reverse().map(phoneOf))].slice(0, limit);
    },
    blocked: async (from, to) => blocks.has(`${from} ${to}`),
    async setBlocked(from, to, blocked) {
      if (blocked) blocks.add(`${from} ${to}`);
      else blocks.delete(`${from} ${to}`);
    },
  };
}
