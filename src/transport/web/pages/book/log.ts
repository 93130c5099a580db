import { bookLog, type LogLine } from '../../../../app/desk/bookLog.ts';
import { moment } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { entryWords } from './entryWords.ts';
import { markOf, markText } from './pageMark.ts';
import { type People, peopleOf } from './people.ts';

const PAGE = 50;

/** Everything that happened in a book, newest first. The first page renews itself. */
export async function showLog(page: BookPage): Promise<void> {
  const { book, deps, query } = page;
  const before = markOf(query);
  const { lines, next } = await bookLog(book.id, before, PAGE, deps.store.reads);
  const senders = lines.flatMap((line) =>
    line.what === 'inbound'
      ? [{ bookId: book.id, address: line.inbound.sender }]
      : line.what === 'broadcast'
        ? [{ bookId: book.id, address: line.broadcast.writer }]
        : [],
  );
  const people = await peopleOf(page, senders, page.may.settings);
  const here = `/books/${book.address}/log`;
  const model = {
    here,
    live: before === null ? here : '',
    lines: lines.filter(isShown).map((line) => lineOf(page, line, people)),
    isEmpty: lines.length === 0 && before === null,
    nextHref: next ? `${here}?before=${markText(next)}` : '',
    firstHref: before === null ? '' : here,
    refresh: before === null ? 10 : null,
  };
  page.render(page.partial ? 'book/logLines' : 'book/log', model);
}

/** A writer's text is shown once, as the broadcast that it became. */
const isShown = (line: LogLine): boolean =>
  line.what !== 'inbound' || (line.inbound.kind !== 'broadcast' && line.inbound.kind !== 'held');

function lineOf(page: BookPage, line: LogLine, people: People) {
  const { t, locale, organisation, now, book } = page;
  const base = {
    when: moment(locale, organisation.timezone, line.at, now),
    text: '',
    href: '',
    rule: '',
    tone: '',
    isChange: false,
    beforeText: '',
    afterText: '',
  };
  if (line.what === 'entry') {
    const { entry } = line;
    return { ...base, ...entryWords(page, entry), who: people.actor(entry) };
  }
  if (line.what === 'broadcast') {
    const { broadcast } = line;
    const writer =
      broadcast.userId === null ? people.sender(book.id, broadcast.writer) : people.actor({ actor: broadcast.userId });
    return {
      ...base,
      who: writer,
      eventText: t('book.log.broadcast', { status: t(`status.${broadcast.status}`) }),
      text: broadcast.text,
      href: `/books/${book.address}/broadcasts/${broadcast.id}`,
      tone: 'is-signal',
    };
  }
  const { inbound } = line;
  return {
    ...base,
    who: people.sender(book.id, inbound.sender),
    eventText: t(`book.inbound.${inbound.kind}`),
    text: inbound.text.trim() === '' && inbound.mediaCount > 0 ? t('book.inbox.picture') : inbound.text,
    rule: inbound.rule ?? '',
    tone: inbound.kind === 'leave' ? 'is-stop' : inbound.kind === 'join' ? 'is-good' : '',
  };
}
