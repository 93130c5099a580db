import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';

/**
 * One question for a name that c-ares will not send because it is no host name (`foo:bar.example`, `anna+p12._spf.…`):
 * SPF macros make such names, and RFC 7208 7.1 allows them. UDP only, one try, no caching; everything else goes through
 * node's resolver.
 */
const TYPES: Record<string, number> = { A: 1, PTR: 12, MX: 15, TXT: 16, AAAA: 28 };

/** What an answer says, or a code as node's resolver gives it. */
type Answer = { records: unknown[] } | { code: 'ENOTFOUND' | 'ENODATA' | 'ETIMEOUT' };

/** @param server `address`, `address:port` or `[address]:port`, as `Resolver.getServers` gives it. */
export async function askOddName(server: string, name: string, type: string, timeoutMs: number): Promise<Answer> {
  const number = TYPES[type];
  const wire = nameOf(name);
  if (number === undefined || wire === null) return { code: 'ENOTFOUND' };
  const id = randomInt(0x10000);
  const head = Buffer.from([id >> 8, id & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const question = Buffer.concat([head, wire, Buffer.from([0, number, 0, 1])]);
  const reply = await exchange(server, question, timeoutMs);
  if (reply === null) return { code: 'ETIMEOUT' };
  try {
    return readReply(reply, question, number);
  } catch {
    // A reply that is cut short: as if there was none.
    return { code: 'ETIMEOUT' };
  }
}

function nameOf(name: string): Buffer | null {
  const labels = name.replace(/\.$/, '').split('.');
  if (name.length > 253 || labels.some((label) => label.length < 1 || label.length > 63)) return null;
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(String.fromCharCode(label.length) + label)),
    Buffer.of(0),
  ]);
}

/** The socket is connected, so only the server can answer; its port is the system's choice. */
function exchange(server: string, question: Buffer, timeoutMs: number): Promise<Buffer | null> {
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? [];
  const address = v6 ?? v4 ?? server;
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (reply: Buffer | null) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(reply);
    };
    const timer = setTimeout(() => end(null), timeoutMs);
    socket.on('error', () => end(null));
    socket.on('message', (reply) => {
      if (reply.length >= question.length && reply.readUInt16BE(0) === question.readUInt16BE(0)) end(reply);
    });
    socket.connect(Number(port ?? 53), address, () => socket.send(question));
  });
}

function readReply(reply: Buffer, question: Buffer, type: number): Answer {
  const flags = reply.readUInt16BE(2);
  const rcode = flags & 15;
  const asked = reply.subarray(12, question.length).toString('latin1').toLowerCase();
  const truncated = (flags & 0x0200) !== 0;
  if (asked !== question.subarray(12).toString('latin1').toLowerCase() || truncated) return { code: 'ETIMEOUT' };
  if (rcode === 3) return { code: 'ENOTFOUND' };
  if (rcode !== 0) return { code: 'ETIMEOUT' };
  const records: unknown[] = [];
  let at = question.length;
  for (let left = reply.readUInt16BE(6); left > 0; left--) {
    at = readName(reply, at).next;
    const length = reply.readUInt16BE(at + 8);
    if (reply.readUInt16BE(at) === type) records.push(readRecord(reply, at + 10, length, type));
    at += 10 + length;
  }
  return records.length > 0 ? { records } : { code: 'ENODATA' };
}

function readRecord(reply: Buffer, at: number, length: number, type: number): unknown {
  const data = reply.subarray(at, at + length);
  if (data.length < length) throw new RangeError('cut short');
  if (type === TYPES['A']) return data.join('.');
  if (type === TYPES['AAAA']) return (data.toString('hex').match(/.{4}/g) ?? []).join(':');
  if (type === TYPES['PTR']) return readName(reply, at).name;
  if (type === TYPES['MX']) return { priority: data.readUInt16BE(0), exchange: readName(reply, at + 2).name };
  const texts: string[] = [];
  for (let from = 0; from < data.length; from += 1 + (data[from] ?? 0)) {
    texts.push(data.toString('utf8', from + 1, from + 1 + (data[from] ?? 0)));
  }
  return texts;
}

/** RFC 1035 4.1.4; pointers may only lead back, so it ends. */
function readName(reply: Buffer, start: number): { name: string; next: number } {
  const labels: string[] = [];
  let at = start;
  let next = 0;
  for (;;) {
    const length = reply.readUInt8(at);
    if (length === 0) return { name: labels.join('.'), next: next || at + 1 };
    if (length >= 0xc0) {
      const to = reply.readUInt16BE(at) & 0x3fff;
      if (to >= at) throw new RangeError('a pointer that leads on');
      next ||= at + 2;
      at = to;
    } else {
      labels.push(reply.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
}
