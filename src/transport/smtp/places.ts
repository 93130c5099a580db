/** A few places for many: whoever finds none waits, in order, and no peer takes more than its share. */
export type Places = {
  /** Resolves with what gives the place back; call it once. Rejects when `signal` aborts while waiting. */
  take(peer: string, signal: AbortSignal): Promise<() => void>;
};

type Waiting = { peer: string; start(): void };

export function createPlaces(places: number, perPeer: number): Places {
  const taken = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let all = 0;

  const free = (peer: string) => all < places && (taken.get(peer) ?? 0) < perPeer;
  const occupy = (peer: string) => {
    all++;
    taken.set(peer, (taken.get(peer) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      all--;
      const left = (taken.get(peer) ?? 0) - 1;
      if (left > 0) taken.set(peer, left);
      else taken.delete(peer);
      for (const next of waiting) if (free(next.peer)) next.start();
    };
  };

  return {
    take(peer, signal) {
      if (free(peer)) return Promise.resolve(occupy(peer));
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(entry);
          reject(signal.reason);
        };
        const entry: Waiting = {
          peer,
          start() {
            waiting.delete(entry);
            signal.removeEventListener('abort', leave);
            resolve(occupy(peer));
          },
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(entry);
      });
    },
  };
}
