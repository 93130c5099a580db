/**
 * Work on one key runs one after the other, in the order in which it came; other keys do not wait. It saves the texts of
 * one sender that arrive together from meeting each other's guards (and being asked to come again); between processes the
 * guards alone decide.
 */
export function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key);
    const mine = before ? before.then(work, work) : work();
    last.set(key, mine);
    const forget = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };
}
