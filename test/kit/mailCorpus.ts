import { createReadStream } from 'node:fs';
import { readMail } from '../../src/transport/smtp/readMail.ts';
import type { ReadResult } from '../../src/transport/smtp/types.ts';
import { readVectors, vectorPath } from './vectors.ts';

/** One of the raw mails of `../shared/vectors/email/eml`. */
export type CorpusMail = { file: string; category: string; bytes: number; path: string };

/** All of them, in the order of their manifest. */
export const mailCorpus = (): CorpusMail[] =>
  readVectors<Omit<CorpusMail, 'path'>[]>('email/eml/manifest.json').map(({ file, category, bytes }) => ({
    file,
    category,
    bytes,
    path: vectorPath(`email/eml/${file}`),
  }));

/** Reads one as the door does; its Return-Path, where it has one, stands for the envelope (`someone@corpus.example`). */
export async function readCorpusMail(mail: CorpusMail): Promise<ReadResult & { envelopeFrom: string }> {
  const read = await readMail(createReadStream(mail.path, { highWaterMark: 777 }), {
    attachments: 7 * 1024 * 1024,
    text: 1024 * 1024,
  });
  const path = read.content.headers.find(({ name }) => name === 'return-path')?.value;
  return { ...read, envelopeFrom: path?.replace(/[<>]/g, '').toLowerCase() ?? 'someone@corpus.example' };
}
