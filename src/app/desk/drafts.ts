import type { User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import type { Composition } from '../../core/compose.ts';
import { cleanText } from '../../core/copy.ts';
import type { Draft } from '../../core/draft.ts';
import type { Step } from '../../ports/store.ts';
import { logStep, storable } from '../plan.ts';
import type { SendingDeps } from './composing.ts';

/** Texts that are kept for later: a user's own drafts, and templates that belong to the book. */
export type DraftForm = {
  /** The draft that was opened; null = a new one. */
  id: string | null;
  kind: Draft['kind'];
  /** Templates must have one. */
  name: string;
  composition: Composition;
};
export type DraftOutcome =
  | { ok: true; draft: Draft }
  | { ok: false; why: 'empty' | 'name' | 'long' | 'gone' | 'changed' | 'many' };

const TRIES = 3;
/** Longer than any text that can be sent, so that nothing written is lost for being too long. */
export const DRAFT_LONGEST = 10_000;
const NAME_LONGEST = 60;
const MOST = 200;

type Deps = Pick<SendingDeps, 'store' | 'clock' | 'ids'>;

/** One's own draft or the book's template; nothing of another book or another person's. */
export async function readDraft(
  id: string,
  book: Book,
  by: User,
  { store }: Pick<Deps, 'store'>,
): Promise<Draft | null> {
  const draft = await store.reads.draft(id);
  if (!draft || draft.bookId !== book.id) return null;
  return draft.kind === 'template' || draft.userId === by.id ? draft : null;
}

/** Saves over the draft that was opened, when it is of the same kind; a template that one began from stays as it was. */
export async function saveDraft(book: Book, form: DraftForm, by: User, deps: Deps): Promise<DraftOutcome> {
  const text = storable(cleanText(form.composition.text));
  const name = form.kind === 'template' ? storable(form.name.trim().replace(/\s+/g, ' ')) : '';
  if (text === '') return { ok: false, why: 'empty' };
  if (text.length > DRAFT_LONGEST || name.length > NAME_LONGEST) return { ok: false, why: 'long' };
  if (form.kind === 'template' && name === '') return { ok: false, why: 'name' };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const opened = form.id === null ? null : await readDraft(form.id, book, by, deps);
    const known = opened?.kind === form.kind ? opened : null;
    if (known === null && (await deps.store.reads.drafts(book.id, by.id)).length >= MOST)
      return { ok: false, why: 'many' };
    const now = deps.clock.now();
    const draft: Draft = {
      id: known?.id ?? deps.ids.next(now),
      organisationId: book.organisationId,
      bookId: book.id,
      userId: known?.userId ?? by.id,
      kind: form.kind,
      name,
      text,
      audience: form.composition.audience,
      sender: form.composition.sender?.trim() || null,
      reports: form.composition.reports,
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
      version: (known?.version ?? 0) + 1,
    };
    const { id, version: _version, ...set } = draft;
    const step: Step =
      known === null
        ? { add: 'drafts', row: draft, exists: 'stale' }
        : {
            change: 'drafts',
            where: { id, version: known.version },
            set: { ...set, version: draft.version },
            none: 'stale',
          };
    const log = logOf(known ? 'changed' : 'saved', draft, by, now, deps);
    if ((await deps.store.commit([step, ...log])) === 'done') return { ok: true, draft };
  }
  return { ok: false, why: 'changed' };
}

/** Deleting what is gone already is fine. */
export async function deleteDraft(id: string, book: Book, by: User, deps: Deps): Promise<Draft | null> {
  const draft = await readDraft(id, book, by, deps);
  if (!draft) return null;
  const now = deps.clock.now();
  await deps.store.commit([{ remove: 'drafts', where: { id: draft.id } }, ...logOf('deleted', draft, by, now, deps)]);
  return draft;
}

/** Templates are the book's and stand in its log; somebody's own drafts are their own affair. */
const logOf = (what: string, draft: Draft, by: User, now: number, { ids }: Deps): Step[] =>
  draft.kind === 'draft'
    ? []
    : [
        logStep(
          draft.bookId,
          `template_${what}`,
          { template: draft.id },
          {
            now,
            ids,
            organisationId: draft.organisationId,
            actor: by.id,
          },
        ),
      ];
