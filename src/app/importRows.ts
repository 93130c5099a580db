import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Step, Store } from '../ports/store.ts';
import { type AddOutcome, type AddRun, type PlannedPeople, planPeople } from './addPeople.ts';
import type { ReadPerson } from './applyFile.ts';
import type { ScratchFile } from './scratchFile.ts';

/** The rows of a file between the reading, which may refuse all of them, and the writing: one line of JSON each. */
type CheckedRow = [
  line: number,
  phone: string | null,
  mail: string | null,
  name: string,
  labels?: string[] | null,
  fields?: Record<string, string>,
];

/** Members in one commit: short enough that nobody waits for it, long enough that an fsync is shared by many. */
const CHUNK = 500;
const TRIES = 5;

/** Keeps rows in their normal form: a number is parsed once, and a file that changes meanwhile does no harm. */
export const keepRows = (people: readonly ReadPerson[], checked: ScratchFile): Promise<void> =>
  checked.write(people.map((one) => `${JSON.stringify(checkedRow(one))}\n`).join(''));

const checkedRow = ({ line, phone, mail, name, labels, fields }: ReadPerson): CheckedRow => {
  if (fields !== undefined) return [line, phone, mail, name, labels, fields];
  return labels === null ? [line, phone, mail, name] : [line, phone, mail, name, labels];
};

/** The same rows again, in chunks of one commit. */
export async function* chunksOf(checked: ScratchFile, size: number = CHUNK): AsyncGenerator<ReadPerson[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let people: ReadPerson[] = [];
  for await (const bytes of checked.bytes()) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const [line, phone, mail, name, labels = null, fields] = JSON.parse(text) as CheckedRow;
      people.push({ line, phone, mail, name, labels, ...(fields && { fields }) });
      if (people.length === size) {
        yield people;
        people = [];
      }
    }
  }
  if (people.length > 0) yield people;
}

type RowDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed; log: Log };

/**
 * One commit, with `more` steps in it, which may tell what became of the rows. A member who texted meanwhile makes it stale: look again, decide again. Throws
 * when it was stale each time.
 */
export async function commitChunk(
  people: readonly ReadPerson[],
  run: AddRun,
  deps: RowDeps,
  more: (planned: PlannedPeople) => readonly Step[] = () => [],
): Promise<AddOutcome[]> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const planned = await planPeople(people, run, deps);
    const { steps, outcomes, seen } = planned;
    steps.push(...more(planned));
    if (steps.length > 0 && (await deps.store.commit(steps)) !== 'done') continue;
    for (const [id, line] of seen) run.seen.set(id, line);
    return outcomes;
  }
  deps.log.warn({ tries: TRIES, rows: people.length }, 'the rows of an import changed each time');
  throw new Error(
    'the members of this book are being changed at the same time; run the import again, it goes on where it ended',
  );
}
