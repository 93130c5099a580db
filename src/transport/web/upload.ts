import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { Request } from 'express';
import { type Form, formOf } from './form.ts';

export type Upload =
  | { ok: true; form: Form; file: { name: string; bytes: Buffer } | null }
  | { ok: false; why: 'too_large' | 'not_a_form' | 'not_ours' };

/**
 * Reads a form with one file. The form's `csrf` must come before the file (it stands first in the page), so that a
 * stranger's megabytes are not even collected. Memory is bounded by `most` bytes of the file and `mostTyped` of a field.
 */
export function readUpload(req: Request, csrf: string, most: number, mostTyped = 64 * 1024): Promise<Upload> {
  return new Promise((resolve) => {
    const done = (upload: Upload): void => {
      req.unpipe();
      // What is still coming is read away: a browser that is cut off while it writes shows no answer at all.
      req.resume();
      resolve(upload);
    };
    let parser: ReturnType<typeof Busboy>;
    try {
      parser = Busboy({
        headers: req.headers as { 'content-type': string },
        limits: { fileSize: most, files: 1, fields: 20, fieldSize: mostTyped, parts: 30 },
      });
    } catch {
      done({ ok: false, why: 'not_a_form' });
      return;
    }
    const fields: Record<string, string[]> = {};
    let file: { name: string; bytes: Buffer } | null = null;
    parser.on('field', (name: string, value: string, _nameCut: boolean, valueCut: boolean) => {
      // The token comes first: what a stranger's form says is not kept.
      if (name !== 'csrf' && fields.csrf?.[0] !== csrf) return done({ ok: false, why: 'not_ours' });
      if (valueCut) return done({ ok: false, why: 'too_large' });
      fields[name] = [...(Object.hasOwn(fields, name) ? (fields[name] ?? []) : []), value];
    });
    parser.on('file', (_field: string, stream: Readable & { truncated?: boolean }, name: string) => {
      if (fields.csrf?.[0] !== csrf) {
        stream.resume();
        done({ ok: false, why: 'not_ours' });
        return;
      }
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('limit', () => done({ ok: false, why: 'too_large' }));
      stream.once('end', () => {
        if (!stream.truncated && (name || chunks.length > 0)) file = { name: name ?? '', bytes: Buffer.concat(chunks) };
      });
    });
    parser.once('error', () => done({ ok: false, why: 'not_a_form' }));
    parser.once('finish', () =>
      done(fields.csrf?.[0] === csrf ? { ok: true, form: formOf(fields), file } : { ok: false, why: 'not_ours' }),
    );
    req.pipe(parser);
  });
}
