import type { Outcome } from '../../../../core/outcome.ts';
import { partBorders } from '../../../../core/segments.ts';
import { isPageKey } from '../../../../i18n/pages/index.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { type BubbleModel, bubbleOf } from '../sending/words.ts';

/** A row of document 2 in one plain sentence. */
export function ruleText({ t }: BookPage, rule: string | null): string {
  if (rule === null) return t('try.rule.none');
  const key = `try.rule.${rule}`;
  return isPageKey(key) ? t(key) : t('try.rule.other');
}

export const outcomeText = ({ t }: BookPage, outcome: Outcome): string => t(`try.outcome.${outcome}`);

/** One text that would go out: to whom, as a phone shows it, and what it costs. */
export type SentModel = { toText: string; costText: string; bubble: BubbleModel };

/** `parts` 0: a mail, which has none. */
export function sentModel(page: BookPage, toText: string, text: string, parts: number): SentModel {
  const { t, locale } = page;
  const voice = { t, locale, zone: page.organisation.timezone, now: page.now };
  const costText =
    parts === 0
      ? t('try.parts.mail')
      : parts === 1
        ? t('try.parts.one')
        : t('try.parts.many', { parts: figure(locale, parts) });
  return { toText, costText, bubble: bubbleOf(voice, text, parts > 1 ? partBorders(text) : []) };
}
