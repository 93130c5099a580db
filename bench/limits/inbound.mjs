import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import Sqlite from 'better-sqlite3';
import { answering } from '../kit/processes.mjs';

/**
 * The least that can do what one START does: node's http, a parser of its own, the HMAC, and the same six rows with the
 * same bytes under the same indexes, on the disk before the answer, many in one commit. No rules, no reads, no layers:
 * every value that does not change from stranger to stranger is a constant.
 */
const { DATABASE_URL, PUBLIC_URL, SECRET_KEY, TWILIO_AUTH_TOKEN } = process.env;
const db = new Sqlite(DATABASE_URL.slice('file:'.length));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('foreign_keys = ON');
db.pragma('cache_size = -8000');

const book = db.prepare(`select * from books where address = 'p12'`).get();
const { id: B, organisation_id: O, number_id: N } = book;
const JOINED = (await import('../../dist/i18n/index.js')).replyText('sv', {
  key: 'joined',
  params: { book: book.sms_name },
});
const { WORDING_VERSION } = await import('../../dist/core/keywords.js');

const begin = db.prepare('begin immediate');
const commit = db.prepare('commit');
const inbound = db.prepare(
  `insert into inbounds (id, organisation_id, number_id, book_id, door, sender, provider_id, text, media_count, kind, rule, also, at)
   values (?, '${O}', '${N}', '${B}', 'sms', ?, ?, ?, 0, 'join', 'B-1', '[]', ?) on conflict do nothing`,
);
const conversation = db.prepare(
  `insert into conversations (number_id, sender, state, version, updated_at) values ('${N}', ?, ?, 1, ?)`,
);
const member = db.prepare(
  `insert into members (id, book_id, phone, address_key, name, name_key, labels, fields, status, since, created_at, version)
   values (?, '${B}', ?, ?, '', '', '[]', '{}', 'active', ?, ?, 1)`,
);
const event = db.prepare(
  `insert into consent_events (id, at, organisation_id, book_id, event, rule, door, wording_version, address_hash, personal_hash)
   values (?, ?, '${O}', '${B}', 'joined', 'B-1', 'sms', '${WORDING_VERSION}', ?, ?)`,
);
const person = db.prepare(
  `insert into consent_persons (event_id, salt, address, name, text, provider_id) values (?, ?, ?, '', ?, ?)`,
);
const delivery = db.prepare(
  `insert into deliveries (kind, organisation_id, number_id, book_id, inbound_id, address, text, parts, priority, status, due_at,
     latest_at, attempts, created_at)
   values ('joined', '${O}', '${N}', '${B}', ?, ?, ?, 1, 0, 'queued', ?, ?, 0, ?)`,
);

/** RFC 9562, version 7, with a counter within the millisecond so that ids grow, as the project's do. */
function uuid(now) {
  count = now === last ? count + 1 : 0;
  last = now;
  const hex = now.toString(16).padStart(12, '0');
  const random = bytes(8);
  random[0] = 0x80 | (random[0] & 0x3f);
  const tail = random.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${count.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
let last = 0;
let count = 0;
let pool = randomBytes(8192);
let used = 0;
function bytes(count) {
  if (used + count > pool.length) {
    pool = randomBytes(8192);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

const mac = (text) => createHmac('sha256', SECRET_KEY).update(text).digest('base64url');

function write({ from, text, sid }) {
  const now = Date.now();
  const id = uuid(now);
  if (inbound.run(id, from, sid, text, now).changes === 0) return;
  conversation.run(from, firstState(id, now), now);
  member.run(uuid(now), from, `${from}|`, now, now);
  const salt = bytes(16).toString('base64url');
  const eventId = uuid(now);
  const personal = createHash('sha256')
    .update(JSON.stringify([salt, from, '', text, sid]))
    .digest('base64url');
  event.run(eventId, now, mac(`address\0${from}`), personal);
  person.run(eventId, salt, from, text, sid);
  delivery.run(id, from, JOINED, now, now + 86_400_000, now);
}
/** The conversation after a first START, as the project writes it; the key is a hash of the text, here always START. */
const firstState = (id, now) =>
  `{"recent":[{"key":"g6wwwcdc7e","at":${now},"providerAt":null,"inboundId":"${id}"}],"replies":[${now}],"mutedUntil":null,` +
  `"told":{},"pending":[],"leftConfirmed":{},"lastBook":{"id":"${B}","at":${now}},` +
  `"lastChange":{"kind":"join","bookId":"${B}","at":${now},"providerAt":null}}`;

let waiting = [];
function flush() {
  const taken = waiting;
  waiting = [];
  begin.run();
  for (const one of taken) write(one);
  commit.run();
  for (const { res } of taken) {
    res.writeHead(200, { 'content-type': 'text/xml', 'content-length': 11 });
    res.end('<Response/>');
  }
}

const decode = (text) =>
  text.includes('%') ? decodeURIComponent(text.replaceAll('+', ' ')) : text.replaceAll('+', ' ');

function take(req, res, body) {
  const fields = body.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
  fields.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  let signed = PUBLIC_URL + req.url;
  let from = '';
  let text = '';
  let sid = '';
  for (const [name, value] of fields) {
    signed += name + value;
    if (name === 'From') from = value;
    else if (name === 'Body') text = value;
    else if (name === 'MessageSid') sid = value;
  }
  const expected = createHmac('sha1', TWILIO_AUTH_TOKEN).update(signed).digest();
  const given = Buffer.from(req.headers['x-twilio-signature'] ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    res.writeHead(403).end();
    return;
  }
  if (waiting.length === 0) setImmediate(flush);
  waiting.push({ res, from, text, sid });
}

const server = createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => take(req, res, (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString()));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => answering({}, async () => ({})));
