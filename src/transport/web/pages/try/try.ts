import { type Tried, type TriedChange, type TryCase, tryText } from '../../../../app/tryText.ts';
import { composeCopy, copyOf } from '../../../../core/copy.ts';
import { outcomeOf } from '../../../../core/outcome.ts';
import { PERSONAS, type Persona } from '../../../../core/personas.ts';
import { readPhone } from '../../../../core/phoneNumber.ts';
import { isPageKey } from '../../../../i18n/pages/index.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { outcomeText, ruleText, type SentModel, sentModel } from './words.ts';

/** Longer than any text that a provider hands over. */
const LONGEST = 2_000;
const SENDERS = [...PERSONAS, 'number'] as const;
type Typed = { text: string; who: Persona | 'number'; number: string };

/** The keyword bench: what a text would do, and why. Nothing is stored, whatever is tried. */
export const showTry = (page: BookPage) => render(page, { text: '', who: 'member', number: '' });

export async function tryIt(page: BookPage): Promise<void> {
  const { form } = page;
  const who = SENDERS.find((each) => each === form.text('who')) ?? 'member';
  await render(page, { text: form.text('text').slice(0, LONGEST), who, number: form.line('number').slice(0, 40) });
}

async function render(page: BookPage, typed: Typed): Promise<void> {
  const { book, organisation, deps, t } = page;
  const unread = typed.who === 'number' && !readPhone(typed.number, organisation.country).ok;
  const problem = unread && typed.text !== '' ? t('try.number.problem') : '';
  let tried: object | null = null;
  if (typed.text !== '' && problem === '') {
    const one: TryCase =
      typed.who === 'number' ? { text: typed.text, from: typed.number } : { text: typed.text, as: typed.who };
    const result = await tryText(book.address, [one], deps);
    const [first] = result.ok ? result.tried : [];
    if (first && 'kind' in first) tried = await triedModel(page, first);
  }
  if (page.partial) return page.render('try/tried', { tried, problem });
  page.render(
    'try/try',
    {
      action: `/books/${book.address}/try`,
      text: typed.text,
      number: typed.number,
      problem,
      senders: SENDERS.map((each) => ({
        sender: each,
        senderText: t(`try.who.${each}`),
        chosen: each === typed.who,
      })),
      tried,
    },
    problem === '' ? 200 : 422,
  );
}

async function triedModel(page: BookPage, tried: Tried) {
  const { t, book } = page;
  const { reads } = page.deps.store;
  const addresses = [...new Set([tried.book, ...tried.changes.map((change) => change.book)])];
  const books = await Promise.all(addresses.map((address) => (address === null ? null : reads.book(address))));
  const nameOf = (address: string | null): string =>
    books.find((each) => each?.address === address)?.name ?? address ?? book.name;
  return {
    outcome: outcomeText(page, outcomeOf(tried)),
    rule: tried.rule === null ? '' : t('try.rule', { rule: tried.rule }),
    ruleText: ruleText(page, tried.rule),
    also: tried.also.map((rule) => ({ alsoRule: t('try.rule', { rule }), alsoText: ruleText(page, rule) })),
    read: tried.normalForm,
    bookText: tried.book === null || tried.book === book.address ? '' : t('try.book', { book: nameOf(tried.book) }),
    changes: [...new Set(tried.changes.map((change) => changeText(page, change, nameOf(change.book))))],
    sent: [...answersOf(page, tried), ...(await copiesOf(page, tried))],
    hasCode: tried.outgoing.some(({ kind, text }) => kind !== 'notice' && /\b0000\b/.test(text)),
  };
}

function changeText({ t }: BookPage, change: TriedChange, book: string): string {
  const detail = change.status ?? change.scope ?? '';
  for (const key of [`try.change.${change.do}.${detail}`, `try.change.${change.do}`])
    if (isPageKey(key)) return t(key, { book });
  return t('try.change.other');
}

/** What the sender hears, and what the functionaries get: each wording once, however many get it. */
function answersOf(page: BookPage, { from, outgoing }: Tried): SentModel[] {
  const groups = new Map<string, { toSender: boolean; text: string; parts: number; count: number }>();
  for (const { to, text, parts } of outgoing) {
    const toSender = to === from;
    const key = `${toSender} ${parts} ${text}`;
    const group = groups.get(key) ?? { toSender, text, parts, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].map(({ toSender, text, parts, count }) =>
    sentModel(
      page,
      toSender ? page.t('try.to.sender') : page.t('try.to.readers', { count: figure(page.locale, count) }),
      text,
      parts,
    ),
  );
}

/** A broadcast as its readers get it, header and footer and all. */
async function copiesOf(page: BookPage, { changes }: Tried): Promise<SentModel[]> {
  const made = changes.filter((change) => change.do === 'create_broadcast');
  return Promise.all(
    made.map(async (change) => {
      const book = (await page.deps.store.reads.book(change.book ?? '')) ?? page.book;
      const { header, text, footer, parts } = copyOf(book, String(change.text ?? ''));
      const to = change.status === 'held' ? 'try.to.everyone.held' : 'try.to.everyone';
      return sentModel(page, page.t(to), composeCopy(header, text, footer), parts);
    }),
  );
}
