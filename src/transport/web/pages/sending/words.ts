import type { ComposeNote, ComposeProblem, Preview } from '../../../../core/compose.ts';
import type { Audience } from '../../../../core/draft.ts';
import { isEverybody } from '../../../../core/draft.ts';
import type { Locale } from '../../../../core/locale.ts';
import { type ExpensiveCharacter, expensiveCharacters } from '../../../../core/segments.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import { figure, moment } from '../../format.ts';

/** What putting sentences together needs of a page. */
export type Voice = {
  locale: Locale;
  t(key: PageKey, params?: Readonly<Record<string, string | number>>): string;
  zone: string;
  now: number;
};

export function people({ t, locale }: Voice, count: number): string {
  if (count === 0) return t('sending.people.none');
  return count === 1 ? t('sending.people.one') : t('sending.people', { count: figure(locale, count) });
}

export const parts = ({ t, locale }: Voice, count: number): string =>
  count === 1 ? t('sending.parts.one') : t('sending.parts', { count: figure(locale, count) });

export const when = ({ locale, zone, now }: Voice, at: number): string => moment(locale, zone, at, now).momentText;

export function audienceText({ t }: Voice, audience: Audience | null): string {
  if (audience === null || isEverybody(audience)) return t('sending.to.everybody');
  const fields = Object.entries(audience.fields).map(([name, value]) => `${name}: ${value}`);
  return [...(audience.labels.length > 0 ? [audience.labels.join(', ')] : []), ...fields].join(' · ');
}

/** Where on the page a problem is said. */
export type Where = 'text' | 'sender' | 'due' | 'to';

export function problemText(voice: Voice, problem: ComposeProblem): { where: Where; problem: string } {
  const { t, locale } = voice;
  const n = (count: number) => figure(locale, count);
  switch (problem.what) {
    case 'empty':
      return { where: 'text', problem: t('sending.problem.empty') };
    case 'parts':
      return { where: 'text', problem: t('sending.problem.parts', { parts: problem.parts, limit: problem.limit }) };
    case 'characters':
      return {
        where: 'text',
        problem: t('sending.problem.characters', { count: n(problem.count), limit: n(problem.limit) }),
      };
    case 'tag':
      return { where: 'text', problem: t('sending.problem.tag', { tag: `{${problem.tag}}` }) };
    case 'sender':
      return { where: 'sender', problem: t(`sending.problem.sender.${problem.why}`) };
    case 'past':
      return { where: 'due', problem: t('sending.problem.past') };
    case 'far':
      return { where: 'due', problem: t('sending.problem.far') };
    case 'nobody':
      return { where: 'to', problem: t(problem.everybody ? 'sending.problem.nobody' : 'sending.problem.nobody.part') };
  }
}

export function noteText(voice: Voice, note: ComposeNote): string {
  const { t, locale } = voice;
  switch (note.what) {
    case 'quiet':
      return t('sending.note.quiet', { when: when(voice, note.until) });
    case 'slow':
      return t('sending.note.slow', { done: when(voice, note.done), latest: when(voice, note.latestAt) });
    case 'cap':
      return t('sending.note.cap', { parts: figure(locale, note.parts), cap: figure(locale, note.cap) });
    case 'value':
      return t('sending.note.value', { tag: note.tag === 'name' ? t('sending.write.tag.name') : note.tag });
    case 'header':
      return t('sending.note.header');
    case 'oneWay':
      return t('sending.note.oneWay');
  }
}

/** A text in the parts that it costs, each in pieces that are plain or dear; for the partial `sending/bubble`. */
export type BubbleModel = { sms: { partName: string; pieces: { piece: string; dear: boolean }[] }[] };

export function bubbleOf({ t }: Voice, whole: string, borders: readonly number[]): BubbleModel {
  const dear = expensiveCharacters(whole);
  const ends = [...borders, whole.length];
  return {
    sms: ends.map((end, index) => {
      const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
      return {
        partName: ends.length > 1 ? t('simulator.part', { number: index + 1 }) : '',
        pieces: piecesOf(whole, start, end, dear),
      };
    }),
  };
}

function piecesOf(whole: string, start: number, end: number, dear: readonly ExpensiveCharacter[]) {
  const pieces: { piece: string; dear: boolean }[] = [];
  let at = start;
  const push = (to: number, isDear: boolean) => {
    if (to > at) pieces.push({ piece: whole.slice(at, to), dear: isDear });
    at = Math.max(at, to);
  };
  for (const { index, char } of dear) {
    if (index < start || index >= end) continue;
    push(index, false);
    push(Math.min(end, index + char.length), true);
  }
  push(end, false);
  return pieces;
}

/** Each kind of expensive character once, with how often it stands there and what to do about it. */
export function dearLines({ t }: Voice, expensive: Preview['expensive']) {
  const kinds = new Map<string, { line: string; count: number; replace: string | null }>();
  for (const { char, replacement, ask } of expensive) {
    const known = kinds.get(char);
    if (known) known.count += 1;
    else
      kinds.set(char, {
        line: dearLine(t, char, replacement, ask),
        count: 1,
        replace: ask && replacement ? char : null,
      });
  }
  return [...kinds].map(([char, { line, count, replace }]) => ({
    line: count > 1 ? t('sending.dear.times', { what: line, count }) : line,
    replace,
    replaceLabel: replace
      ? t('sending.dear.replaceOne', { char, plain: expensive.find((each) => each.char === char)?.replacement ?? '' })
      : '',
  }));
}

function dearLine(t: Voice['t'], char: string, replacement: string | null, ask: boolean): string {
  if (replacement === null) return t('sending.dear.keep', { char });
  if (replacement === '') return t('sending.dear.remove');
  if (replacement === ' ' || replacement === '\n') return t('sending.dear.space');
  return t(ask ? 'sending.dear.ask' : 'sending.dear.one', { char, plain: replacement });
}
