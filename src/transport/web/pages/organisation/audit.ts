import { moment } from '../../format.ts';
import type { UserPage } from '../../page.ts';
import { entryWords } from '../book/entryWords.ts';
import { markOf, markText } from '../book/pageMark.ts';
import { peopleOf } from '../book/people.ts';
import { partsOf } from './parts.ts';

const PAGE = 50;

/** Who did what in the organisation and its books, with what it was before and what it is. */
export async function showAudit(page: UserPage): Promise<void> {
  const { organisation, deps, query, locale, now } = page;
  const before = markOf(query);
  const [found, books, people] = await Promise.all([
    deps.store.reads.auditPage(organisation.id, before, PAGE + 1),
    deps.store.reads.books(),
    peopleOf(page, [], true),
  ]);
  const names = new Map(books.map(({ id, name }) => [id, name]));
  const users = await deps.store.reads.users(organisation.id);
  const entries = found.slice(0, PAGE);
  const last = entries.at(-1);
  page.render('organisation/log', {
    parts: partsOf(page, 'log'),
    lines: entries.map((entry) => {
      const words = entryWords(page, entry);
      const whom = users.find(({ id }) => id === entry.details.user);
      return {
        ...words,
        eventText: whom ? `${words.eventText}: ${whom.name || whom.mail}` : words.eventText,
        when: moment(locale, organisation.timezone, entry.at, now),
        who: [people.actor(entry), entry.bookId === null ? '' : (names.get(entry.bookId) ?? '')]
          .filter((text) => text !== '')
          .join(' · '),
        text: '',
        href: '',
        rule: '',
        tone: '',
      };
    }),
    isEmpty: entries.length === 0,
    nextHref: found.length > PAGE && last ? `/organisation/log?before=${markText(last)}` : '',
    firstHref: before === null ? '' : '/organisation/log',
  });
}
