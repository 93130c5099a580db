import type { User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import { type Composition, type Preview, preview } from '../../core/compose.ts';
import { isEverybody } from '../../core/draft.ts';
import type { Organisation, VirtualNumber } from '../../core/organisation.ts';
import { mayInBook } from '../../core/permissions.ts';
import { underCrisis } from '../../core/underCrisis.ts';
import type { Clock, Ids } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { type WhoGetsIt, whoGetsIt } from './whoGetsIt.ts';

export type SendingDeps = { store: Store; clock: Clock; ids: Ids };

/** A book with all that sending from it depends on. */
export type SendingPlace = {
  book: Book;
  number: VirtualNumber;
  organisation: Organisation;
  writers: readonly string[];
  functionaries: readonly string[];
};

/** Why a user may not send from a book: S3-26, or the role is one that looks only. null = they may. */
export function whyNotSend(user: User, { writers }: Pick<SendingPlace, 'writers'>): 'role' | 'not_writer' | null {
  if (!mayInBook(user, 'send')) return 'role';
  return writers.includes(user.mail) ? null : 'not_writer';
}

/** null = the book or its number is gone. */
export async function sendingPlace(
  book: Book,
  { store: { reads } }: Pick<SendingDeps, 'store'>,
): Promise<SendingPlace | null> {
  const [numbers, organisation, writers, functionaries] = await Promise.all([
    reads.numbers(),
    reads.organisation(book.organisationId),
    reads.writers(book.id),
    reads.functionaries(book.id),
  ]);
  const number = numbers.find(({ id }) => id === book.numberId);
  return organisation && number ? { book, number, organisation, writers, functionaries } : null;
}

export type Composed = { preview: Preview; who: WhoGetsIt };

/** How it would go if it were sent now. */
export async function compose(
  place: SendingPlace,
  composition: Composition,
  writer: string,
  deps: SendingDeps,
): Promise<Composed> {
  const { number } = place;
  const now = deps.clock.now();
  const book = underCrisis(place.book, now);
  const audience = isEverybody(composition.audience) ? null : composition.audience;
  const reach = { bookId: book.id, numberId: book.numberId, writer };
  const [who, backlog] = await Promise.all([
    whoGetsIt(deps.store.reads, reach, audience, now),
    deps.store.outbox.backlog(),
  ]);
  const waiting = backlog.find(({ numberId }) => numberId === number.id)?.parts ?? 0;
  const facts = { tags: who.tags, recipients: who.recipients, texts: who.texts, backlog: waiting };
  return { preview: preview({ ...place, book }, composition, facts, now), who };
}
