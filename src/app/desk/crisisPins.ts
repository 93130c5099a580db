import type { Book } from '../../core/book.ts';
import type { Ids } from '../../ports/clock.ts';
import type { Step } from '../../ports/store.ts';
import { pinDigest } from '../crisisPin.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog } from './desk.ts';

export type PinGiven = { ok: true; pin: string } | { ok: false; why: 'not_writer' | 'changed' };

/** Nobody guesses eight digits in five tries a day, and everybody can write them down. */
const drawn = (ids: Ids): string => `${ids.code()}${ids.code()}`;

/**
 * A new PIN for one of the book's writers by phone; it is told once and kept as a keyed digest alone. The old one, if there
 * was one, is worth nothing from then on.
 */
export async function givePin(
  book: Pick<Book, 'id' | 'organisationId'>,
  address: string,
  by: Desk,
  deps: DeskDeps,
): Promise<PinGiven> {
  const { reads } = deps.store;
  return commitAtDesk<PinGiven>(
    deps,
    async () => {
      const writers = await reads.writers(book.id);
      if (!writers.includes(address) || !address.startsWith('+'))
        return { answer: { ok: false, why: 'not_writer' }, steps: [] };
      // The same digits in two books of one number would say neither.
      const others = (await reads.crisisPinsOf(address)).filter(({ bookId }) => bookId !== book.id);
      let pin = drawn(deps.ids);
      while (others.some((each) => pinDigest(deps.keyed, { ...each, pin }) === each.digest)) pin = drawn(deps.ids);
      const digest = pinDigest(deps.keyed, { bookId: book.id, address, pin });
      const log = deskLog(book.organisationId, by, deps);
      const steps: Step[] = [
        { add: 'crisisPins', row: { bookId: book.id, address, digest }, exists: 'ignore' },
        { change: 'crisisPins', where: { bookId: book.id, address }, set: { digest }, none: 'stale' },
        log(book.id, 'crisis_pin_given'),
      ];
      return { answer: { ok: true, pin }, steps };
    },
    { ok: false, why: 'changed' },
  );
}

export async function takePin(
  book: Pick<Book, 'id' | 'organisationId'>,
  address: string,
  by: Desk,
  deps: DeskDeps,
): Promise<'taken' | 'gone'> {
  if (!(await deps.store.reads.crisisPinsIn(book.id)).includes(address)) return 'gone';
  const log = deskLog(book.organisationId, by, deps);
  await deps.store.commit([
    { remove: 'crisisPins', where: { bookId: book.id, address } },
    log(book.id, 'crisis_pin_taken'),
  ]);
  return 'taken';
}
