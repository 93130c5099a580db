import { createSocket } from 'node:dgram';
import { answering } from './processes.mjs';

/**
 * Answers TXT questions over UDP from the records given as JSON in its argument, at once, in a process of its own; every
 * other name does not exist.
 */
const records = new Map(Object.entries(JSON.parse(process.argv[2])));
const socket = createSocket('udp4');
const TXT = 16;

socket.on('message', (question, peer) => {
  let at = 12;
  const labels = [];
  while (question[at] !== 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + question[at]));
    at += question[at] + 1;
  }
  const type = question.readUInt16BE(at + 1);
  const text = records.get(labels.join('.').toLowerCase());
  const found = text !== undefined && type === TXT;
  const head = Buffer.from(question.subarray(0, at + 5));
  // Answer, recursion available; no such name where there is none.
  head.writeUInt16BE(text === undefined ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(found ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  socket.send(found ? Buffer.concat([head, answer(text)]) : head, peer.port, peer.address);
});

/** Name by pointer, TXT, IN, an hour; strings of at most 255 octets. */
function answer(text) {
  const octets = Buffer.from(text);
  const strings = [];
  for (let from = 0; from < octets.length; from += 255) {
    const part = octets.subarray(from, from + 255);
    strings.push(Buffer.from([part.length]), part);
  }
  const data = Buffer.concat(strings);
  const head = Buffer.from([0xc0, 12, 0, TXT, 0, 1, 0, 0, 0x0e, 0x10, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

socket.bind(0, '127.0.0.1', () => answering({ port: socket.address().port }, async () => ({})));
