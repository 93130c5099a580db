import { MailParser } from 'mailparser';
import { windows1252 } from '../../core/mailText/entities.ts';

/** A part of a mail as mailparser keeps it; of its many fields those that are read here. */
export type MailNode = {
  contentType: string | false;
  disposition?: string;
  isAttachment?: boolean;
  charset?: string;
  children: MailNode[];
  /** The decoded text of an inline text part, once its end came. */
  textContent?: string;
  /** As mailparser found it: `key` in lower case, `line` folded, an octet a character. */
  headerLines?: readonly { key: string; line: string }[];
  headers: Map<string, unknown>;
  /** The first one of a mail inside the mail. */
  showMeta?: boolean;
};

type Chunk = {
  type: 'node' | 'body' | 'data';
  value?: Buffer;
  root?: boolean;
  contentType?: string | false;
  disposition?: string | false;
};

/** What mailparser 3.9.31 does not declare: its seams, the same in `simpleParser`. The version is pinned. */
type Seams = {
  tree: MailNode | false;
  curnode: MailNode | false;
  processChunk(chunk: Chunk, done: (error?: Error) => void): void;
  createNode(chunk: Chunk): MailNode;
  getTextContent(): unknown;
};
type Options = {
  maxHeadSize: number;
  maxChildNodes: number;
  keepDeliveryStatus: boolean;
  checksumAlgo: string;
};
const Parser = MailParser as unknown as new (options: Options) => MailParser & Seams;

/** Octets of the headers of one part, and parts in one mail; over either the rest is not read. */
const LONGEST_HEAD = 256 * 1024;
const MOST_PARTS = 200;

/** A part that names none of these says nothing about its octets. */
const SAYS_NOTHING = /^(?:|us-?ascii|ascii|ansi_x3\.4-1968|(?:x-)?unknown(?:-8bit)?|8bit|7bit|binary|default|none)$/;
/** As every reader does: what names itself Latin 1 has windows-1252's quotes and dashes in it. */
const LATIN = /^(?:iso[-_]?8859-?1|latin-?1)$/;

/**
 * mailparser with a bound: text parts beyond `mostText` octets are read away, not kept. The text stays in the tree, where
 * each part can be asked for; nothing is turned to HTML, which is most of the work of a large mail.
 */
export class MailTree extends Parser {
  textOver = false;
  /** What stands in a multipart mail without parts: an old mail system that forgot the boundaries. */
  preamble = '';
  readonly #guessed = new WeakSet<MailNode>();
  readonly #cut = new WeakSet<MailNode>();
  readonly #mostText: number;
  #octets = 0;

  constructor(mostText: number) {
    super({
      maxHeadSize: LONGEST_HEAD,
      maxChildNodes: MOST_PARTS,
      // A delivery status comes as an attachment, so that it is never taken for the mail's text.
      keepDeliveryStatus: true,
      checksumAlgo: 'sha1',
    });
    this.#mostText = mostText;
  }

  override processChunk(chunk: Chunk, done: (error?: Error) => void): void {
    const node = this.curnode;
    const { value } = chunk;
    if (node !== false && value !== undefined && chunk.type !== 'node') {
      const counts = chunk.type === 'body' ? node.isAttachment === false : node === this.tree && this.#partless();
      if (counts) {
        this.#octets += value.length;
        if (this.#octets > this.#mostText) {
          this.textOver = true;
          this.#cut.add(node);
          // Trap: what closes a part must still reach the parser, or the part never ends.
          if (chunk.type === 'body') {
            setImmediate(done);
            return;
          }
        } else if (chunk.type === 'data') this.preamble += value.toString('latin1');
      }
    }
    super.processChunk(chunk, done);
  }

  override createNode(chunk: Chunk): MailNode {
    // RFC 2045 5.2 and 2183 2.8: a mail whose type cannot be read is text; a disposition that nobody knows is none there.
    if (chunk.root && chunk.contentType && !chunk.contentType.includes('/')) chunk.contentType = 'text/plain';
    const known = ['attachment', 'inline'].includes(chunk.disposition || '');
    if (/^text\/(?:plain|html)$/.test(chunk.contentType || '') && !known) chunk.disposition = false;
    const node = super.createNode(chunk);
    const charset = (node.charset ?? '').trim().toLowerCase();
    if (node.isAttachment === false && SAYS_NOTHING.test(charset)) {
      // One octet, one character: `textOf` finds out what they are.
      node.charset = 'iso-8859-1';
      this.#guessed.add(node);
    } else if (LATIN.test(charset)) node.charset = 'windows-1252';
    return node;
  }

  /** Nothing is made of the tree here; `mailText.ts` asks for what it needs. */
  override getTextContent(): unknown {
    return { type: 'text' };
  }

  /** The text of a part. One that names no charset is UTF-8 where it can be, else windows-1252 (RFC 6532, and habit). */
  textOf(node: MailNode): string {
    const text = node.textContent ?? '';
    return this.#guessed.has(node) ? guess(text, this.#cut.has(node)) : text;
  }

  preambleText(): string {
    return guess(this.preamble, this.textOver).replace(/\r\n?/g, '\n');
  }

  #partless(): boolean {
    return this.tree !== false && this.tree.children.length === 0;
  }
}

/** `octets`: one a character. `cut`: the last character may be half there. */
export function guess(octets: string, cut = false): string {
  if (!/[\x80-\xff]/.test(octets)) return octets;
  const bytes = Buffer.from(octets, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return windows1252(octets);
  }
}
