import {
  type AddedMember,
  addMember,
  type NewMemberForm,
  type NewMemberProblem,
} from '../../../../app/desk/addMember.ts';
import type { FormProblem } from '../../../../app/desk/tendMember.ts';
import type { Form } from '../../form.ts';
import type { BookPage } from '../../page.ts';
import { marksInUse } from './list.ts';
import { addressText, backText, baseOf } from './words.ts';

/** Empty pairs at the end of the form for fields that somebody wants to add. */
const SPARE = 2;
const MOST_PAIRS = 40;

/** The pairs of a form's own fields, as typed: `fieldName`, `fieldValue` in the same order. */
export function pairsOf(form: Form): (readonly [string, string])[] {
  const values = form.all('fieldValue');
  return form
    .all('fieldName')
    .slice(0, MOST_PAIRS)
    .map((name, i) => [name, values[i] ?? ''] as const);
}

/** As the partial `members/fields` draws them, with room for new ones. */
export function pairRows(page: BookPage, pairs: readonly (readonly [string, string])[]) {
  const filled = pairs.filter(([name, value]) => name.trim() !== '' || value.trim() !== '');
  const all = [...filled, ...Array.from({ length: SPARE }, () => ['', ''] as const)];
  return all.map(([pairName, pairValue], i) => ({
    pairName,
    pairValue,
    pairNameLabel: page.t('members.add.fieldName', { n: i + 1 }),
    pairValueLabel: page.t('members.add.fieldValue', { n: i + 1 }),
  }));
}

/** What is wrong with each field, in words. */
export function problemsOf(page: BookPage, problems: readonly (NewMemberProblem | FormProblem)[]) {
  const texts: Record<string, string> = {};
  for (const { field, why } of problems) texts[field] ??= page.t(`members.problem.${why}`);
  return texts;
}

export const showAdd = (page: BookPage): Promise<void> =>
  render(page, { phone: '', mail: '', name: '', labels: '', fields: [] }, {}, null);

export async function add(page: BookPage): Promise<void> {
  const { form, book, organisation, user, deps } = page;
  const typed: NewMemberForm = {
    phone: form.line('phone'),
    mail: form.line('mail'),
    name: form.text('name'),
    labels: form.text('labels'),
    fields: pairsOf(form),
  };
  const result = await addMember(book, organisation, typed, { actor: user.id, door: 'web' }, deps);
  if (!result.ok) return render(page, typed, result.why === 'form' ? problemsOf(page, result.problems) : {}, result);
  marksInUse(page).forget(book.id);
  const who = form.line('name') || typed.phone || typed.mail;
  const key = {
    added: 'members.added',
    changed: 'members.added.changed',
    already_there: 'members.added.already',
  } as const;
  page.redirect(`${baseOf(page)}/members/${result.id}`, { key: key[result.outcome], params: { who, book: book.name } });
}

async function render(
  page: BookPage,
  typed: NewMemberForm,
  problems: Readonly<Record<string, string>>,
  result: AddedMember | null,
): Promise<void> {
  const used = await marksInUse(page).of(page.book.id, page.now);
  page.render(
    'members/add',
    {
      base: baseOf(page),
      action: `${baseOf(page)}/members/add`,
      refused: result && !result.ok ? await refusedOf(page, typed, result) : null,
      ...typed,
      pairs: pairRows(page, typed.fields),
      phoneProblem: problems.phone ?? '',
      mailProblem: problems.mail ?? '',
      nameProblem: problems.name ?? '',
      labelsProblem: problems.labels ?? '',
      fieldsProblem: problems.fields ?? '',
      labelNames: used.labels.map(({ label }) => label),
      fieldNames: used.fields,
    },
    result === null ? 200 : 422,
  );
}

/** B-41: the refusal says when and how they left and how they come back. */
async function refusedOf(page: BookPage, typed: NewMemberForm, result: Exclude<AddedMember, { ok: true }>) {
  if (result.why === 'form') return null;
  if (result.why === 'changed')
    return { refusedTitle: page.t('members.problem.changed'), refusedText: '', refusedHref: '' };
  const address = result.who.includes('@') ? { phone: null, mail: result.who } : { phone: result.who, mail: null };
  const [row] = await page.deps.store.reads.membersByAddress(page.book.id, [result.who]);
  const who = row?.name || typed.name.trim() || addressText(page, address);
  const refusedHref = row ? `${baseOf(page)}/members/${row.id}` : '';
  if (result.why !== 'left')
    return { refusedTitle: page.t(`members.add.${result.why}`, { who }), refusedText: '', refusedHref };
  return {
    refusedTitle: page.t('members.add.left', { who }),
    refusedText: backText(page, { name: row?.name || typed.name.trim(), ...address }, result.at),
    refusedHref,
  };
}
