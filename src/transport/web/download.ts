import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { breath } from '../../app/breath.ts';

type Content = AsyncIterable<string | Uint8Array>;
/** Characters or bytes that are sent at once. */
const PIECE = 64 * 1024;

/** What a browser saves; `name` in letters, digits, dots and hyphens. */
export function toSave(res: Response, { name, type }: { name: string; type: string }): Response {
  res.setHeader('Content-Type', type);
  res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  return res;
}

/**
 * A file to save, sent while it is made: a slow reader does not fill the memory, whoever goes away ends the making, and
 * between two pieces others have their turns.
 */
export async function download(res: Response, file: { name: string; type: string }, content: Content): Promise<void> {
  toSave(res, file);
  try {
    await pipeline(Readable.from(inPieces(content), { objectMode: false }), res);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* inPieces(content: Content): Content {
  let text = '';
  for await (const piece of content) {
    if (typeof piece !== 'string') yield piece;
    else text += piece;
    if (typeof piece === 'string' && text.length < PIECE) continue;
    if (text !== '') yield text;
    text = '';
    await breath();
  }
  if (text !== '') yield text;
}

export const CSV_TYPE = 'text/csv; charset=utf-8';

/** Lines for a spreadsheet program; the mark at the start tells it that å is å. */
export async function* csvFile(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  yield '\uFEFF';
  for await (const line of lines) yield `${line}\r\n`;
}
