import { decodeEntities } from './entities.ts';

/** Elements whose content nobody reads. */
const SILENT = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'object',
  'svg',
  'select',
  'textarea',
]);
/** They end the line before and after them; a paragraph has a blank line around it. */
const BLOCK = new Set(
  'address article aside blockquote body center dd details div dl dt fieldset figure footer form header html li main nav ol pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const PARAGRAPH = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const CELL = new Set(['td', 'th']);
/** What Gmail, Outlook, Yahoo and others put round what is quoted, where they do not use `blockquote`. */
const QUOTED = /\b(?:gmail_extra_quote|yahoo_quoted|moz-cite-suffix)\b/i;
const TIGHT = /\bclass\s*=\s*["']?MsoNormal|margin(?:-bottom)?\s*:\s*0/i;
const OUTLOOK = /\bid\s*=\s*["']?(?:divRplyFwdMsg|x_divRplyFwdMsg|appendonsend)\b/i;

/** Deeper quotes look the same. */
const DEEPEST_QUOTE = 5;
/** A tag that is longer is cut there: nothing of ours reads further. */
const LONGEST_TAG = 4000;

/**
 * HTML as a text that is read line by line: blocks and breaks become lines, list points `- `, quotes `> ` (so that they
 * are cut like those of a plain mail), a link its words with the address behind them where the two differ. Pictures,
 * styles and scripts go. One pass over the text, whatever it holds; it is never shown as HTML again.
 */
export function htmlToText(html: string): string {
  const page = new Page();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      page.words(html.slice(at));
      break;
    }
    if (open > at) page.words(html.slice(at, open));
    const next = html.charAt(open + 1);
    if (html.startsWith('<!--', open)) {
      const end = html.indexOf('-->', open + 4);
      at = end < 0 ? html.length : end + 3;
    } else if (/[a-z/!?]/i.test(next)) {
      const end = tagEnd(html, open + 1);
      at = page.tag(html.slice(open + 1, Math.min(end, open + LONGEST_TAG)), html, end + 1);
    } else {
      page.words('<');
      at = open + 1;
    }
  }
  return page.text();
}

/** Where a tag ends: a `>` inside a quoted value does not end it. One that never ends takes the rest. */
function tagEnd(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at++) {
    const char = html.charAt(at);
    if (quote !== '') {
      // Trap: a quote that is never closed would swallow the mail.
      if (char === quote || at - from > LONGEST_TAG) quote = '';
    } else if (char === '>') return at;
    else if ((char === '"' || char === "'") && /=\s*$/.test(html.slice(Math.max(from, at - 4), at))) quote = char;
  }
  return html.length;
}

class Page {
  readonly #lines: string[] = [];
  #line = '';
  #space = false;
  #quotes = 0;
  #pre = 0;
  /** Inside a paragraph that has no space around it: Outlook makes every line one. */
  #tight = false;
  #anchor: { href: string; words: string } | null = null;
  /** Silent elements that are never closed from here on: looked for once, not again at each of a million. */
  readonly #open = new Set<string>();

  words(raw: string): void {
    const text = decodeEntities(raw);
    if (this.#anchor !== null && this.#anchor.words.length < LONGEST_TAG) this.#anchor.words += text;
    if (this.#pre > 0) {
      for (const [no, line] of text.split(/\r?\n/).entries()) {
        if (no > 0) this.#break();
        this.#line += line;
      }
      return;
    }
    const words = text.replace(/[ \t\r\n\f]+/g, ' ');
    const first = words.startsWith(' ') ? words.slice(1) : words;
    if (first !== words) this.#space = true;
    if (first === '') return;
    if (this.#space && this.#line !== '') this.#line += ' ';
    this.#space = first.endsWith(' ');
    this.#line += this.#space ? first.slice(0, -1) : first;
  }

  /** Acts on one tag; returns where reading goes on. */
  tag(tag: string, html: string, after: number): number {
    const closing = tag.startsWith('/');
    const name = /^\/?([a-z][a-z0-9]*)/i.exec(tag)?.[1]?.toLowerCase() ?? '';
    if (SILENT.has(name) && !closing && !tag.endsWith('/')) return this.#silent(name, html, after);
    if (name === 'br') this.#break();
    else if (name === 'hr') this.#rule();
    else if (PARAGRAPH.has(name)) this.#paragraph(tag, closing);
    else if (CELL.has(name)) this.#space = true;
    else if (name === 'a') this.#link(tag, closing);
    else if (BLOCK.has(name)) this.#block(name, tag, closing);
    return after;
  }

  text(): string {
    this.#end();
    return this.#lines
      .join('\n')
      .replaceAll('\u00a0', ' ')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  #paragraph(tag: string, closing: boolean): void {
    if (!closing) this.#tight = TIGHT.test(tag);
    if (this.#tight) this.#end();
    else this.#gap();
    if (closing) this.#tight = false;
  }

  #block(name: string, tag: string, closing: boolean): void {
    this.#end();
    if (name === 'pre') this.#pre = Math.max(0, this.#pre + (closing ? -1 : 1));
    if (name === 'blockquote') {
      this.#quotes = Math.max(0, this.#quotes + (closing ? -1 : 1));
      if (closing) this.#gap();
    }
    if (closing) return;
    if (name === 'li') this.#line = '- ';
    // What follows is quoted to the end; an Outlook header block says so itself.
    if (OUTLOOK.test(tag)) this.#rule();
    else if (QUOTED.test(tag)) this.#quotes += 1;
  }

  #link(tag: string, closing: boolean): void {
    if (!closing) {
      const found = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i.exec(tag);
      this.#anchor = { href: decodeEntities(found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim(), words: '' };
      return;
    }
    const link = this.#anchor;
    this.#anchor = null;
    const target = link === null ? '' : shown(link.href);
    const words = link?.words.trim() ?? '';
    // A picture with a link says nothing, and words that are the address already are enough.
    if (target !== '' && words !== '' && plain(words) !== plain(target)) this.words(` (${target})`);
  }

  #rule(): void {
    this.#end();
    this.#push('');
  }

  /** A line break: also where nothing stands, for it is how blank lines are made. */
  #break(): void {
    this.#push(this.#line);
    this.#line = '';
    this.#space = false;
  }

  /** Ends the line where something stands on it, if only the hard space of an empty paragraph. */
  #end(): void {
    if (this.#line !== '') this.#push(this.#line);
    this.#line = '';
    this.#space = false;
  }

  #gap(): void {
    this.#end();
    if (this.#lines.length > 0 && this.#lines.at(-1)?.replace(/[> ]/g, '') !== '') this.#push('');
  }

  #push(line: string): void {
    const marks = '> '.repeat(Math.min(this.#quotes, DEEPEST_QUOTE));
    this.#lines.push(`${marks}${line}`.trimEnd());
  }

  /** Behind the end tag of a silent element; where there is none, behind its start tag: better a style than no mail. */
  #silent(name: string, html: string, from: number): number {
    if (this.#open.has(name)) return from;
    const end = new RegExp(`</${name}(?:\\s[^>]{0,200})?>`, 'gi');
    end.lastIndex = from;
    const found = end.exec(html);
    if (found !== null) return found.index + found[0].length;
    this.#open.add(name);
    return from;
  }
}

/** The address of a link as a person reads it; '' for one that is none of theirs (a script, a part of the page). */
function shown(href: string): string {
  if (/[\s<>]/.test(href)) return '';
  const bare = /^(?:mailto|tel):([^?]*)/i.exec(href);
  if (bare !== null) return bare[1] ?? '';
  return /^https?:\/\//i.test(href) ? href : '';
}

const plain = (text: string): string =>
  text
    .replace(/^https?:\/\//i, '')
    .replace(/^www\./i, '')
    .replace(/\/$/, '')
    .toLowerCase();
