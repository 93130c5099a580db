import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { cleanText } from '../../core/copy.ts';
import type { MailContent } from '../../core/mail.ts';
import { readMailboxes } from '../../core/mailbox.ts';
import { type ReportPart, readReport } from '../../core/mailReport.ts';
import { oneLine } from '../../core/oneLine.ts';
import { BodyDigest } from './bodyDigest.ts';
import { headerValues, readHeaders, subjectOf } from './mailHeaders.ts';
import { type IncomingPart, MailParts } from './mailParts.ts';
import { textOfTree } from './mailText.ts';
import { guess, MailTree } from './mailTree.ts';
import type { ReadLimits, ReadResult } from './types.ts';

/** A parser that stands still after the last octet is given up: the mail is decided without what it has not read. */
const LONGEST_END_MS = 20_000;
/** Names in `damaged` that say what the parser could not go on with. */
const HEAD = 'head_large';
const PARSER = 'structure';

type Released = IncomingPart & { type: 'attachment'; release: (() => void) | null };

/**
 * Reads a mail to its end and says what it is (design 2, the mail door): text, headers, attachments within the limits,
 * reports. Memory is bounded by the limits, whatever the mail. What cannot be read is named in `content.damaged`:
 * `head_large`, `structure`, `text_long`, `charset`, `attachment`, `winmail`, `calendar`, `stuck`.
 *
 * Rejects only where `stream` itself fails.
 */
export async function readMail(stream: Readable, limits: ReadLimits): Promise<ReadResult> {
  const tree = new MailTree(limits.text);
  const parts = new MailParts(limits.attachments);
  const digest = new BodyDigest();
  const ended = run(tree, parts);

  for await (const chunk of stream as AsyncIterable<Buffer>) {
    digest.update(chunk);
    // Once it has failed the rest is still read: the peer is answered after its last octet.
    if (!ended.over && !tree.write(chunk)) await Promise.race([once(tree, 'drain').catch(() => undefined), ended.done]);
  }
  if (!ended.over) tree.end();
  await ended.within(LONGEST_END_MS);
  return { content: contentOf(tree, parts, limits), attachments: parts.kept, bodyDigest: digest.digest() };
}

type Run = { over: boolean; done: Promise<void>; within(ms: number): Promise<void> };

/** Lets the parser flow; `done` resolves when it has ended or failed, and never rejects. */
function run(tree: MailTree, parts: MailParts): Run {
  let finish = () => {};
  const reading = new Set<Promise<void>>();
  const state: Run = {
    over: false,
    done: new Promise((resolve) => {
      finish = () => {
        state.over = true;
        resolve();
      };
    }),
    async within(ms) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          parts.damaged.add('stuck');
          resolve();
        }, ms);
      });
      // Trap: the parser may end while its last attachment is still being read.
      await Promise.race([late, state.done.then(() => Promise.all(reading))]);
      clearTimeout(timer);
    },
  };
  tree.on('data', (part: Released | { type: 'text' }) => {
    if (part.type !== 'attachment') return;
    const taken = parts.take(part).then(() => {
      reading.delete(taken);
      // mailparser takes `release` away once it is used.
      part.release?.();
    });
    reading.add(taken);
  });
  tree.on('end', finish);
  tree.on('close', finish);
  tree.on('error', (error: Error & { code?: string }) => {
    parts.damaged.add(error.code === 'EMAXLEN' && tree.tree === false ? HEAD : PARSER);
    finish();
  });
  return state;
}

function contentOf(tree: MailTree, parts: MailParts, limits: ReadLimits): MailContent {
  const headers = readHeaders(tree.tree === false ? [] : (tree.tree.headerLines ?? []));
  const froms = headerValues(headers, 'from').map(readMailboxes);
  const from = froms.flatMap(({ plain }) => plain);
  const subject = subjectOf(tree.tree === false ? null : tree.tree.headers.get('subject'), headers);
  const text = cleanText(textOfTree(tree));
  if (tree.textOver || text.length > limits.text) parts.damaged.add('text_long');
  if (text.includes('\ufffd')) parts.damaged.add('charset');
  const short = text.length > limits.text ? text.slice(0, limits.text) : text;
  return {
    messageId: /<[!-;=?-~]{1,250}>/.exec(headerValues(headers, 'message-id')[0] ?? '')?.[0] ?? '',
    subject,
    fromHeaders: froms.length,
    from,
    fromOdd: froms.length === 0 || froms.some(({ odd }) => odd),
    fromName: from.length === 1 ? nameOf(tree) : '',
    to: ['to', 'cc'].flatMap((name) => headerValues(headers, name)).flatMap((value) => readMailboxes(value).plain),
    headers,
    text: short,
    attachments: parts.named,
    report: readReport({ headers, subject, from, text: short, parts: [...parts.reports, ...innerHeads(tree)] }),
    damaged: [...parts.damaged],
  };
}

/** The headers of a mail that stands inside this one as part of it, not as an attachment: reports do so too. */
function innerHeads(tree: MailTree): ReportPart[] {
  const inner = tree.tree === false ? [] : tree.tree.children;
  return inner
    .filter((node) => node.contentType === 'message/rfc822' && node.children[0]?.headerLines !== undefined)
    .map((node) => ({
      type: 'message/rfc822',
      text: (node.children[0]?.headerLines ?? []).map(({ line }) => guess(line)).join('\n'),
    }));
}

/** mailparser's reading of the display name: it decodes the words that the From header encodes. */
function nameOf(tree: MailTree): string {
  const from = tree.tree === false ? undefined : tree.tree.headers.get('from');
  const value = (from as { value?: { name?: string }[] } | undefined)?.value;
  return oneLine(value?.[0]?.name ?? '', 100);
}
