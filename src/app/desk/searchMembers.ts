import { nameKey } from '../../core/member.ts';
import { callingCode } from '../../core/phoneNumber.ts';
import type { MemberReads, MemberSearch } from '../../ports/memberReads.ts';
import { breath } from '../breath.ts';

/** So many letters narrow any search; what is longer is no name. */
const LONGEST_SEARCH = 100;

/**
 * What somebody types in the search box: digits are a number as it is written in `country` or a part of it, an @ makes a
 * mail address, all else is a name, word by word.
 */
export function readSearch(typed: string, country: string): MemberSearch {
  const text = typed.slice(0, LONGEST_SEARCH).trim();
  if (text.includes('@')) return { kind: 'mail', holds: text.toLowerCase() };
  if (/^\+?[\d\s\-–()/.]*\d[\d\s\-–()/.]*$/.test(text)) return readDigits(text, country);
  return {
    kind: 'name',
    words: nameKey(text)
      .split(/\s+/)
      .filter((word) => word !== ''),
  };
}

/** "070-174", "+46 70", "0046…", or the last four. */
function readDigits(text: string, country: string): MemberSearch {
  const plus = text.startsWith('+');
  // "+46 (0)70…" is how some write it.
  const digits = text.replace(/\(0\)/g, '').replace(/\D/g, '');
  if (plus) return { kind: 'phone', begins: `+${digits}`, holds: digits };
  if (digits.startsWith('00')) return { kind: 'phone', begins: `+${digits.slice(2)}`, holds: digits };
  const code = callingCode(country);
  const national = digits.startsWith('0') && code !== null ? `+${code}${digits.slice(1)}` : `+${digits}`;
  return { kind: 'phone', begins: national, holds: digits };
}

/** A slice of a book that is read at once: short enough that nobody waits for it. */
const SLICE = 2000;
const FRESH_MS = 60_000;

/** The labels and own fields of a book with how many members have them; kept for a minute, for they say little new. */
export type InUse = { labels: { label: string; count: number }[]; fields: string[] };

/** Of those that can be reached or will be; who left is not counted. `forget` after a change of one's own. */
export function createInUse(reads: Pick<MemberReads, 'marks'>) {
  const known = new Map<string, { at: number; found: Promise<InUse> }>();
  return {
    async of(bookId: string, now: number): Promise<InUse> {
      const kept = known.get(bookId);
      if (kept && now - kept.at < FRESH_MS) return kept.found;
      const found = count(bookId, reads);
      known.set(bookId, { at: now, found });
      found.catch(() => known.delete(bookId));
      return found;
    },
    forget(bookId: string): void {
      known.delete(bookId);
    },
  };
}

async function count(bookId: string, reads: Pick<MemberReads, 'marks'>): Promise<InUse> {
  const labels = new Map<string, number>();
  const fields = new Set<string>();
  for (let after = ''; ; ) {
    const rows = await reads.marks(bookId, after, SLICE);
    for (const row of rows) {
      if (row.status === 'unsubscribed') continue;
      for (const label of row.labels) labels.set(label, (labels.get(label) ?? 0) + 1);
      for (const name of Object.keys(row.fields)) fields.add(name);
    }
    after = rows.at(-1)?.id ?? '';
    if (rows.length < SLICE) break;
    // On SQLite reads are synchronous: let those in who wait.
    await breath();
  }
  const byName = (a: string, b: string) => a.localeCompare(b, 'sv', { numeric: true });
  return {
    labels: [...labels].map(([label, count]) => ({ label, count })).sort((a, b) => byName(a.label, b.label)),
    fields: [...fields].sort(byName),
  };
}
