import { isPageKey, type PageKey } from '../../../../i18n/pages/index.ts';
import type { LogEntry } from '../../../../ports/store.ts';
import { figure } from '../../format.ts';
import type { UserPage } from '../../page.ts';

/** A line of the log in words: what happened, and where something was changed what it was and what it is. */
export type EntryWords = { eventText: string; isChange: boolean; beforeText: string; afterText: string };

export function entryWords(page: UserPage, { event, details }: Pick<LogEntry, 'event' | 'details'>): EntryWords {
  const { t, locale } = page;
  const setting = typeof details.setting === 'string' ? settingWord(page, details.setting) : '';
  const key = `book.event.${event}`;
  const eventText =
    event === 'setting_changed' || event === 'organisation_changed' || event === 'number_changed'
      ? t('book.event.changed', { setting })
      : isPageKey(key)
        ? t(key, countsOf(page, details))
        : t('book.event.other', { event: event.replaceAll('_', ' ') });
  const isChange = 'before' in details && 'after' in details;
  const shown = (value: LogEntry['details'][string] | undefined): string => {
    if (value === null || value === undefined || value === '') return t('book.value.none');
    if (typeof value === 'boolean') return t(value ? 'book.value.yes' : 'book.value.no');
    if (typeof value === 'number') return figure(locale, value);
    const choice = `book.choice.${String(details.setting)}.${value}`;
    const role = `book.role.${value}`;
    if (isPageKey(choice)) return t(choice);
    return event === 'role_changed' && isPageKey(role) ? t(role) : value;
  };
  return {
    eventText: details.reply ? `${eventText}: ${replyWord(page, String(details.reply))}` : eventText,
    isChange,
    beforeText: isChange ? shown(details.before) : '',
    afterText: isChange ? shown(details.after) : '',
  };
}

function settingWord(page: UserPage, setting: string): string {
  for (const area of ['book', 'organisation']) {
    const key = `${area}.setting.${setting}`;
    if (isPageKey(key)) return page.t(key as PageKey);
  }
  return setting.replaceAll('_', ' ');
}

function replyWord(page: UserPage, reply: string): string {
  const key = `book.reply.${reply}`;
  return isPageKey(key) ? page.t(key) : reply;
}

/** Counts in the details that a sentence may use; a missing one is 0 and never a fault of the page. */
function countsOf({ locale }: UserPage, details: LogEntry['details']): Record<string, string> {
  const counts: Record<string, string> = {};
  for (const [name, value] of Object.entries(details))
    counts[name] = typeof value === 'number' ? figure(locale, value) : String(value ?? '');
  return counts;
}
