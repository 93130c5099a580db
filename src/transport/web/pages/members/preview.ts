import type { Checked, UnreadRow } from '../../../../app/desk/importUpload.ts';
import { COLUMN_USES, type Glance, type Mapping, type MappingProblem } from '../../../../app/desk/uploadText.ts';
import { callingCode, countries } from '../../../../core/phoneNumber.ts';
import type { Upload } from '../../../../ports/store.ts';
import type { Form } from '../../form.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { baseOf } from './words.ts';

const SHOWN_UNREAD = 200;
const LONGEST_CELL = 60;

/** What the form says of the columns; before it was sent, the guess. */
export function readMapping(form: Form, guess: Mapping): Mapping {
  if (!form.has('use0')) return guess;
  return {
    header: form.has('header'),
    country: form.line('country').toUpperCase(),
    columns: guess.columns.map((column, i) => {
      const use = COLUMN_USES.find((one) => one === form.text(`use${i}`)) ?? 'ignore';
      return { use, name: form.line(`name${i}`) || column.name };
    }),
  };
}

/** What is wrong with a row, as a sentence. */
export function rowText({ t }: BookPage, { problem }: UnreadRow): string {
  switch (problem.why) {
    case 'cells':
      return t('members.row.cells', { count: problem.count, header: problem.header });
    case 'phone':
    case 'mail':
      return t(`members.row.${problem.why}`, { value: problem.value });
    case 'no_address':
      return t('members.row.no_address');
    case 'long_line':
    case 'open_quote':
    case 'not_text':
    case 'spreadsheet':
    case 'pdf':
      return t('members.row.text');
    default:
      return t('members.row.long');
  }
}

/** The preview: columns with what they mean, the first rows, and what would become of all of them. */
export function previewModel(
  page: BookPage,
  upload: Upload,
  { rows, guess }: Glance,
  mapping: Mapping,
  tried: Checked | { why: MappingProblem },
  problem: string,
) {
  const { t, locale } = page;
  const here = `${baseOf(page)}/members/import/${upload.id}`;
  const shown = (mapping.header ? rows.slice(1) : rows).slice(0, 20);
  const titles = guess.columns.map((_, i) => (mapping.header ? (rows[0]?.cells[i] ?? '') : ''));
  const checked = 'why' in tried ? null : tried;
  const count = (name: keyof Checked['counts']) => checked?.counts[name] ?? 0;
  const fresh = count('added') + count('changed');
  const left = count('refused_left');
  const figureOf = (key: PreviewFigure, value: number, tone: string) =>
    value === 0 && key !== 'new'
      ? []
      : [{ figureText: t(`members.preview.${key}`), figureCount: figure(locale, value), figureTone: tone }];
  return {
    here,
    base: baseOf(page),
    fileText: checked
      ? t('members.preview.file', {
          file: upload.fileName || t('members.import.pasted'),
          count: figure(locale, checked.rows),
        })
      : upload.fileName || t('members.import.pasted'),
    problem: 'why' in tried ? t(`members.mapping.${tried.why}`) : problem,
    header: mapping.header,
    columns: mapping.columns.map(({ use, name }, i) => ({
      columnName: titles[i] || t('members.preview.column', { n: i + 1 }),
      useField: `use${i}`,
      nameField: `name${i}`,
      fieldName: use === 'field' ? name : titles[i],
      isField: use === 'field',
      uses: COLUMN_USES.map((one) => ({ useValue: one, useText: t(`members.use.${one}`), useChosen: one === use })),
    })),
    countries: countryChoices(page, mapping.country),
    rows: shown.map(({ line, cells }) => ({
      line,
      cells: guess.columns.map((_, i) => ({
        cell: shortened(cells[i] ?? ''),
        cellLabel: titles[i] || t('members.preview.column', { n: i + 1 }),
        isIgnored: mapping.columns[i]?.use === 'ignore',
      })),
    })),
    figures: [
      ...figureOf('new', count('added'), 'is-good'),
      ...figureOf('changed', count('changed'), ''),
      ...figureOf('already', count('already_there'), ''),
      ...figureOf('twice', count('twice'), ''),
      ...figureOf('left', left, 'is-stop'),
      ...figureOf('banned', count('refused_banned'), 'is-stop'),
      ...figureOf('asked', count('refused_asked'), 'is-stop'),
      ...figureOf('own', count('refused_own_number'), 'is-warn'),
      ...figureOf('unread', checked?.unreadCount ?? 0, 'is-warn'),
    ],
    repairedText:
      checked !== null && checked.repaired > 0
        ? t('members.preview.repaired', {
            count: figure(locale, checked.repaired),
            country: countryName(page, mapping),
          })
        : '',
    leftText: left > 0 ? t('members.preview.leftText') : '',
    ...unreadModel(page, checked),
    mayGo: checked !== null && checked.unreadCount === 0 && fresh > 0,
    goText: fresh > 0 ? t('members.preview.go', { count: figure(locale, fresh) }) : t('members.preview.goNone'),
  };
}

type PreviewFigure = 'new' | 'changed' | 'already' | 'twice' | 'left' | 'banned' | 'asked' | 'own' | 'unread';

/** The rows that cannot be read, each with its line. */
export function unreadModel(page: BookPage, checked: Pick<Checked, 'unread' | 'unreadCount'> | null) {
  const some = checked?.unread.slice(0, SHOWN_UNREAD) ?? [];
  const more = (checked?.unreadCount ?? 0) - some.length;
  return {
    unread: some.map((row) => ({
      unreadLine: page.t('members.row.line', { line: row.line }),
      unreadText: rowText(page, row),
    })),
    moreText: more > 0 ? page.t('members.preview.more', { count: figure(page.locale, more) }) : '',
  };
}

const shortened = (cell: string): string => (cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL)}…` : cell);

const countryName = ({ locale }: BookPage, { country }: Mapping): string =>
  new Intl.DisplayNames(locale, { type: 'region' }).of(country) ?? country;

/** "Sverige +46" in the reader's language and order. */
function countryChoices({ locale }: BookPage, chosen: string) {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return countries()
    .map((code) => ({
      countryCode: code,
      countryText: `${names.of(code) ?? code} +${callingCode(code) ?? ''}`,
      countryChosen: code === chosen,
    }))
    .sort((a, b) => a.countryText.localeCompare(b.countryText, locale));
}
