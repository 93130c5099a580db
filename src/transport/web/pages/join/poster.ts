import { smsWay } from '../../../../app/join/door.ts';
import { leaveWord } from '../../../../core/joinWord.ts';
import { LOCALES, type Locale } from '../../../../core/locale.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { languageNames } from '../../../../i18n/index.ts';
import { isLocale, type PageKey, pageText } from '../../../../i18n/pages/index.ts';
import type { BookPage, Params } from '../../page.ts';
import { qrOf } from '../../qr.ts';

const CARDS = 8;

/**
 * GET `/books/:book/poster`: paper to hang up or to hand out, in the book's language or the one of `?lang=`; `?size=card`
 * is a sheet of cards. What stands around the paper speaks the reader's language and is not printed.
 */
export async function showPoster(page: BookPage): Promise<void> {
  const { book, query, t } = page;
  const asked = query.text('lang');
  const lang: Locale = isLocale(asked) ? asked : book.locale;
  const isCard = query.text('size') === 'card';
  const paper = await paperOf(page, lang);
  const here = (size: 'a4' | 'card', to: Locale) => `/books/${book.address}/poster?size=${size}&lang=${to}`;
  page.render('join/poster', {
    title: t('poster.title', { book: book.name }),
    backHref: `/books/${book.address}`,
    backText: t('poster.back', { book: book.name }),
    sizes: (['a4', 'card'] as const).map((size) => ({
      choiceText: t(`poster.${size}`),
      choiceHref: here(size, lang),
      choiceNow: (size === 'card') === isCard ? 'true' : null,
    })),
    languages: LOCALES.map((to) => ({
      choiceText: languageNames[to],
      choiceHref: here(isCard ? 'card' : 'a4', to),
      choiceLang: to,
      choiceNow: to === lang ? 'true' : null,
    })),
    poster: isCard ? null : paper,
    cards: isCard ? Array.from({ length: CARDS }, () => paper) : [],
  });
}

/** Everything on the paper, in its own language. */
async function paperOf({ book, deps }: BookPage, lang: Locale) {
  const say = (key: PageKey, params: Params = {}): string => pageText(lang, key, params);
  const { organisation, number, shares, word, link } = await smsWay(book, deps.store);
  const phone = formatNational(number.e164, organisation.country);
  const { contact } = organisation;
  return {
    lang,
    name: book.name,
    // One long word, as municipalities have, decides more than the whole.
    nameSize: book.name.split(/[\s-]/).some((part) => part.length > 20) ? 'tiny' : sizeOf(book.name.length, 14, 30),
    lead: say('poster.lead'),
    write: say('poster.write'),
    word,
    wordSize: sizeOf(word.length, 5, 10),
    to: say('poster.to'),
    phone,
    phoneSize: sizeOf(phone.length, 13, 16),
    scan: say('poster.scan'),
    qr: { ...qrOf(link, 4), qrText: say('poster.qr', { word, number: phone }) },
    web: book.joinPage === null ? '' : say('poster.web'),
    webAddress: book.joinPage === null ? '' : `${deps.publicUrl.replace(/^https?:\/\//, '')}/join/${book.address}`,
    leave: say('poster.leave', { word: leaveWord(lang, { book, shares }) }),
    who: say('poster.who', { organisation: organisation.name }),
    contact: contact === '' ? '' : say('poster.contact', { contact }),
  };
}

/** How large it may stand: a long name or keyword must not leave the paper. */
const sizeOf = (length: number, large: number, middle: number): 'large' | 'middle' | 'small' =>
  length <= large ? 'large' : length <= middle ? 'middle' : 'small';
