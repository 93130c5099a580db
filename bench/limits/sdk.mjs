import twilio from 'twilio';
import { copies } from '../kit/copies.mjs';
import { CONNECTIONS } from '../kit/postbox.mjs';
import { answering } from '../kit/processes.mjs';

/** The official SDK, told the same: kept alive, as many sockets, the same texts. It has no address to set but hosts of Twilio's. */
class LocalClient extends twilio.RequestClient {
  request(options) {
    return super.request({
      ...options,
      uri: options.uri.replace('https://api.twilio.com', process.env.TWILIO_API_URL),
    });
  }
}
const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: token, PUBLIC_URL } = process.env;
const sockets = { keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: CONNECTIONS };
const client = twilio(account, token, { httpClient: new LocalClient(sockets) });

answering({}, async ({ count, first, mostMs }) => {
  const until = performance.now() + mostMs;
  const cpu = process.cpuUsage();
  const all = copies(first, count);
  let next = 0;
  const lane = async () => {
    while (next < count && performance.now() < until) {
      const { to, from, text, deliveryId } = all(next++);
      const statusCallback = `${PUBLIC_URL}/webhooks/twilio/status/${deliveryId}`;
      await client.messages.create({ to, from, body: text, statusCallback, validityPeriod: 14_400 });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6 };
});
