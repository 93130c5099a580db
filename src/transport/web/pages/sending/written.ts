import type { Composition } from '../../../../core/compose.ts';
import { type Draft, EVERYBODY, type Reports } from '../../../../core/draft.ts';
import { instantOf, localInput } from '../../../../core/localTime.ts';
import type { Form } from '../../form.ts';

/** The form of composing as it was typed; the confirmation carries the same fields along, hidden. */
export type Written = {
  text: string;
  labels: string[];
  fields: Record<string, string>;
  sender: string;
  /** As of an input of type datetime-local; '' = now. */
  due: string;
  /** Hours; '' = as the book has it. */
  latest: string;
  reports: Reports;
  /** The draft or template that was opened. */
  draft: string;
};

/** Fields of the book's own come as `is:NAME`, for a name may be anything. */
export const FIELD = 'is:';
/** Longer is not read at all; a text may be too long to send and still be shown again. */
const MOST = { text: 20_000, short: 200, labels: 200, hours: 72 };
const HOUR = 3_600_000;

export const BLANK: Written = {
  text: '',
  labels: [],
  fields: {},
  sender: '',
  due: '',
  latest: '',
  reports: 'never',
  draft: '',
};

export function writtenOf(form: Form): Written {
  const reports = form.text('reports');
  const fields = form
    .names()
    .filter((name) => name.startsWith(FIELD) && name.length > FIELD.length)
    .map((name): [string, string] => [
      name.slice(FIELD.length, FIELD.length + MOST.short),
      form.line(name).slice(0, MOST.short),
    ])
    .filter(([, value]) => value !== '');
  return {
    text: form.text('text').replace(/\r\n?/g, '\n').slice(0, MOST.text),
    labels: form
      .all('label')
      .filter((label) => label !== '')
      .slice(0, MOST.labels),
    fields: Object.fromEntries(fields),
    sender: form.line('sender').slice(0, MOST.short),
    due: form.line('due').slice(0, 40),
    latest: form.line('latest').slice(0, 3),
    reports: reports === 'always' || reports === 'failure' ? reports : 'never',
    draft: form.line('draft').slice(0, 60),
  };
}

/** `unreadable`: something was typed as a time that is none. */
export function compositionOf(written: Written, zone: string): { composition: Composition; unreadable: boolean } {
  const dueAt = written.due === '' ? null : instantOf(written.due, zone);
  const hours = Number(written.latest);
  return {
    unreadable: written.due !== '' && dueAt === null,
    composition: {
      text: written.text,
      audience: { labels: written.labels, fields: written.fields },
      sender: written.sender,
      reports: written.reports,
      dueAt,
      latestAfterMs: written.latest !== '' && hours >= 1 && hours <= MOST.hours ? Math.floor(hours) * HOUR : null,
    },
  };
}

export const ofDraft = (draft: Draft): Written => ({
  ...BLANK,
  text: draft.text,
  labels: draft.audience.labels,
  fields: draft.audience.fields,
  sender: draft.sender ?? '',
  reports: draft.reports,
  draft: draft.id,
});

/** To write the same again: an old broadcast as a new form. */
export const ofBroadcast = (
  broadcast: Pick<Draft, 'text' | 'sender' | 'reports'> & { audience: Draft['audience'] | null },
): Written => ({
  ...BLANK,
  text: broadcast.text,
  ...(broadcast.audience ?? EVERYBODY),
  sender: broadcast.sender ?? '',
  reports: broadcast.reports,
});

/** For the hidden fields of the confirmation. */
export function hiddenOf(written: Written): { name: string; value: string }[] {
  const { text, labels, fields, sender, due, latest, reports, draft } = written;
  return [
    { name: 'text', value: text },
    ...labels.map((value) => ({ name: 'label', value })),
    ...Object.entries(fields).map(([name, value]) => ({ name: `${FIELD}${name}`, value })),
    ...Object.entries({ sender, due, latest, reports, draft }).map(([name, value]) => ({ name, value })),
  ];
}

/** The first moment that a form may offer: the next whole minute. */
export const soonest = (now: number, zone: string): string => localInput(now + 60_000, zone);
