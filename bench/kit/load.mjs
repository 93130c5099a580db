import { connect } from 'node:net';
import { answering } from './processes.mjs';
import { inboundRequest, messageSid } from './signedForm.mjs';
import { phone } from './world.mjs';

/**
 * The load, in a process of its own: raw kept-alive sockets, requests built and signed beforehand. Only
 * `200 <Response/>` counts as answered.
 *
 * `prepare { run, first, count, text }` builds STARTs from strangers `first`, `first + 1`, …
 * `fire { port, sockets, count, mostMs }` sends the next `count` of them, one at a time on each socket, as fast as answers
 * come, and stops early after `mostMs`.
 * `drip { port, sockets, perSecond, count }` sends them at a fixed rate, whether answers come or not.
 */
let requests = [];
let next = 0;

answering({}, async (order) => {
  if (order.do === 'prepare') {
    requests = Array.from({ length: order.count }, (_, i) =>
      inboundRequest({ from: phone(order.first + i), text: order.text, sid: messageSid(order.run, order.first + i) }),
    );
    next = 0;
    return {};
  }
  if (order.do === 'send') {
    const [socket] = await open(order.port, 1);
    return summary([await exchange(socket, inboundRequest(order.request))], 0);
  }
  if (order.do === 'fire') return fire(order);
  return drip(order);
});

async function fire({ port, sockets: howMany, count, mostMs }) {
  const sockets = await open(port, howMany);
  const end = next + count;
  const times = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      while (next < end && performance.now() - started < mostMs) times.push(await exchange(socket, requests[next++]));
    }),
  );
  const result = summary(times, performance.now() - started, process.cpuUsage(cpu));
  for (const socket of sockets) socket.destroy();
  return result;
}

async function drip({ port, sockets: howMany, perSecond, count }) {
  const free = await open(port, howMany);
  const times = [];
  const started = performance.now();
  const under = [];
  for (let i = 0; i < count; i++) {
    const due = started + (i * 1000) / perSecond;
    while (performance.now() < due)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const socket = free.pop();
    if (!socket) throw new Error('every connection waits for an answer');
    const request = requests[next++];
    under.push(
      // Counted from when it was due, so that a late send does not hide a wait.
      exchange(socket, request, due).then((time) => {
        times.push(time);
        free.push(socket);
      }),
    );
  }
  await Promise.all(under);
  for (const socket of free) socket.destroy();
  return summary(times, performance.now() - started);
}

function open(port, howMany) {
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
      socket.once('error', reject);
    });
  return Promise.all(Array.from({ length: howMany }, one));
}

/** Resolves with the time that the answer took, ms; throws on any other answer than `200 <Response/>`. */
function exchange(socket, request, since = performance.now()) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const onData = (chunk) => {
      answer += chunk.latin1Slice();
      if (!answer.includes('\r\n\r\n')) return;
      const right = answer.startsWith('HTTP/1.1 200 ') && answer.endsWith('<Response/>');
      if (!right && answer.startsWith('HTTP/1.1 200 ')) return;
      done();
      if (right) resolve(performance.now() - since);
      else reject(new Error(`answered ${answer.slice(0, 400)}`));
    };
    const onClose = () => {
      done();
      reject(new Error('the connection was closed'));
    };
    const done = () => {
      socket.off('data', onData);
      socket.off('close', onClose);
    };
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.write(request);
  });
}

function summary(times, ms, cpu) {
  const sorted = times.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const load = cpu ? (cpu.user + cpu.system) / 1000 / ms : null;
  return {
    answered: sorted.length,
    perSecond: (sorted.length * 1000) / ms,
    ms: { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) },
    loadBusy: load,
  };
}
