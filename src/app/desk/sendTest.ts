import type { User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import type { Composition } from '../../core/compose.ts';
import { composeCopy, mergeCopy } from '../../core/copy.ts';
import { queuedDelivery } from '../../core/delivery.ts';
import { countParts } from '../../core/segments.ts';
import { logStep, storable } from '../plan.ts';
import { compose, type SendingDeps, type SendingPlace, sendingPlace, whyNotSend } from './composing.ts';

/**
 * T-14, test to myself: one copy as it would go, to a phone that the book already knows as a writer's or functionary's.
 * It is no broadcast: nobody is counted, and no member can get it by mistake.
 */
export type TestOutcome =
  | { ok: true; to: string }
  | { ok: false; why: 'no_book' | 'role' | 'not_writer' | 'to' | 'problems' | 'many' };

/** So many in ten minutes from one user, however many windows and processes. */
const TESTS = { most: 5, perMs: 10 * 60_000 };
const LATEST_MS = 15 * 60_000;

/** The phones that a test may go to. */
export const testPhones = ({ writers, functionaries }: Pick<SendingPlace, 'writers' | 'functionaries'>): string[] =>
  [...new Set([...writers, ...functionaries])].filter((address) => address.startsWith('+')).sort();

export async function sendTest(
  book: Book,
  composition: Composition,
  to: string,
  by: User,
  deps: SendingDeps,
): Promise<TestOutcome> {
  const place = await sendingPlace(book, deps);
  if (!place) return { ok: false, why: 'no_book' };
  const refused = whyNotSend(by, place);
  if (refused) return { ok: false, why: refused };
  if (!testPhones(place).includes(to)) return { ok: false, why: 'to' };
  const { preview, who } = await compose(place, composition, by.mail, deps);
  // A book that nobody is in yet can be tried all the same.
  if (preview.problems.some(({ what }) => what !== 'nobody' && what !== 'past' && what !== 'far'))
    return { ok: false, why: 'problems' };

  const samples = Object.fromEntries(
    Object.entries(who.tags).map(([tag, { plain, wide }]) => [tag, plain ?? wide ?? '']),
  );
  const copy = composeCopy(preview.header, preview.text, preview.footer);
  const text = storable(mergeCopy(copy, { ...samples, ...(by.name !== '' && { name: by.name }) }));
  const now = deps.clock.now();
  const window = Math.floor(now / TESTS.perMs);
  for (let n = 0; n < TESTS.most; n++) {
    // The unique key is the brake: the sixth finds no place that is free, in whichever process it is asked for.
    const result = await deps.store.commit([
      {
        add: 'deliveries',
        exists: 'duplicate',
        row: queuedDelivery(
          {
            kind: 'answer',
            organisationId: place.organisation.id,
            numberId: place.number.id,
            bookId: book.id,
            inboundId: null,
            address: to,
            text,
            parts: countParts(text).parts,
            latestAt: now + LATEST_MS,
            onceKey: `test:${by.id}:${window}:${n}`,
          },
          now,
        ),
      },
      logStep(
        book.id,
        'test_sent',
        { parts: countParts(text).parts },
        {
          now,
          ids: deps.ids,
          organisationId: place.organisation.id,
          actor: by.id,
        },
      ),
    ]);
    if (result === 'done') return { ok: true, to };
  }
  return { ok: false, why: 'many' };
}
