/** What members carry beside their name: labels to send to a part of a book by (T-13), and the owner's own fields. */
export const LONGEST_NAME = 100;
export const LONGEST_LABEL = 40;
export const MOST_LABELS = 20;
export const LONGEST_FIELD_NAME = 40;
export const LONGEST_FIELD_VALUE = 200;
export const MOST_FIELDS = 20;

export type MarkProblem = 'name_long' | 'label_long' | 'many_labels' | 'field_name_long' | 'field_long' | 'many_fields';

/** On one line, without control characters; PostgreSQL's index on names would break on very long ones. */
export const tidied = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

/** "Lag 1, Ledare; lag 1": as people write them. The first spelling of a label stands; the order is theirs. */
export function readLabels(text: string): { labels: string[]; problem: MarkProblem | null } {
  const labels = new Map<string, string>();
  for (const part of text.split(/[,;|\n]/)) {
    const label = tidied(part);
    const key = label.toLowerCase();
    if (label !== '' && !labels.has(key)) labels.set(key, label);
  }
  const list = [...labels.values()];
  if (list.some((label) => label.length > LONGEST_LABEL)) return { labels: list, problem: 'label_long' };
  return { labels: list, problem: list.length > MOST_LABELS ? 'many_labels' : null };
}

/** Empty values are left out; a name that comes twice counts once, the last value holds. */
export function readFields(pairs: readonly (readonly [name: string, value: string])[]): {
  fields: Record<string, string>;
  problem: MarkProblem | null;
} {
  const found = new Map<string, string>();
  let problem: MarkProblem | null = null;
  for (const [rawName, rawValue] of pairs) {
    const name = tidied(rawName);
    const value = tidied(rawValue);
    if (name === '' || value === '') continue;
    if (name.length > LONGEST_FIELD_NAME) problem ??= 'field_name_long';
    if (value.length > LONGEST_FIELD_VALUE) problem ??= 'field_long';
    found.set(name, value);
  }
  if (found.size > MOST_FIELDS) problem ??= 'many_fields';
  // A field may be called __proto__; fromEntries makes it a field like others.
  return { fields: Object.fromEntries(found), problem };
}

/** Whether two sets of fields say the same, whatever their order. */
export const sameFields = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean => {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
  );
};
