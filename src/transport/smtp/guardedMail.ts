import { Transform } from 'node:stream';
import { SINGLE_HEADERS } from '../../core/mailProof.ts';

/**
 * What stands between a peer and mailauth 4.13.3. Its cost is square in some things that the peer chooses (a body of one
 * line, a signature of semicolons, a thousand folds, `l=` with a thousand lengths) and it keeps every blank line of a run
 * in memory; so such a mail is passed on no further and counts as not readable. No honest mail comes near these limits:
 * RFC 5322 2.1.1 allows 998 octets a line.
 */
const HEADER_OCTETS = 128 * 1024;
const HEADER_LINES = 2_000;
const FIELD_OCTETS = 16 * 1024;
const LINE_OCTETS = 64 * 1024;
const BLANK_LINES = 2_000;
/** 25 MB in lines of 76 are 350,000; a tab at its end makes a line cost 2 µs. */
const LINES = 500_000;
/** RFC 6376 6.1 lets us choose. Real mails have one to four. */
const SIGNATURES = 10;
const SIGNATURE_OCTETS = 8 * 1024;
/** 50 sets of three (RFC 8617 4.2.1). */
const ARC_FIELDS = 150;
const RUN = /[;:\s]{200}/;

/** A signature that proves nothing whatever it says, and so is not checked (M-1, RFC 8301 3.1). */
export type Skipped = { domain: string; selector: string; why: 'body_length' | 'sha1' };

export type GuardedMail = {
  /** Write the mail to it and read from it what may be checked; it takes the whole mail in any case. */
  stream: Transform;
  skipped: Skipped[];
  doubled: string[];
  /** Names of the headers, in lower case. */
  names: Set<string>;
  /** There are ARC headers to check; `broken`: there are, but none that could be. */
  arc: 'none' | 'whole' | 'broken';
  /** Every DKIM signature's own list of what it signs, by its `b=` without blanks. */
  signs: Map<string, string[]>;
  unreadable: boolean;
};

type Field = { name: string; raw: string };

export function guardMail(): GuardedMail {
  let header: Buffer[] | null = [];
  let headerOctets = 0;
  let tail = '';
  const body = watchLines();

  const takeHeader = (block: Buffer, stream: Transform) => {
    const passed = readHeader(block.toString('latin1'), mail);
    if (!mail.unreadable) stream.push(Buffer.from(passed, 'latin1'));
    header = null;
  };
  const takeBody = (chunk: Buffer, stream: Transform) => {
    if (chunk.length === 0 || mail.unreadable) return;
    if (body(chunk)) stream.push(chunk);
    else mail.unreadable = true;
  };
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (header === null || mail.unreadable) {
        takeBody(chunk, this);
        return done();
      }
      header.push(chunk);
      headerOctets += chunk.length;
      // The end can lie across two chunks; three octets of the one before are enough to see it.
      const seen = tail + chunk.toString('latin1');
      tail = seen.slice(-3);
      const end = /\n\r?\n/.exec(seen);
      if (end !== null) {
        const all = Buffer.concat(header);
        const cut = headerOctets - seen.length + end.index + end[0].length;
        if (cut > HEADER_OCTETS) mail.unreadable = true;
        else takeHeader(all.subarray(0, cut), this);
        takeBody(all.subarray(cut), this);
      } else if (headerOctets > HEADER_OCTETS) {
        mail.unreadable = true;
        header = null;
      }
      done();
    },
    flush(done) {
      if (header !== null && !mail.unreadable) takeHeader(Buffer.concat(header), this);
      done();
    },
  });
  const mail: GuardedMail = {
    stream,
    skipped: [],
    doubled: [],
    names: new Set(),
    arc: 'none',
    signs: new Map(),
    unreadable: false,
  };
  return mail;
}

/** Reads the header block into `mail` and gives back what is passed on, octet for octet. */
function readHeader(block: string, mail: GuardedMail): string {
  const end = /\r?\n(?:\r?\n)?$/.exec(block)?.[0] ?? '';
  const lines = block.slice(0, block.length - end.length).split('\n');
  // A bare CR, a NUL, or a fold by anything but a blank is read as one header by some and as two by others.
  const torn = lines.some((line) => /^[^\S \t\r]/.test(line) || /\r(?!$)|\0/.test(line));
  const fields = torn || lines.length > HEADER_LINES ? [] : joinFolds(lines);
  if (fields.length === 0 || fields.some(isTooLong)) {
    mail.unreadable = true;
    return '';
  }
  for (const field of fields) mail.names.add(field.name);
  mail.doubled = SINGLE_HEADERS.filter((single) => fields.filter((field) => field.name === single).length > 1);
  mail.arc = arcOf(fields);
  let signatures = 0;
  const passed = fields.filter((field) => {
    if (field.name.startsWith('arc-')) return mail.arc === 'whole';
    if (field.name !== 'dkim-signature') return true;
    return isCheckable(field) && readSignature(field, mail) && ++signatures <= SIGNATURES;
  });
  return passed.map((field) => field.raw).join('\n') + end;
}

function joinFolds(lines: readonly string[]): Field[] {
  const fields: string[][] = [];
  for (const line of lines) {
    if (/^[ \t]/.test(line) && fields.length > 0) fields.at(-1)?.push(line);
    else fields.push([line]);
  }
  return fields.map((parts) => {
    const raw = parts.join('\n');
    return {
      name: raw
        .slice(0, Math.max(0, raw.indexOf(':')))
        .trim()
        .toLowerCase(),
      raw,
    };
  });
}

const isTooLong = (field: Field): boolean =>
  (field.name === 'from' || field.name === 'content-type') && field.raw.length > FIELD_OCTETS;

const isCheckable = (field: Field): boolean => field.raw.length <= SIGNATURE_OCTETS && !RUN.test(field.raw);

function arcOf(fields: readonly Field[]): GuardedMail['arc'] {
  const arc = fields.filter((field) => /^arc-(seal|message-signature|authentication-results)$/.test(field.name));
  if (arc.length === 0) return 'none';
  const limited = arc.some((field) => field.name === 'arc-message-signature' && tagsOf(field).has('l'));
  return arc.length <= ARC_FIELDS && arc.every(isCheckable) && !limited ? 'whole' : 'broken';
}

/** false = it proves nothing, so it is noted and not passed on. */
function readSignature(field: Field, mail: GuardedMail): boolean {
  const tags = tagsOf(field);
  const signed = (tags.get('h') ?? '').toLowerCase().split(':');
  mail.signs.set(
    (tags.get('b') ?? '').replace(/\s+/g, ''),
    signed.map((name) => name.trim()),
  );
  const sha1 = /-sha1\s*$/i.test(tags.get('a') ?? '');
  if (!sha1 && !tags.has('l')) return true;
  const domain = (tags.get('d') ?? '').trim().toLowerCase();
  mail.skipped.push({ domain, selector: (tags.get('s') ?? '').trim(), why: sha1 ? 'sha1' : 'body_length' });
  return false;
}

/** RFC 6376 3.2. */
function tagsOf(field: Field): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of field.raw.slice(field.raw.indexOf(':') + 1).split(';')) {
    const at = part.indexOf('=');
    if (at > 0) tags.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  return tags;
}

/** Goes through the body as it comes; false = an endless line, or endless lines. */
function watchLines(): (chunk: Buffer) => boolean {
  let length = 0;
  let blank = true;
  let blanks = 0;
  let lines = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const newline = chunk.indexOf(0x0a, at);
      const end = newline < 0 ? chunk.length : newline;
      length += end - at;
      for (let i = at; blank && i < end; i++) blank = isBlank(chunk[i] ?? 0);
      if (length > LINE_OCTETS) return false;
      at = end + 1;
      if (newline < 0) return true;
      blanks = blank ? blanks + 1 : 0;
      if (blanks > BLANK_LINES || ++lines > LINES) return false;
      length = 0;
      blank = true;
    }
    return true;
  };
}

const isBlank = (octet: number): boolean => octet === 0x20 || octet === 0x09 || octet === 0x0d;
