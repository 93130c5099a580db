import { readMail } from './address.ts';

/** What an address header holds. */
export type Mailboxes = {
  /** Every mailbox that is plain (address.ts), in its order, in lower case. */
  plain: string[];
  /** Anything else beside them: a group, no mailbox, one that is not plain ASCII, or a form that readers disagree on. */
  odd: boolean;
};

type Entry = { phrase: string; angle: string; angles: number; after: string };

/** A header of addresses that is longer is read no further. */
const LONGEST = 64_000;

/**
 * Reads an address header (RFC 5322 3.4), unfolded and not decoded. It takes only what every reader takes the same way:
 * text in quotes and in comments is never an address, an encoded word is none (RFC 2047 5), and where an address stands
 * bare in a display name, a bracket is left open or anything follows it, the header is odd (M-1).
 */
export function readMailboxes(header: string): Mailboxes {
  const plain: string[] = [];
  const { entries, odd: broken } = split(header.slice(0, LONGEST));
  let odd = broken || header.length > LONGEST || entries.length === 0;
  for (const entry of entries) {
    const bare = entry.angles === 0;
    const address = (bare ? entry.phrase : entry.angle).trim();
    const clear = entry.angles < 2 && entry.after.trim() === '' && (bare || !entry.phrase.includes('@'));
    const read = readMail(address);
    // `=?utf-8?q?anna?=@p12.se` is a dot-atom to some and an encoded word to others.
    if (read.ok && !address.includes('=?')) plain.push(read.mail);
    else odd = true;
    if (!clear) odd = true;
  }
  return { plain, odd };
}

/** One pass: quotes and comments are taken out, commas outside them part the entries. */
function split(header: string): { entries: Entry[]; odd: boolean } {
  const entries: Entry[] = [];
  let odd = /\p{Cc}/u.test(header.replace(/\t/g, ''));
  let entry: Entry = { phrase: '', angle: '', angles: 0, after: '' };
  let place: 'phrase' | 'angle' | 'after' = 'phrase';
  let depth = 0;
  let quoted = false;
  const end = () => {
    if (entry.angles > 0 || entry.phrase.trim() !== '') entries.push(entry);
    entry = { phrase: '', angle: '', angles: 0, after: '' };
    place = 'phrase';
  };
  for (let at = 0; at < header.length; at++) {
    const char = header.charAt(at);
    if (char === '\\' && (quoted || depth > 0)) at += 1;
    else if (quoted) quoted = char !== '"';
    else if (depth > 0) depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    else if (char === '(') {
      depth = 1;
      entry[place] += ' ';
    } else if (char === '"') {
      quoted = true;
      // A quoted local part ("anna"@p12.se) is no plain mailbox: what is left of it is none either.
      entry[place] += place === 'phrase' ? ' ' : '"';
    } else if (char === '<') {
      odd ||= place === 'angle';
      entry.angles += 1;
      place = 'angle';
    } else if (char === '>') {
      odd ||= place !== 'angle';
      place = 'after';
    } else if (place === 'angle') entry.angle += char;
    else if (char === ',') end();
    else if (char === ':' || char === ';') {
      // A group: its members count as mailboxes, so that nobody is overlooked, and the header is odd.
      odd = true;
      if (char === ';') end();
      else entry.phrase = '';
    } else entry[place] += char;
  }
  odd ||= quoted || depth > 0 || place === 'angle';
  end();
  return { entries, odd };
}
