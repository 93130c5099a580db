import { createHash, createSign } from 'node:crypto';
import { connect } from 'node:net';
import { answering } from './processes.mjs';

/**
 * Mails of 1 KB, each from somebody else, signed by DKIM, over raw SMTP connections. A connection takes some mails and
 * then makes room for one from another address of this machine: a real door has limits for each.
 *
 * `prepare { run, count, key, domain, to }` writes and signs them; `fire { port, connections, count }` sends them.
 */
const MAILS_A_CONNECTION = 50;
let mails = [];
let next = 0;
let address = 1;

answering({}, async (order) => {
  if (order.do === 'prepare') {
    mails = Array.from({ length: order.count }, (_, n) => write(order, n));
    next = 0;
    return { bytes: mails[0].data.length };
  }
  const end = next + order.count;
  const began = performance.now();
  const one = async () => {
    while (next < end) await session(order.port, end);
  };
  await Promise.all(Array.from({ length: order.connections }, one));
  return { perSecond: (order.count * 1000) / (performance.now() - began) };
});

function write({ run, key, domain, to }, n) {
  const from = `anna${run}-${n}@${domain}`;
  const line = 'Vi ses vid hallen som vanligt, ta med vattenflaska och extra strumpor till barnen.\r\n';
  const body = `Hej,\r\n\r\n${line.repeat(6)}\r\nAnna ${n}\r\n`;
  const headers = [
    ['From', `Anna <${from}>`],
    ['To', to],
    ['Subject', `Lördag ${n}`.replace('ö', 'o')],
    ['Date', 'Sun, 22 Nov 2026 12:00:00 +0100'],
    ['Message-ID', `<${run}.${n}@${domain}>`],
    ['MIME-Version', '1.0'],
    ['Content-Type', 'text/plain; charset=utf-8'],
  ];
  const names = headers.map(([name]) => name.toLowerCase()).join(':');
  const hash = createHash('sha256').update(body).digest('base64');
  const unsigned = `v=1; a=rsa-sha256; c=relaxed/simple; d=${domain}; s=b; h=${names}; bh=${hash}; b=`;
  const signed = [...headers.map(([name, value]) => `${name.toLowerCase()}:${value}`), `dkim-signature:${unsigned}`];
  const signature = createSign('rsa-sha256').update(signed.join('\r\n')).sign(key, 'base64');
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return { from, to, data: `DKIM-Signature: ${unsigned}${signature}\r\n${head}\r\n${body}.\r\n` };
}

/** One connection with its mails. */
async function session(port, end) {
  const localAddress = `127.1.${(address >> 8) & 255}.${address & 255}`;
  address += 1;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.setNoDelay(true);
  const answers = answersOf(socket);
  await answers(220);
  const say = (text, code) => {
    socket.write(text);
    return answers(code);
  };
  await say('EHLO mail.example.se\r\n', 250);
  for (let i = 0; i < MAILS_A_CONNECTION && next < end; i++) {
    const { from, to, data } = mails[next++];
    await say(`MAIL FROM:<${from}>\r\n`, 250);
    await say(`RCPT TO:<${to}>\r\n`, 250);
    await say('DATA\r\n', 354);
    await say(data, 250);
  }
  socket.end('QUIT\r\n');
}

/** Waits for the next whole answer, which must have this code. */
function answersOf(socket) {
  let text = '';
  let settle = null;
  const look = () => {
    const whole = /^(?:\d{3}-[^\n]*\n)*(\d{3}) [^\n]*\n/.exec(text);
    if (!whole || !settle) return;
    text = text.slice(whole[0].length);
    const { code, resolve, reject } = settle;
    settle = null;
    if (Number(whole[1]) === code) resolve();
    else reject(new Error(`the mail door said ${whole[0]}`));
  };
  socket.on('data', (chunk) => {
    text += chunk;
    look();
  });
  socket.on('error', (error) => settle?.reject(error));
  return (code) =>
    new Promise((resolve, reject) => {
      settle = { code, resolve, reject };
      look();
    });
}
