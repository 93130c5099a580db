import type { User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import type { Locale } from '../../core/locale.ts';
import type { Organisation } from '../../core/organisation.ts';
import { inCrisis } from '../../core/underCrisis.ts';
import { localClock } from '../../i18n/dates.ts';
import { type PageKey, pageText } from '../../i18n/pages/index.ts';

/** What stands around every page of the toolbox: the rail of books, the bar of a phone, the tabs of a book. */
export type Frame = {
  signedIn: boolean;
  csrf: string;
  organisationName: string;
  userName: string;
  rail: RailBook[];
  bar: BarLink[];
  more: BarLink[];
  bookName: string | null;
  bookHref: string | null;
  writeHref: string | null;
  tabs: Tab[];
  /** A crisis in this book, said on each of its pages; null = there is none. */
  crisisText: string | null;
  crisisHref: string;
  /** The tab that one is in, for the menu of a phone. */
  tabNow: string | null;
  languages: { code: string; language: string; pressed: string }[];
};
type Current = 'page' | null;
type RailBook = { railName: string; railHref: string; railCurrent: Current };
type BarLink = { barText: string; barHref: string; barIcon: string; barCurrent: Current };
type Tab = { tabText: string; tabHref: string; tabCurrent: Current };

/** In the order in which they are needed; the tabs of T-6 and those that the toolbox adds. `''` is the book's own page. */
const TABS = [
  ['', 'overview'],
  ['members', 'members'],
  ['pending', 'pending'],
  ['unsubscribed', 'unsubscribed'],
  ['broadcasts', 'broadcasts'],
  ['inbox', 'inbox'],
  ['crisis', 'crisis'],
  ['writers', 'writers'],
  ['functionaries', 'functionaries'],
  ['statistics', 'statistics'],
  ['log', 'log'],
  ['replies', 'replies'],
  ['try', 'try'],
  ['access', 'access'],
  ['settings', 'settings'],
] as const;
/** Only for those who look after the book. */
const KEPT: ReadonlySet<string> = new Set(['writers', 'functionaries', 'replies', 'try', 'access', 'settings']);

const LANGUAGES: Readonly<Record<Locale, string>> = { sv: 'Svenska', en: 'English', es: 'Español', de: 'Deutsch' };

export type FrameGiven = {
  locale: Locale;
  path: string;
  csrf: string;
  user: User | null;
  organisation: Organisation | null;
  books: readonly Book[];
  book: Book | null;
  /** ms since the epoch. */
  now: number;
};

export function frameOf({ locale, path, csrf, user, organisation, books, book, now }: FrameGiven): Frame {
  const t = (key: PageKey, params?: Readonly<Record<string, string>>) => pageText(locale, key, params);
  const crisis = book && inCrisis(book, now) ? book.crisis : null;
  const keeps = user?.role === 'admin' || user?.role === 'operator';
  const crisisHref = book && crisis ? `/books/${book.address}/crisis/${crisis.rollCallId}` : '';
  const base = book ? `/books/${book.address}` : null;
  const at = (href: string): Current => (path === href ? 'page' : null);
  const under = (href: string): Current => (path === href || path.startsWith(`${href}/`) ? 'page' : null);
  const link = (barText: string, barHref: string, barIcon: string, barCurrent: Current): BarLink => ({
    barText,
    barHref,
    barIcon,
    barCurrent,
  });
  const write = base ? `${base}/write` : '/write';
  const tabsOf = (book: string): Tab[] =>
    TABS.filter(([slug]) => keeps || !KEPT.has(slug)).map(([slug, name]) => {
      const tabHref = slug === '' ? book : `${book}/${slug}`;
      return { tabText: t(`frame.tab.${name}`), tabHref, tabCurrent: slug === '' ? at(tabHref) : under(tabHref) };
    });
  const tabs = base ? tabsOf(base) : [];
  return {
    signedIn: user !== null,
    csrf,
    organisationName: organisation?.name ?? '',
    userName: user ? user.name || user.mail : '',
    rail: books.slice(0, 60).map((each) => ({
      railName: each.name,
      railHref: `/books/${each.address}`,
      railCurrent: each.id === book?.id ? 'page' : null,
    })),
    bar: user
      ? [
          link(t('frame.books'), '/', 'books', at('/')),
          link(t('frame.write'), write, 'write', under(write)),
          link(t('frame.inbox'), base ? `${base}/inbox` : '/inbox', 'inbox', under(base ? `${base}/inbox` : '/inbox')),
          link(t('frame.more'), '/more', 'more', under('/more')),
        ]
      : [],
    more: user
      ? [
          ...(keeps ? [link(t('frame.organisation'), '/organisation', 'organisation', under('/organisation'))] : []),
          ...(user.role === 'operator'
            ? [link(t('frame.installation'), '/installation', 'installation', under('/installation'))]
            : []),
          link(t('frame.account'), '/account', 'account', under('/account')),
        ]
      : [],
    bookName: book?.name ?? null,
    bookHref: base,
    writeHref: base ? write : null,
    tabs,
    crisisText:
      crisis && organisation && path !== crisisHref
        ? t('crisis.banner', { clock: localClock(crisis.until, organisation.timezone, locale) })
        : null,
    crisisHref,
    tabNow: tabs.find(({ tabCurrent }) => tabCurrent !== null)?.tabText ?? null,
    languages: Object.entries(LANGUAGES).map(([code, language]) => ({
      code,
      language,
      pressed: String(code === locale),
    })),
  };
}
