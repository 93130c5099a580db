import { startImport, tryImport, uploadNow } from '../../../../app/desk/importUpload.ts';
import { keepUpload, piecesOf } from '../../../../app/desk/uploads.ts';
import { fileTextOf, glanceAt, MOST_BYTES, type NoText, textOf } from '../../../../app/desk/uploadText.ts';
import type { Upload } from '../../../../ports/store.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { readUpload } from '../../upload.ts';
import { marksInUse } from './list.ts';
import { previewModel, readMapping } from './preview.ts';
import { reportModel } from './report.ts';
import { baseOf } from './words.ts';

/** Pasted cells; larger lists come as a file. */
const MOST_PASTED = 4 * 1024 * 1024;
const LONGEST_FILE_NAME = 100;

type Problem = NoText['why'] | 'too_large' | 'not_a_form' | 'none' | 'gone';

export const showImport = (page: BookPage): void => render(page, null, '');

function render(page: BookPage, problem: Problem | null, pasted: string): void {
  const key = problem === null ? null : (`members.import.why.${problem}` as const);
  page.render(
    'members/import',
    {
      base: baseOf(page),
      action: `${baseOf(page)}/members/import`,
      problem: key === null ? '' : page.t(key),
      // What was pasted stands there again; a file must be chosen anew, browsers want it so.
      pasted,
    },
    problem === null ? 200 : problem === 'gone' ? 404 : 422,
  );
}

/** POST …/import: a file or what was pasted becomes text and waits for a look. */
export async function upload(page: BookPage): Promise<void> {
  const { req, session, deps, book, user } = page;
  const read = await readUpload(req, session.csrf, MOST_BYTES, MOST_PASTED);
  if (!read.ok) return read.why === 'not_ours' ? page.refuse(403) : render(page, read.why, '');
  const pasted = read.form.text('text');
  const file = read.file && read.file.bytes.length > 0 ? read.file : null;
  if (!file && pasted.trim() === '') return render(page, read.file?.name ? 'empty' : 'none', '');
  const found = file ? await fileTextOf(file.bytes) : { ...(await textOf(Buffer.from(pasted))), sheet: null };
  const text = found.ok ? await glanceAt([found.text], page.organisation.country) : found;
  if (!found.ok || 'ok' in text) return render(page, 'ok' in text ? text.why : 'empty', file ? '' : pasted);
  const now = deps.clock.now();
  const row: Upload = {
    id: deps.ids.next(now),
    organisationId: book.organisationId,
    bookId: book.id,
    userId: user.id,
    fileName: file ? `${file.name.slice(-LONGEST_FILE_NAME)}${sheetNote(page, found.sheet)}` : '',
    status: 'waiting',
    done: 0,
    total: 0,
    report: null,
    createdAt: now,
    updatedAt: now,
  };
  await keepUpload(row, found.text, deps);
  page.redirect(`${baseOf(page)}/members/import/${row.id}`);
}

/** Which sheet was read, where there are several, and what in it nobody sees: behind the name of the file. */
function sheetNote({ t, locale }: BookPage, sheet: Extract<FileText, { ok: true }>['sheet']): string {
  if (sheet === null) return '';
  const { sheet: name, sheets, hiddenRows } = sheet;
  const which = sheets > 1 ? t('members.import.sheet', { sheet: name, sheets: figure(locale, sheets) }) : '';
  return which + (hiddenRows > 0 ? t('members.import.hidden', { rows: figure(locale, hiddenRows) }) : '');
}
type FileText = Awaited<ReturnType<typeof fileTextOf>>;

const stateOf = (page: BookPage) => uploadNow(page.param('upload'), page.book.id, page.deps);

/** GET …/import/:upload: what would happen, what is happening, or what has happened. */
export async function showUpload(page: BookPage): Promise<void> {
  const state = await stateOf(page);
  if (!state) return render(page, 'gone', '');
  if (state.status === 'waiting') return preview(page, state.id, '');
  if (state.status === 'running' || state.status === 'broken') {
    const running = state.status === 'running';
    const here = `${baseOf(page)}/members/import/${state.id}`;
    const model = {
      here,
      base: baseOf(page),
      running,
      done: state.done,
      total: state.total === 0 ? null : state.total,
      doingText:
        state.total === 0
          ? page.t('members.run.reading')
          : page.t('members.run.writing', {
              done: figure(page.locale, state.done),
              total: figure(page.locale, state.total),
            }),
      refresh: running ? 3 : null,
    };
    return page.render(page.partial ? 'members/progress' : 'members/running', model);
  }
  // The page that shows progress is replaced as a whole by the one that tells how it ended.
  if (page.partial) return page.redirect(`${baseOf(page)}/members/import/${state.id}`);
  const whole = await page.deps.store.reads.upload(state.id);
  if (!whole) return page.refuse(404);
  page.render('members/report', await reportModel(page, whole));
}

async function preview(page: BookPage, id: string, problem: string): Promise<void> {
  const { deps, book, organisation } = page;
  const whole = await deps.store.reads.upload(id);
  if (!whole) return page.refuse(404);
  const glance = await glanceAt(piecesOf(id, 'content', deps), organisation.country);
  if ('ok' in glance) return render(page, glance.why, '');
  const mapping = readMapping(page.form, glance.guess);
  const tried = await tryImport(whole, mapping, book, deps);
  const model = previewModel(page, whole, glance, mapping, tried, problem);
  page.render(page.partial ? 'members/previewForm' : 'members/preview', model, problem === '' ? 200 : 422);
}

/** POST …/import/:upload: begins, with the columns as the form says; `look` only looks again. */
export async function runUpload(page: BookPage): Promise<void> {
  const { deps, book, organisation, user } = page;
  const here = `${baseOf(page)}/members/import/${page.param('upload')}`;
  const state = await stateOf(page);
  if (!state) return render(page, 'gone', '');
  if (state.status !== 'waiting') return page.redirect(here);
  if (page.form.has('look')) return preview(page, state.id, '');
  const whole = await deps.store.reads.upload(state.id);
  const glance = whole && (await glanceAt(piecesOf(whole.id, 'content', deps), organisation.country));
  if (!whole || !glance || 'ok' in glance) return page.refuse(404);
  const mapping = readMapping(page.form, glance.guess);
  const started = await startImport(whole, mapping, book, organisation, { actor: user.id, door: 'web' }, deps);
  if (!started.ok && started.why !== 'not_waiting')
    return preview(page, state.id, page.t(`members.mapping.${started.why}`));
  if (started.ok) {
    void started.ended.then(() => marksInUse(page).forget(book.id));
    // A short list is done before the browser could ask; a long one shows how far it is.
    await Promise.race([started.ended, new Promise((resolve) => setTimeout(resolve, SHORT_MS))]);
  }
  page.redirect(here);
}

const SHORT_MS = 400;
