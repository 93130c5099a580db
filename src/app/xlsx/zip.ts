import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/**
 * As much of ZIP (APPNOTE 6.3.10) as a spreadsheet needs. Reading trusts nothing that an archive says of itself: the
 * sizes in its directory may lie, so every file is unpacked against a limit.
 */
export type ZipEntry = { name: string; method: number; packed: number; at: number; locked: boolean };

/** `damaged`: not what it should be; `large`: more than the limit. */
export class BadZip extends Error {
  readonly why: 'damaged' | 'large' | 'locked';
  constructor(why: BadZip['why']) {
    super(`the archive is ${why}`);
    this.why = why;
  }
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
/** A workbook has some twenty files; one with a hundred sheets a few hundred. */
const MOST_ENTRIES = 5_000;

export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** The files of an archive by name, as its directory lists them. Throws `BadZip`. */
export function entriesOf(bytes: Buffer): Map<string, ZipEntry> {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count > MOST_ENTRIES) throw new BadZip('large');
  const entries = new Map<string, ZipEntry>();
  for (let no = 0; no < count; no++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw new BadZip('damaged');
    const [nameBytes, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const next = at + 46 + (nameBytes ?? 0) + (extra ?? 0) + (comment ?? 0);
    if (next > bytes.length) throw new BadZip('damaged');
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0));
    // Two files of one name: which of them is meant depends on who reads.
    if (entries.has(name)) throw new BadZip('damaged');
    entries.set(name, {
      name,
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      at: bytes.readUInt32LE(at + 42),
      locked: (bytes.readUInt16LE(at + 8) & 1) === 1,
    });
    at = next;
  }
  return entries;
}

function findEnd(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= first; at--) if (bytes.readUInt32LE(at) === END) return at;
  throw new BadZip('damaged');
}

const inflate = promisify(inflateRaw);

/** One file unpacked, at most `most` bytes of it; off the main thread. Throws `BadZip`. */
export async function unpacked(bytes: Buffer, { at, packed, method, locked }: ZipEntry, most: number): Promise<Buffer> {
  if (locked) throw new BadZip('locked');
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL) throw new BadZip('damaged');
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  if (start + packed > bytes.length) throw new BadZip('damaged');
  const data = bytes.subarray(start, start + packed);
  if (method === 0) {
    if (data.length > most) throw new BadZip('large');
    return data;
  }
  if (method !== 8) throw new BadZip('damaged');
  try {
    return await inflate(data, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    throw new BadZip((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'large' : 'damaged');
  }
}

/** Header and directory line of one file; sizes and checksum stand behind its bytes where `streamed`. */
type Written = { name: string; crc: number; packed: number; size: number; method: 0 | 8; at: number };

const STREAMED = 0x0008;
const UTF8 = 0x0800;
/** 1 January 1980: when a list was made is nobody's business but the reader's. */
const DATE = 0x0021;

export function localHeader({ name, crc, packed, size, method }: Omit<Written, 'at'>, streamed: boolean): Buffer {
  const path = Buffer.from(name);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(LOCAL, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(UTF8 | (streamed ? STREAMED : 0), 6);
  head.writeUInt16LE(method, 8);
  head.writeUInt16LE(DATE, 12);
  head.writeUInt32LE(crc, 14);
  head.writeUInt32LE(packed, 18);
  head.writeUInt32LE(size, 22);
  head.writeUInt16LE(path.length, 26);
  return Buffer.concat([head, path]);
}

/** After the bytes of a file whose sizes nobody knew before. */
export function descriptor({ crc, packed, size }: Written): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

/** The directory, `at` bytes into the archive. */
export function directory(files: readonly (Written & { streamed: boolean })[], at: number): Buffer {
  const lines = files.map((file) => {
    const path = Buffer.from(file.name);
    const line = Buffer.alloc(46);
    line.writeUInt32LE(CENTRAL, 0);
    line.writeUInt16LE(20, 4);
    line.writeUInt16LE(20, 6);
    line.writeUInt16LE(UTF8 | (file.streamed ? STREAMED : 0), 8);
    line.writeUInt16LE(file.method, 10);
    line.writeUInt16LE(DATE, 14);
    line.writeUInt32LE(file.crc, 16);
    line.writeUInt32LE(file.packed, 20);
    line.writeUInt32LE(file.size, 24);
    line.writeUInt16LE(path.length, 28);
    line.writeUInt32LE(file.at, 42);
    return Buffer.concat([line, path]);
  });
  const size = lines.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...lines, end]);
}

/**
 * An archive of these files as they are, unpacked, in the pieces that make it up: none is copied. Without checksums, for
 * it is handed to a reader in the next room.
 */
export function storedZip(files: readonly { name: string; bytes: Uint8Array }[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const written: (Written & { streamed: boolean })[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const size = bytes.length;
    const file = { name, crc: 0, packed: size, size, method: 0 as const, at, streamed: false };
    const head = localHeader(file, false);
    parts.push(head, bytes);
    written.push(file);
    at += head.length + size;
  }
  return [...parts, directory(written, at)];
}
