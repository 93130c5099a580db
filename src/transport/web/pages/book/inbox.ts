import { ANSWER_KEY, answerInbound, answerRefusal, composeAnswer } from '../../../../app/desk/answerInbound.ts';
import type { Book } from '../../../../core/book.ts';
import type { Inbound } from '../../../../core/inbound.ts';
import { mayInBook } from '../../../../core/permissions.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { reactionSign } from '../../../../core/reactions.ts';
import { countParts, expensiveCharacters } from '../../../../core/segments.ts';
import type { PersonalAnswer } from '../../../../ports/deskReads.ts';
import type { MailSeen } from '../../../../ports/mailDeskReads.ts';
import { figure, moment } from '../../format.ts';
import { proofText } from '../../mailWords.ts';
import type { BookPage, UserPage } from '../../page.ts';
import { markOf, markText } from './pageMark.ts';
import { type People, peopleOf } from './people.ts';

const PAGE = 40;
const REACTIONS = 300;
const REACTED_BROADCASTS = 5;

/** What non-writers sent to one book, or to all that one reaches. */
export const bookInbox = (page: BookPage) => render(page, [page.book], `/books/${page.book.address}/inbox`);
export const wholeInbox = (page: UserPage) => render(page, page.books, '/inbox');

/** Numbers in full are for those who look after the book; others see a name, or how the number ends. */
const seesNumbers = (page: UserPage): boolean => mayInBook(page.user, 'settings');

/** Who may answer one person: whoever may edit the book, and its functionaries, whatever their role. Ids of books. */
async function answerable(page: UserPage, books: readonly Book[]): Promise<ReadonlySet<string>> {
  const { user, deps } = page;
  if (mayInBook(user, 'edit')) return new Set(books.map(({ id }) => id));
  const lists = await Promise.all(books.map(({ id }) => deps.store.reads.functionaries(id)));
  return new Set(books.filter((_, index) => lists[index]?.includes(user.mail)).map(({ id }) => id));
}

async function render(page: UserPage, books: readonly Book[], here: string): Promise<void> {
  const { deps, query, t } = page;
  const { reads } = deps.store;
  const ids = books.map(({ id }) => id);
  const before = markOf(query);
  const found = ids.length === 0 ? [] : await reads.inboxPage(ids, before, PAGE + 1);
  const inbounds = found.slice(0, PAGE);
  const reacted = before === null && ids.length > 0 ? await reads.reactions(ids, REACTIONS) : [];
  const [mayAnswer, mails, answers, people] = await Promise.all([
    answerable(page, books),
    mailsOf(page, inbounds),
    reads.personalAnswers(inbounds.map(({ id }) => id)),
    peopleOf(
      page,
      [...inbounds, ...reacted].map(({ bookId, sender }) => ({ bookId, address: sender })),
      seesNumbers(page),
    ),
  ]);
  const last = inbounds.at(-1);
  const byId = new Map(books.map((book) => [book.id, book]));
  const items = inbounds.flatMap((inbound) => {
    const book = byId.get(inbound.bookId ?? '');
    return book
      ? [
          itemOf(page, inbound, book, people, answers, {
            named: books.length > 1,
            mayAnswer: mayAnswer.has(book.id),
            mail: mails.get(inbound.id),
          }),
        ]
      : [];
  });
  const model = {
    title: t('frame.tab.inbox'),
    here,
    live: before === null ? here : '',
    items,
    reactions: await reactionsOf(page, reacted, people, byId),
    nextHref: found.length > PAGE && last ? `${here}?before=${markText(last)}` : '',
    firstHref: before === null ? '' : here,
    isEmpty: items.length === 0 && before === null,
    emptyText:
      books.length === 1 ? t('book.inbox.empty.text', { book: books[0]?.name ?? '' }) : t('book.inbox.empty.all'),
  };
  page.render(page.partial ? 'book/inboxItems' : 'book/inbox', model);
}

function itemOf(
  page: UserPage,
  inbound: Inbound,
  book: Book,
  people: People,
  answers: readonly PersonalAnswer[],
  { named, mayAnswer, mail }: { named: boolean; mayAnswer: boolean; mail: MailSeen | undefined },
) {
  const { t, locale, organisation, now } = page;
  const isMachine = inbound.kind === 'auto_reply';
  const key =
    inbound.kind === 'forwarded'
      ? 'book.inbox.forwarded'
      : inbound.kind === 'told'
        ? 'book.inbox.told'
        : inbound.kind === 'join'
          ? 'book.inbox.joined'
          : isMachine
            ? 'book.inbox.machine'
            : 'book.inbox.stored';
  return {
    href: `/books/${book.address}/inbox/${inbound.id}`,
    itemId: `in-${inbound.id}`,
    who: people.sender(inbound.bookId, inbound.sender),
    subject: mail ? mail.subject || t('mail.subject.none') : '',
    // Who is no writer need not prove anything: only a doubt is worth a line.
    proof: mail && !mail.proof.proven ? proofText(page, mail.proof) : '',
    text: inbound.text.trim() === '' ? '' : inbound.text,
    picture: inbound.mediaCount > 0 ? t('book.inbox.picture') : '',
    when: moment(locale, organisation.timezone, inbound.at, now),
    stateText: t(key),
    tone: inbound.kind === 'forwarded' || inbound.kind === 'told' ? 'is-warn' : '',
    isMachine,
    bookName: named ? book.name : '',
    answers: answersOf(page, inbound, people, answers),
    answerName: t('book.inbox.answerName', { name: people.sender(inbound.bookId, inbound.sender) }),
    mayAnswer: mayAnswer && !isMachine && inbound.sender.startsWith('+'),
  };
}

/** Those of these inbounds that came as mail, with subject and proof. */
async function mailsOf({ deps }: UserPage, inbounds: readonly Inbound[]): Promise<ReadonlyMap<string, MailSeen>> {
  const ids = inbounds.filter(({ door }) => door === 'mail').map(({ id }) => id);
  const mails = await deps.store.reads.mailsOf(ids);
  return new Map(mails.map((mail) => [mail.inboundId ?? '', mail]));
}

function answersOf(page: UserPage, inbound: Inbound, people: People, answers: readonly PersonalAnswer[]) {
  return answers
    .filter(({ inboundId }) => inboundId === inbound.id)
    .map((answer) => ({
      answerText: answer.text,
      answerWhen: moment(page.locale, page.organisation.timezone, answer.at, page.now),
      answerBy: people.actor({ actor: answer.onceKey.slice(ANSWER_KEY.length).split(':')[0] ?? '' }),
      answerState: page.t(`book.delivery.${answer.status}`),
    }));
}

/** Under each broadcast what people thought of it: the sign, how many, and who. */
async function reactionsOf(
  page: UserPage,
  reacted: readonly Inbound[],
  people: People,
  books: ReadonlyMap<string, Book>,
) {
  const ids = [...new Set(reacted.map(({ broadcastId }) => broadcastId))].slice(0, REACTED_BROADCASTS);
  const groups = await Promise.all(
    ids.map(async (id) => {
      const broadcast = id === null ? null : await page.deps.store.reads.broadcast(id);
      const book = books.get(broadcast?.bookId ?? '');
      if (!broadcast || !book) return [];
      const signs = new Map<string, string[]>();
      for (const { broadcastId, text, bookId, sender } of reacted) {
        if (broadcastId !== id) continue;
        const sign = reactionSign(text);
        signs.set(sign, [...(signs.get(sign) ?? []), people.sender(bookId, sender)]);
      }
      return [
        {
          broadcastHref: `/books/${book.address}/broadcasts/${broadcast.id}`,
          broadcastText: broadcast.text.length > 90 ? `${broadcast.text.slice(0, 90)}…` : broadcast.text,
          signs: [...signs].map(([sign, names]) => ({
            sign,
            signCount: figure(page.locale, names.length),
            signNames: names.length > 6 ? `${names.slice(0, 6).join(', ')} …` : names.join(', '),
          })),
        },
      ];
    }),
  );
  return groups.flat();
}

/** One message, and the box to answer it in. */
export async function showMessage(page: BookPage): Promise<void> {
  await renderMessage(page, page.deps.ids.next(page.now), '', '');
}

export async function answerMessage(page: BookPage): Promise<void> {
  const { book, form, deps, user, t } = page;
  const inbound = await deps.store.reads.inboundById(page.param('inbound'));
  if (inbound?.bookId !== book.id) return page.refuse(404);
  if (!(await answerable(page, [book])).has(book.id)) return page.refuse(403);
  const typed = form.text('text').slice(0, 4_000);
  if (form.text('do') === 'count') return page.render('book/answerCount', countOf(page, typed));
  // Trap: the key goes into a unique index; only ids that we made ourselves are long enough to never meet.
  const formId = /^[0-9a-f-]{36}$/.test(form.text('form')) ? form.text('form') : deps.ids.next(page.now);
  const by = { actor: user.id, door: 'web' } as const;
  const result = await answerInbound(book, page.param('inbound'), typed, formId, by, deps);
  if (result.ok) return page.redirect(`/books/${book.address}/inbox`, { key: 'book.answer.sent' });
  const { why } = result;
  if (why === 'not_found') return page.refuse(404);
  await renderMessage(
    page,
    formId,
    typed,
    t(`book.answer.${why}`, { parts: result.parts ?? 0, limit: book.partLimit }),
  );
}

async function renderMessage(page: BookPage, formId: string, typed: string, problem: string): Promise<void> {
  const { book, deps, t } = page;
  const { reads } = deps.store;
  const inbound = await reads.inboundById(page.param('inbound'));
  if (inbound?.bookId !== book.id) return page.refuse(404);
  if (!(await answerable(page, [book])).has(book.id)) return page.refuse(403);
  const [mails, answers, people, refusal] = await Promise.all([
    mailsOf(page, [inbound]),
    reads.personalAnswers([inbound.id]),
    peopleOf(page, [{ bookId: book.id, address: inbound.sender }], seesNumbers(page)),
    answerRefusal(book, inbound, deps),
  ]);
  const number = formatNational(page.number.e164, page.organisation.country);
  page.render(
    'book/message',
    {
      title: t('book.answer.title', { name: people.sender(book.id, inbound.sender) }),
      item: itemOf(page, inbound, book, people, answers, {
        named: false,
        mayAnswer: true,
        mail: mails.get(inbound.id),
      }),
      action: `/books/${book.address}/inbox/${inbound.id}`,
      back: `/books/${book.address}/inbox`,
      cannot: refusal ? t(`book.answer.${refusal}`, { parts: 0, limit: book.partLimit }) : '',
      hint: t('book.answer.hint', { book: book.smsName, number }),
      formId,
      typed,
      problem,
      count: countOf(page, typed),
    },
    problem === '' ? 200 : 422,
  );
}

function countOf({ book, t }: BookPage, typed: string) {
  const { parts, text, whole } = composeAnswer(book, typed);
  const dear = [...new Set(expensiveCharacters(text).map(({ char }) => char))];
  return {
    countText: text === '' ? '' : t('book.answer.parts', { parts: countParts(whole).parts, limit: book.partLimit }),
    isLong: parts > book.partLimit,
    dearText: dear.length === 0 ? '' : t('book.replies.dear', { characters: dear.slice(0, 12).join(' ') }),
  };
}
