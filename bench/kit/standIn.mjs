import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { answering, wallClock } from './processes.mjs';
import { ACCOUNT_SID } from './world.mjs';

/**
 * A stand-in for Twilio's Messages resource over HTTPS, in a process of its own: it answers each create call with 201
 * and a whole message resource, at once. It reads HTTP by hand so that it is never the slower side of the bench.
 *
 * `expect { marker, count }` begins anew; `wait { mostMs }` resolves when so many texts with the marker have been answered,
 * or when the time is over, with the times of the first request and the last answer. `count {}` says how many so far.
 */
const [certificate, key] = process.argv.slice(2);
let goal = { marker: '', count: 0 };
let seen = { marked: 0, other: 0, first: 0, last: 0, to: new Set(), connections: 0 };
let reached = null;
let sid = 0;

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key), ALPNProtocols: ['http/1.1'] });
server.on('secureConnection', (socket) => {
  socket.setNoDelay(true);
  seen.connections += 1;
  let rest = '';
  socket.on('data', (chunk) => {
    rest += chunk.latin1Slice();
    for (;;) {
      const head = rest.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (rest.length < end) return;
      if (!rest.startsWith('POST ')) throw new Error(`the stand-in got ${rest.slice(0, 40)}`);
      const body = rest.slice(head + 4, end);
      rest = rest.slice(end);
      take(socket, body);
    }
  });
  socket.on('error', () => {});
});

function take(socket, body) {
  const marked = body.includes(goal.marker);
  if (marked && seen.marked === 0) seen.first = wallClock();
  const to = field(body, 'To=');
  socket.write(answer(to, field(body, 'From='), body));
  if (!marked) {
    seen.other += 1;
    return;
  }
  seen.marked += 1;
  seen.to.add(to);
  seen.last = wallClock();
  if (seen.marked === goal.count) reached?.();
}

function field(body, name) {
  const start = body.indexOf(name) + name.length;
  const end = body.indexOf('&', start);
  const value = body.slice(start, end < 0 ? undefined : end);
  // The SDK writes a space as a plus.
  return decodeURIComponent(value.includes('+') ? value.replaceAll('+', ' ') : value);
}

/** A message resource as Twilio gives it, in its order; put together by hand because this process must not be the slower. */
function answer(to, from, body) {
  sid += 1;
  const id = `SM${sid.toString(16).padStart(32, '0')}`;
  const text = JSON.stringify(field(body, 'Body='));
  const json = `${START + text}${MIDDLE}${from}${DIRECTION}${id}","status":"queued","subresource_uris":{"media":"${URI}${id}/Media.json"},"to":"${to}","uri":"${URI}${id}.json"}`;
  return `${HEAD}${Buffer.byteLength(json)}\r\nTwilio-Request-Id: RQ${id.slice(2)}\r\n\r\n${json}`;
}
const URI = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/`;
const DATE = '"Sun, 22 Nov 2026 11:00:00 +0000"';
const START = `{"account_sid":"${ACCOUNT_SID}","api_version":"2010-04-01","body":`;
const MIDDLE = `,"date_created":${DATE},"date_sent":null,"date_updated":${DATE},"direction":"outbound-api","error_code":null,"error_message":null,"from":"`;
const DIRECTION =
  '","messaging_service_sid":null,"num_media":"0","num_segments":"1","price":null,"price_unit":"USD","sid":"';
const HEAD =
  'HTTP/1.1 201 CREATED\r\nContent-Type: application/json;charset=utf-8\r\nConnection: keep-alive\r\n' +
  'Date: Sun, 22 Nov 2026 11:00:00 GMT\r\nTwilio-Request-Duration: 0.031\r\nTwilio-Concurrent-Requests: 1\r\n' +
  'X-API-Domain: api.twilio.com\r\nStrict-Transport-Security: max-age=31536000\r\nContent-Length: ';

const report = () => ({
  ...{ marked: seen.marked, other: seen.other, distinct: seen.to.size, first: seen.first, last: seen.last },
  connections: seen.connections,
});

server.listen(0, '127.0.0.1', () => {
  answering({ port: server.address().port }, async (order) => {
    if (order.do === 'expect') {
      goal = order;
      seen = { marked: 0, other: 0, first: 0, last: 0, to: new Set(), connections: seen.connections };
    }
    if (order.do === 'wait' && seen.marked < goal.count) {
      await new Promise((resolve) => {
        reached = resolve;
        setTimeout(resolve, order.mostMs);
      });
    }
    return report();
  });
});
