import { costlier, type TagValues } from '../../core/compose.ts';
import { tagsIn } from '../../core/copy.ts';
import { type Audience, audienceTest } from '../../core/draft.ts';
import type { Reach, Reached } from '../../ports/sendingReads.ts';
import type { Reads } from '../../ports/store.ts';
import { breath } from '../breath.ts';

/** Who would get a broadcast now, and what may be picked and merged: read from the members themselves. */
export type WhoGetsIt = {
  /** People with a phone or a mail address; two on one phone count once, as they get one copy. */
  recipients: number;
  /** Copies by SMS, which is what it costs. */
  texts: number;
  /** What may be merged, and its costliest values among those who get it. */
  tags: Readonly<Record<string, TagValues>>;
  /** Of the whole book, whoever was picked: labels by name with how many members have them. */
  labels: { label: string; count: number }[];
  /** `values`: those that can be picked; empty where there are too many to pick from. */
  fields: { name: string; values: { value: string; count: number }[] }[];
};

/** A page takes some milliseconds, in which nothing else is answered. */
const PAGE = 1000;
/** More values than this and a field is something of each person's own (an address), not a group. */
const MOST_VALUES = 60;
const MOST_FIELDS = 40;
/** A large book is read in pages for half a second; what it holds is then good for a while. */
const KEPT_MS = 30_000;
const KEPT = 50;

type Kept = { at: number; found: WhoGetsIt };
const keptOf = new WeakMap<Reads, Map<string, Kept>>();

/**
 * Counts with the fan-out's own condition (B-37) and, where a part of the book is picked, its own test. Reads in pages,
 * so that a large book does not hold up others.
 */
export async function whoGetsIt(
  reads: Reads,
  reach: Reach,
  audience: Audience | null,
  now: number,
): Promise<WhoGetsIt> {
  const kept = keptOf.get(reads) ?? new Map<string, Kept>();
  keptOf.set(reads, kept);
  const key = JSON.stringify([reach.bookId, reach.numberId, reach.writer, audience]);
  const known = kept.get(key);
  if (known && now - known.at < KEPT_MS && now >= known.at) return known.found;
  kept.delete(key);
  const { found, pages } = await look(reads, reach, audience);
  if (pages > 1) {
    kept.set(key, { at: now, found });
    for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  }
  return found;
}

async function look(
  reads: Reads,
  reach: Reach,
  audience: Audience | null,
): Promise<{ found: WhoGetsIt; pages: number }> {
  const picked = audience === null ? () => true : audienceTest(audience);
  const people = new Set<string>();
  const phones = new Set<string>();
  const tags = new Map<string, TagValues>([['name', { plain: null, wide: null }]]);
  const labels = new Map<string, number>();
  const fields = new Map<string, Map<string, number>>();
  let pages = 0;
  for (let after = ''; ; ) {
    const page = await reads.reached(reach, { after, limit: PAGE });
    pages += 1;
    for (const member of page) {
      count(labels, member.labels);
      countFields(fields, tags, member);
      if (!picked(member)) continue;
      people.add(member.phone ?? member.mail ?? '');
      // A mail costs nothing, whatever is merged into it.
      if (member.phone === null) continue;
      phones.add(member.phone);
      keepCostlier(tags, 'name', member.name);
      for (const [name, value] of Object.entries(member.fields)) if (name !== 'name') keepCostlier(tags, name, value);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last.id;
    // Webhooks and other pages get their turn.
    await breath();
  }
  const byName = (a: string, b: string) => a.localeCompare(b, 'sv');
  return {
    pages,
    found: {
      recipients: people.size,
      texts: phones.size,
      tags: Object.fromEntries(tags),
      labels: [...labels].map(([label, number]) => ({ label, count: number })).sort((a, b) => byName(a.label, b.label)),
      fields: [...fields]
        .map(([name, values]) => ({
          name,
          values:
            values.size > MOST_VALUES
              ? []
              : [...values]
                  .map(([value, number]) => ({ value, count: number }))
                  .sort((a, b) => byName(a.value, b.value)),
        }))
        .sort((a, b) => byName(a.name, b.name)),
    },
  };
}

function count(counts: Map<string, number>, keys: Iterable<string>): void {
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A field's name is a tag where it can stand in braces; with no value yet among those picked it merges as nothing. */
function countFields(fields: Map<string, Map<string, number>>, tags: Map<string, TagValues>, member: Reached): void {
  for (const [name, value] of Object.entries(member.fields)) {
    let values = fields.get(name);
    if (values === undefined) {
      if (fields.size >= MOST_FIELDS) continue;
      values = new Map();
      fields.set(name, values);
      if (!tags.has(name) && tagsIn(`{${name}}`).length === 1) tags.set(name, { plain: null, wide: null });
    }
    if (value !== '' && values.size <= MOST_VALUES) values.set(value, (values.get(value) ?? 0) + 1);
  }
}

function keepCostlier(tags: Map<string, TagValues>, name: string, value: string): void {
  const known = tags.get(name);
  if (known !== undefined && value !== '') tags.set(name, costlier(known, value));
}
