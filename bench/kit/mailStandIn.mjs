import { createServer } from 'node:net';
import { answering, wallClock } from './processes.mjs';

/**
 * A smarthost that does the least: takes every mail over SMTP with PIPELINING and answers at once. It counts the mails
 * that hold the marker, by recipient and by their own link for leaving. (smtp-server would be the slower side.)
 */
const GREETING = '220 stand-in ESMTP\r\n';
const EHLO = '250-stand-in\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 30000000\r\n';
const END = '\r\n.\r\n';

let wanted = { marker: '\0', count: 0 };
let recipients = new Set();
let links = new Set();
let taken = 0;
let octets = 0;
let first = 0;
let last = 0;
let done = () => {};

function take(to, mail) {
  if (!mail.includes(wanted.marker)) return;
  if (recipients.size === 0) first = wallClock();
  recipients.add(to);
  const at = mail.indexOf('List-Unsubscribe: <');
  links.add(mail.slice(at + 19, mail.indexOf('>', at)));
  taken += 1;
  octets += mail.length;
  last = wallClock();
  if (recipients.size >= wanted.count) done();
}

const server = createServer({ noDelay: true }, (socket) => {
  let text = '';
  let to = '';
  let inMail = false;
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.write(GREETING);
  socket.on('data', (chunk) => {
    text += chunk;
    let answers = '';
    for (;;) {
      if (inMail) {
        const end = text.indexOf(END);
        if (end < 0) break;
        take(to, text.slice(0, end));
        text = text.slice(end + END.length);
        inMail = false;
        answers += '250 taken\r\n';
        continue;
      }
      const end = text.indexOf('\r\n');
      if (end < 0) break;
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      const word = line.slice(0, 4).toUpperCase();
      if (word === 'EHLO') answers += EHLO;
      else if (word === 'DATA') {
        inMail = true;
        answers += '354 go\r\n';
      } else if (word === 'QUIT') socket.end('221 bye\r\n');
      else {
        if (word === 'RCPT') to = line.slice(line.indexOf('<') + 1, line.indexOf('>'));
        answers += '250 ok\r\n';
      }
    }
    if (answers !== '') socket.write(answers);
  });
});

server.listen(0, '127.0.0.1', () => {
  answering({ port: server.address().port }, async (order) => {
    if (order.do === 'expect') {
      wanted = order;
      recipients = new Set();
      links = new Set();
      taken = 0;
      octets = 0;
      return {};
    }
    if (order.do === 'wait') {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, order.mostMs);
        done = () => {
          clearTimeout(timer);
          resolve();
        };
        if (recipients.size >= wanted.count) done();
      });
    }
    return { marked: recipients.size, links: links.size, taken, octets, first, last };
  });
});
