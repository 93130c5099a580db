import { Pool } from 'undici';
import { copies } from '../kit/copies.mjs';
import { CONNECTIONS } from '../kit/postbox.mjs';
import { answering } from '../kit/processes.mjs';

/**
 * The least that can hand texts to Twilio: undici's pool, kept alive, one request at a time on each connection, the same
 * bodies as the project's, and the id read from each answer. No store, no receipts, no second thought.
 */
const api = new URL(process.env.TWILIO_API_URL);
const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: token } = process.env;
const pool = new Pool(api.origin, { connections: CONNECTIONS, pipelining: 1 });
const path = `/2010-04-01/Accounts/${account}/Messages.json`;
const headers = [
  ...['authorization', `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`],
  ...['accept', 'application/json', 'content-type', 'application/x-www-form-urlencoded'],
];

function send(body) {
  return new Promise((resolve, reject) => {
    let status = 0;
    let answer = '';
    pool.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData(_controller, chunk) {
          answer += chunk;
        },
        onResponseEnd() {
          if (status !== 201) reject(new Error(`answered ${status}`));
          else resolve(JSON.parse(answer).sid);
        },
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

answering({}, async ({ count, first, mostMs }) => {
  const until = performance.now() + mostMs;
  const cpu = process.cpuUsage();
  const all = copies(first, count);
  let next = 0;
  const lane = async () => {
    while (next < count && performance.now() < until) {
      const { to, from, text, deliveryId } = all(next++);
      await send(
        `To=${encodeURIComponent(to)}&From=${encodeURIComponent(from)}&Body=${encodeURIComponent(text)}` +
          `&StatusCallback=${callback}${deliveryId}&ValidityPeriod=14400`,
      );
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6 };
});
const callback = encodeURIComponent(`${process.env.PUBLIC_URL}/webhooks/twilio/status/`);
