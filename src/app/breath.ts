/** Less than this, and nobody was waiting in that turn of the event loop. */
const QUIET_MS = 0.04;
/** So many quiet turns in a row: whoever had begun is served. One connection is taken up in a turn. */
const QUIET_TURNS = 3;
/** Then the work goes on all the same: many who come at once must not stop it. */
const MOST_MS = 30;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Lets others in the same process have their turns between two pieces of long work, until nobody has anything more to do.
 * A request takes several turns (taken up, read, looked up, committed), and with one turn for each piece of work it would
 * wait for as many pieces: a START beside an import took two seconds, since connections are taken up one in a turn.
 */
export async function breath(): Promise<void> {
  const began = performance.now();
  let before = began;
  for (let quiet = 0; quiet < QUIET_TURNS && before - began < MOST_MS; ) {
    await turn();
    const now = performance.now();
    quiet = now - before < QUIET_MS ? quiet + 1 : 0;
    before = now;
  }
}
