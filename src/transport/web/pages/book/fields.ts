import type { FieldProblem, Form as Typed } from '../../../../app/desk/desk.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import type { Form } from '../../form.ts';
import type { AnyPage } from '../../page.ts';

/** One field as the partial `book/field` draws it: its label, one sentence about it, and what is wrong with it. */
export type Field = {
  id: string;
  name: string;
  label: string;
  hint: string;
  error: string;
  value: string;
  isText: boolean;
  isArea: boolean;
  isSelect: boolean;
  isTick: boolean;
  isRadio: boolean;
  inputType: string;
  mode: string;
  max: string;
  checked: boolean;
  choices: Choice[];
};
type Choice = { choiceId: string; choiceValue: string; choiceText: string; chosen: boolean };
type Words = { label: string; hint?: string };

/** The fields as the desk takes them: name to value. */
export const typedForm = (form: Form): Typed => Object.fromEntries(form.names().map((name) => [name, form.text(name)]));

/** What is wrong with each field, in words. */
export function problemTexts(page: AnyPage, problems: readonly FieldProblem[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { field, why, params } of problems) {
    const key: PageKey = `book.problem.${why}`;
    if (!texts.has(field)) texts.set(field, page.t(key, params));
  }
  return texts;
}

/** Makes the fields of one form. `typed` holds what was sent, or what is there. */
export function fieldMaker(typed: Typed, errors: ReadonlyMap<string, string>, prefix = '') {
  const base = (name: string, { label, hint }: Words): Field => ({
    id: `${prefix}${name}`,
    name,
    label,
    hint: hint ?? '',
    error: errors.get(name) ?? '',
    value: typed[name] ?? '',
    isText: false,
    isArea: false,
    isSelect: false,
    isTick: false,
    isRadio: false,
    inputType: 'text',
    mode: '',
    max: '',
    checked: false,
    choices: [],
  });
  const choicesOf = (name: string, choices: readonly (readonly [string, string])[]): Choice[] =>
    choices.map(([choiceValue, choiceText]) => ({
      choiceId: `${prefix}${name}-${choiceValue}`,
      choiceValue,
      choiceText,
      chosen: choiceValue === typed[name],
    }));
  return {
    text: (name: string, words: Words, how: { type?: string; mode?: string; max?: number } = {}): Field => ({
      ...base(name, words),
      isText: true,
      inputType: how.type ?? 'text',
      mode: how.mode ?? '',
      max: how.max ? String(how.max) : '',
    }),
    area: (name: string, words: Words, how: { max: number }): Field => ({
      ...base(name, words),
      isArea: true,
      max: String(how.max),
    }),
    select: (name: string, words: Words, choices: readonly (readonly [string, string])[]): Field => ({
      ...base(name, words),
      isSelect: true,
      choices: choicesOf(name, choices),
    }),
    radio: (name: string, words: Words, choices: readonly (readonly [string, string])[]): Field => ({
      ...base(name, words),
      isRadio: true,
      choices: choicesOf(name, choices),
    }),
    tick: (name: string, words: Words): Field => ({
      ...base(name, words),
      isTick: true,
      checked: (typed[name] ?? '') !== '',
    }),
  };
}
