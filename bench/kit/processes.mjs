import { fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Project's root: the benches run the built project, dist/. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = fileURLToPath(new URL('../', import.meta.url));

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/**
 * Starts `bench/<file>` as a process of its own, with one word for the way there and one for the way back: `ask(order)`
 * sends it and resolves with the next answer. The script uses `answering` below.
 */
export async function startScript(file, { env = {}, args = [], execArgv = [] } = {}) {
  const child = fork(`${FOLDER}${file}`, args, {
    execArgv,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  track(child);
  const ask = (order) =>
    new Promise((resolve, reject) => {
      const done = (settle) => (value) => {
        child.off('message', onMessage);
        child.off('exit', onExit);
        settle(value);
      };
      const onMessage = done((message) => ('fault' in message ? reject(new Error(message.fault)) : resolve(message)));
      const onExit = done((code) => reject(new Error(`${file} ended with ${code}`)));
      child.on('message', onMessage);
      child.on('exit', onExit);
      if (order !== undefined) child.send(order);
    });
  const ready = await ask();
  return { pid: child.pid, ready, ask, stop: () => stop(child, 'SIGKILL') };
}

/** The other end: says `ready`, then answers each order with what `work` gives. */
export function answering(ready, work) {
  process.on('message', (order) => {
    work(order).then(
      (answer) => process.send(answer ?? {}),
      (error) => process.send({ fault: error.stack ?? String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send(ready);
}

/** `startstopp serve` with these settings; resolves when it says that it runs. */
export async function startServe({ role, env, execArgv = [] }) {
  const child = spawn(process.execPath, [...execArgv, 'dist/main.js', 'serve', '--role', role], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  track(child);
  let said = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      if (said === null) return;
      said += chunk;
      if (!said.includes('Startstopp is running')) return;
      said = null;
      resolve();
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
  return { pid: child.pid, stop: () => stop(child, 'SIGTERM') };
}

function track(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

function stop(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}

/** User and system time that a process has used so far, seconds; null where there is no /proc. */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    // Clock ticks are 1/100 s on every Linux that node runs on.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

/** Resident memory of a process, bytes; null where there is no /proc. */
export function residentBytes(pid) {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
  } catch {
    return null;
  }
}

/** One clock for all processes of this machine, ms. */
export const wallClock = () => performance.timeOrigin + performance.now();
