import type { Book } from '../../../../core/book.ts';
import type { Locale } from '../../../../core/locale.ts';
import { type PageKey, pageText } from '../../../../i18n/pages/index.ts';
import { type Form, formOf } from '../../form.ts';
import { figure } from '../../format.ts';
import type { AnyPage, Params } from '../../page.ts';
import { lookByLink } from './linkBrake.ts';

/** What a public page shows: a heading, a few sentences, perhaps the message that it is about, and one thing to do. */
export type Said = {
  title: string;
  texts: readonly string[];
  quote?: { quoteTitle: string; quoteText: string; quoteNote: string };
  /** `actWording`: the version of these words, where what is pressed goes to the ledger. */
  act?: { actText: string; actDo: string; actTone: 'signal' | 'stop' | 'quiet'; actWording?: string };
  /** Below the button, in small. */
  after?: string;
  /** Where to go on. */
  link?: { href: string; text: string };
  status?: number;
};

/** Speaks the book's language: whoever has the link got a message in it. Without a book the browser's. */
export function speak(page: AnyPage, locale: Locale): AnyPage {
  page.res.locals.locale = locale;
  page.res.setHeader('Content-Language', locale);
  return { ...page, locale, t: (key: PageKey, params?: Params) => pageText(locale, key, params) };
}

export function say(page: AnyPage, { status = 200, quote, act, after = '', link, ...said }: Said): void {
  // Addresses of these pages are secrets of one person; no search engine has a use for them.
  page.res.setHeader('X-Robots-Tag', 'noindex, nofollow, noarchive');
  page.render(
    'links/act',
    { ...said, quote: quote ?? null, act: act ? { actWording: '', ...act } : null, after, link: link ?? null },
    status,
  );
}

/** No link of ours, or one that was cut off on the way. */
export const sayUnknown = (page: AnyPage, status = 404): void =>
  say(page, { title: page.t('mail.link.unknown'), texts: [page.t('mail.link.unknown.text')], status });

export const sayBusy = (page: AnyPage): void =>
  say(page, { title: page.t('mail.link.busy'), texts: [page.t('mail.link.busy.text')], status: 503 });

/** Looks a link up, unless too many wrong ones have come from this address; null: it is answered. */
export async function lookUp<T>(page: AnyPage, look: () => Promise<T | null>): Promise<T | null> {
  const found = await lookByLink(page.req.ip ?? '', look, page.deps);
  if (found.ok) return found.value;
  if (found.why === 'wrong') sayUnknown(page);
  else {
    page.res.setHeader('Retry-After', Math.ceil(found.ms / 1000));
    say(page, { title: page.t('mail.link.busy'), texts: [page.t('mail.link.busy.text')], status: 429 });
  }
  return null;
}

export async function organisationName({ deps }: AnyPage, book: Book): Promise<string> {
  return (await deps.store.reads.organisation(book.organisationId))?.name ?? '';
}

/** "1 person", "212 personer". */
export const people = (page: AnyPage, count: number): string =>
  count === 1 ? page.t('mail.people.one') : page.t('mail.people', { count: figure(page.locale, count) });

/** The answers to joining and coming back are the same, whatever the way. */
export function sayJoined(
  page: AnyPage,
  outcome: 'joined' | 'requested' | 'refused',
  book: Book,
  owner: string,
  more: Partial<Pick<Said, 'texts' | 'link'>> = {},
): void {
  const names = { book: book.name, organisation: owner };
  say(page, {
    title: page.t(`mail.${outcome}`, names),
    texts: [page.t(`mail.${outcome}.text`, names), ...(more.texts ?? [])],
    ...(more.link && { link: more.link }),
    status: outcome === 'refused' ? 409 : 200,
  });
}

/** The fields of our own forms; a one-click body in multipart form holds none. */
export const fieldsOf = ({ req }: Pick<AnyPage, 'req'>): Form =>
  formOf(Object.fromEntries(new URLSearchParams(typeof req.body === 'string' ? req.body : '')));
