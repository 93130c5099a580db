import type { Step, Upload, UploadPiece } from '../../ports/store.ts';
import { breath } from '../breath.ts';
import type { DeskDeps } from './desk.ts';

/** Characters in one piece: a row that is written in a few ms. */
const PIECE = 256 * 1024;
const PIECES_AT_ONCE = 8;

/** Keeps what somebody uploaded. Its row comes last: a text that did not arrive as a whole is no upload. */
export async function keepUpload(row: Upload, text: string, { store }: Pick<DeskDeps, 'store'>): Promise<void> {
  let steps: Step[] = [];
  for (let no = 0; no * PIECE < text.length; no++) {
    steps.push({
      add: 'uploadPieces',
      row: {
        uploadId: row.id,
        part: 'content',
        no,
        createdAt: row.createdAt,
        text: text.slice(no * PIECE, (no + 1) * PIECE),
      },
      exists: 'stale',
    });
    if (steps.length === PIECES_AT_ONCE) {
      await store.commit(steps);
      steps = [];
      await breath();
    }
  }
  await store.commit([...steps, { add: 'uploads', row, exists: 'stale' }]);
}

/** The pieces of an upload's text, or of its report, one at a time. */
export async function* piecesOf(
  id: string,
  part: UploadPiece['part'],
  { store }: Pick<DeskDeps, 'store'>,
): AsyncGenerator<string> {
  for (let no = 0; ; no++) {
    const text = await store.reads.uploadPiece(id, part, no);
    if (text === null) return;
    yield text;
  }
}
