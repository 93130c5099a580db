import { type Composed, compose, type SendingPlace, sendingPlace, whyNotSend } from '../../../../app/desk/composing.ts';
import { readDraft } from '../../../../app/desk/drafts.ts';
import { testPhones } from '../../../../app/desk/sendTest.ts';
import type { Composition } from '../../../../core/compose.ts';
import { cleanText, composeCopy, footerOf } from '../../../../core/copy.ts';
import { formatNational, formatSms } from '../../../../core/phoneNumber.ts';
import { expensiveCharacters, replaceExpensive } from '../../../../core/segments.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import {
  audienceText,
  bubbleOf,
  dearLines,
  noteText,
  parts,
  people,
  problemText,
  type Voice,
  type Where,
  when,
} from './words.ts';
import { BLANK, compositionOf, FIELD, ofBroadcast, ofDraft, soonest, type Written, writtenOf } from './written.ts';

export const voiceOf = ({ locale, t, organisation, now }: BookPage): Voice => ({
  locale,
  t,
  zone: organisation.timezone,
  now,
});

/** The frame has found the book's number and organisation, so there always is a place. */
export async function placeOf(page: BookPage): Promise<SendingPlace> {
  const place = await sendingPlace(page.book, page.deps);
  if (!place) throw new Error('a book without its number or organisation');
  return place;
}

export type Look = {
  place: SendingPlace;
  composition: Composition;
  composed: Composed;
  unreadable: boolean;
  written: Written;
};

export async function lookAt(page: BookPage, written: Written): Promise<Look> {
  const place = await placeOf(page);
  const { composition, unreadable } = compositionOf(written, place.organisation.timezone);
  const composed = await compose(place, composition, page.user.mail, page.deps);
  return { place, composition, composed, unreadable, written };
}

/** `GET /books/:book/write`: blank, or from a draft, a template or an earlier broadcast. */
export async function write(page: BookPage): Promise<void> {
  const { query, deps, book, user } = page;
  let written = BLANK;
  const draftId = query.line('draft');
  if (draftId !== '') {
    const draft = await readDraft(draftId, book, user, deps);
    if (!draft) return page.refuse(404);
    written = ofDraft(draft);
  }
  const again = query.line('again');
  if (again !== '') {
    const broadcast = await deps.store.reads.broadcast(again);
    if (broadcast?.bookId !== book.id) return page.refuse(404);
    written = ofBroadcast(broadcast);
  }
  await showForm(page, await lookAt(page, written));
}

/** `POST /books/:book/write/preview`: the part of the page that changes while one writes. */
export async function previewPart(page: BookPage): Promise<void> {
  const look = await lookAt(page, writtenOf(page.form));
  page.render('sending/previewPart', { ...previewModel(voiceOf(page), look), ...summaryOf(page, look) });
}

/** The buttons within the form that change the text. null: it was another button. */
export function changedText(action: string, { text }: Written): string | null {
  if (action === 'plain') return replaceExpensive(text);
  if (action.startsWith('tag:')) return `${text}{${action.slice(4, 60)}}`;
  if (!action.startsWith('letter:')) return null;
  const char = action.slice(7, 60);
  const found = expensiveCharacters(cleanText(text)).find((each) => each.char === char);
  return found?.replacement ? text.replaceAll(char, found.replacement) : text;
}

export type Said = { problems?: { where: Where | 'template' | 'test' | 'page'; problem: string }[]; notice?: string };

/** The form with what is typed. Problems of the text itself are said once somebody wants to go on (`status` 422). */
export async function showForm(page: BookPage, look: Look, said: Said = {}, status = 200): Promise<void> {
  const { book, user, deps, organisation, number, locale, t } = page;
  const { place, written, composed } = look;
  const voice = voiceOf(page);
  const why = whyNotSend(user, place);
  const error = (where: string): string | null => said.problems?.find((each) => each.where === where)?.problem ?? null;
  const drafts = await deps.store.reads.drafts(book.id, user.id);
  const national = (e164: string) => formatNational(e164, organisation.country);
  const base = `/books/${book.address}`;
  const { footer } = composed.preview;
  const hint =
    book.header && footer
      ? t('sending.write.text.hint', { header: book.header, footer })
      : book.header
        ? t('sending.write.text.hint.header', { header: book.header })
        : footer
          ? t('sending.write.text.hint.footer', { footer })
          : null;
  page.render(
    'sending/write',
    {
      title: t('sending.write.title', { book: book.name }),
      base,
      text: written.text,
      textHint: hint,
      textError: error('text'),
      pageError: error('page'),
      off: why === null ? null : await offModel(page, place, why),
      maySend: why === null,
      mayKeep: page.may.send,
      tags: Object.keys(composed.who.tags).map((tag) => ({
        tag,
        tagText: tag === 'name' ? t('sending.write.tag.name') : tag,
      })),
      ...previewModel(voice, look),
      // Said beside the field already.
      ...(said.problems && { live: [] }),
      counter: counterOf(voice, look),
      ...summaryOf(page, look),
      toOpen: error('to') !== null,
      toError: error('to'),
      toChoices: composed.who.labels.length + composed.who.fields.length > 0,
      labels: composed.who.labels.map(({ label, count }) => ({
        label,
        labelCount: figure(locale, count),
        checked: written.labels.includes(label),
      })),
      fields: composed.who.fields.map(({ name, values }, index) => ({
        fieldId: `is-${index}`,
        fieldName: `${FIELD}${name}`,
        fieldLabel: t('sending.to.field', { name }),
        fieldChosen: written.fields[name] ?? '',
        values: values.map(({ value, count }) => ({
          value,
          valueCount: figure(locale, count),
          selected: value === written.fields[name],
        })),
      })),
      whenOpen: error('due') !== null,
      due: written.due,
      dueHint: t('sending.when.due.hint', { zone: organisation.timezone.replaceAll('_', ' ') }),
      dueError: error('due'),
      dueMin: soonest(page.now, organisation.timezone),
      latests: [
        {
          hours: '',
          hoursText: t('sending.when.latest.book', {
            hours: figure(locale, Math.round(book.latestAfterMs / 360_000) / 10),
          }),
          selected: written.latest === '',
        },
        ...[1, 2, 4, 8, 12, 24, 48].map((hours) => ({
          hours: String(hours),
          hoursText: hours === 1 ? t('sending.when.latest.hour') : t('sending.when.latest.hours', { hours }),
          selected: written.latest === String(hours),
        })),
      ],
      senderOpen: error('sender') !== null,
      sender: written.sender,
      senderHint: t('sending.sender.hint', { number: national(number.e164) }),
      senderError: error('sender'),
      reportChoices: (['never', 'always', 'failure'] as const).map((value) => ({
        value,
        label: t(`sending.reports.${value}`),
        checked: value === written.reports,
      })),
      keepOpen: error('template') !== null,
      templateError: error('template'),
      templates: drafts
        .filter(({ kind }) => kind === 'template')
        .map(({ id, name }) => ({ templateHref: `${base}/write?draft=${id}`, templateName: name })),
      draft: written.draft,
      testOpen: error('test') !== null,
      testError: error('test'),
      testHint: t('sending.test.hint', { number: national(number.e164) }),
      phones: testPhones(place).map((phone) => ({ phone, phoneText: national(phone) })),
      ...(said.notice !== undefined && { notice: { noticeText: said.notice, noticeTone: 'good' } }),
    },
    status,
  );
}

/** What is chosen, said on the closed lid of each choice; with scripts it follows what is picked. */
function summaryOf(page: BookPage, { written, composition }: Look) {
  const { t, number, organisation } = page;
  const voice = voiceOf(page);
  return {
    toText: audienceText(voice, composition.audience),
    whenText: composition.dueAt === null ? t('sending.when.now') : when(voice, composition.dueAt),
    senderText: written.sender === '' ? formatNational(number.e164, organisation.country) : written.sender,
    reportsText: t(`sending.reports.${written.reports}`),
  };
}

/** What compose.js counts with, so that the count is there at once: the server's own looks come a moment later. */
function counterOf({ t }: Voice, { place: { book, number }, composed: { who } }: Look) {
  const values = Object.entries(who.tags).map(([tag, { plain, wide }]) => [tag, wide ?? plain ?? '']);
  const [before = '', after = ''] = composeCopy(book.header, '\0', footerOf(book)).split('\0');
  return {
    words: WORDS.reduce(
      (text, name) => text.replace(`<${name}>`, `{${name}}`),
      t('sending.count', { units: '<units>', room: '<room>', parts: '<parts>' }),
    ),
    before,
    after,
    afterName: composeCopy('', '', footerOf(book, formatSms(number.e164))),
    values: JSON.stringify(Object.fromEntries(values)),
    one: t('sending.parts.one'),
    many: t('sending.parts', { count: '<count>' }).replace('<count>', '{count}'),
    limit: String(book.partLimit),
  };
}
const WORDS = ['units', 'room', 'parts'] as const;

/** Why the send button is off, and who can change that (S3-26). */
async function offModel(page: BookPage, place: SendingPlace, why: 'role' | 'not_writer') {
  const { user, deps, t, book, may } = page;
  const admins = (await deps.store.reads.users(place.organisation.id)).filter(
    ({ role, disabledAt, id }) => role === 'admin' && disabledAt === null && id !== user.id,
  );
  const names = admins.slice(0, 3).map(({ name, mail }) => (name === '' ? mail : `${name} (${mail})`));
  const self = why === 'not_writer' && may.settings;
  return {
    offText: why === 'role' ? t('sending.write.off.role') : t('sending.write.off.not_writer', { mail: user.mail }),
    offHelp: self
      ? t('sending.write.off.self', { mail: user.mail })
      : names.length > 0
        ? t('sending.write.off.who', { people: listOf(page.locale, names) })
        : null,
    offHref: self ? `/books/${book.address}/writers` : null,
  };
}

const listOf = (locale: string, names: readonly string[]): string =>
  new Intl.ListFormat(locale, { type: 'disjunction' }).format(names);

/** The bubble, the count and what is dear; all of it follows what is typed. */
export function previewModel(voice: Voice, { composed: { preview } }: Pick<Look, 'composed'>) {
  const { t, locale } = voice;
  const n = (count: number) => figure(locale, count);
  const each = preview.encoding === 'GSM-7' ? [160, 153] : [70, 67];
  const room = preview.parts === 1 ? (each[0] ?? 160) : preview.parts * (each[1] ?? 153);
  const typed = preview.text !== '';
  const lines = dearLines(voice, preview.expensive);
  return {
    typed,
    bubble: bubbleOf(voice, preview.whole, preview.borders),
    from: preview.sender ?? null,
    countText: t('sending.count', { units: n(preview.units), room: n(room), parts: parts(voice, preview.parts) }),
    totalText: t('sending.count.total', { people: people(voice, preview.recipients), total: n(preview.totalParts) }),
    over: preview.problems.some(({ what }) => what === 'parts' || what === 'characters'),
    longest: preview.tags.length > 0 ? t('sending.write.longest') : null,
    ucs: preview.encoding === 'UCS-2' && typed ? t('sending.count.ucs') : null,
    dear: lines,
    mayPlain: preview.expensive.some(({ ask, replacement }) => !ask && replacement !== null),
    live: preview.problems.filter(({ what }) => what !== 'empty').map((problem) => problemText(voice, problem).problem),
    notes: preview.notes.map((note) => noteText(voice, note)),
  };
}
