import { expect } from '@jest/globals';
import type { ShownBook } from '../../src/app/showBook.ts';
import { type Installation, until } from '../kit/installation.ts';
import type { Judge, JudgeEvent } from '../kit/judge.ts';

/** What the provider says that it took of `text`: the truth about copies, whatever we believe. */
export async function acceptedOf(judge: Judge, text: string): Promise<JudgeEvent[]> {
  return (await judge.log()).filter((line) => line.ev === 'accepted' && line.body === text);
}

/** Lost 0, duplicates 0, and no request that Twilio's own description finds fault with. */
export async function expectEachOnce(judge: Judge, text: string, people: readonly string[]): Promise<void> {
  const to = (await acceptedOf(judge, text)).map((line) => line.to ?? '');
  const taken = new Set(to);
  expect({
    lost: people.filter((phone) => !taken.has(phone)),
    duplicates: to.length - taken.size,
    invalid: (await judge.report()).invalid,
  }).toEqual({ lost: [], duplicates: 0, invalid: 0 });
}

/** One book of an installation with several. */
export async function showBook(place: Installation, address: string): Promise<ShownBook> {
  const answer = await place.run('show', 'book', address, '--json');
  if (answer.code !== 0) throw new Error(`show failed: ${answer.stderr}`);
  return JSON.parse(answer.stdout) as ShownBook;
}

/**
 * Waits until the provider has taken `count` copies of `text`, then until the newest broadcast is written down as sent.
 * The provider is asked first.
 */
export async function untilSent(
  place: Installation,
  judge: Judge,
  text: string,
  count: number,
  ms: number,
): Promise<ShownBook> {
  const begun = performance.now();
  await until(async () => (await acceptedOf(judge, text)).length >= count, `${count} copies are accepted`, ms);
  let book = await place.look();
  await until(
    async () => {
      book = await place.look();
      return book.broadcasts[0]?.status === 'sent';
    },
    'the broadcast is sent',
    Math.max(10_000, ms - (performance.now() - begun)),
  );
  return book;
}
