/**
 * Joins what is handed in while the last batch is being written into the next one, so that a broadcast costs one write
 * for hundreds of messages and a lone message waits for nobody. Resolves or rejects each with its batch.
 */
export function batched<T>(write: (items: readonly T[]) => Promise<void>, limit = 500): (item: T) => Promise<void> {
  let waiting: { item: T; done: () => void; failed: (reason: unknown) => void }[] = [];
  let writing = false;

  async function run(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, limit);
      waiting = waiting.slice(limit);
      try {
        await write(batch.map(({ item }) => item));
        for (const { done } of batch) done();
      } catch (reason) {
        for (const { failed } of batch) failed(reason);
      }
    }
    writing = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      // A microtask later, so that all that one turn of the loop hands in shares the first write too.
      if (!writing) {
        writing = true;
        queueMicrotask(() => void run());
      }
    });
}
