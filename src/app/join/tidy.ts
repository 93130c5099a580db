import type { Clock } from '../../ports/clock.ts';
import type { Step, Store } from '../../ports/store.ts';
import { render } from '../render.ts';
import { codeKey, codeOutgoing } from './ask.ts';

const PAGE = 200;

/**
 * What ran out on the join pages goes: it holds addresses that nobody has proven. Of the text that carried a code only the
 * code goes, so that one still sees what was sent to whom.
 */
export async function tidyJoinForms({ store, clock }: { store: Store; clock: Clock }): Promise<void> {
  const forms = await store.reads.joinFormsOver(clock.now(), PAGE);
  const books = new Map(
    await Promise.all(
      [...new Set(forms.map(({ bookId }) => bookId))].map(async (id) => [id, await store.reads.bookById(id)] as const),
    ),
  );
  const steps = forms.flatMap(({ id, bookId, phone }): Step[] => {
    const book = books.get(bookId);
    const gone: Step = { remove: 'joinForms', where: { id } };
    if (!book || phone === null) return [gone];
    const { text } = render(codeOutgoing(book, phone, '••••••'));
    return [
      { change: 'deliveries', where: { onceKey: codeKey(id), kind: 'code' }, set: { text }, none: 'ignore' },
      gone,
    ];
  });
  if (steps.length > 0) await store.commit(steps);
}
