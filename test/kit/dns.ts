import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { vectorPath } from './vectors.ts';

/** As `dns_stub.mjs` of the outside test data takes it: records by name, or `SERVFAIL`, `REFUSED`, `TIMEOUT`. */
export type Zone = Record<string, Record<string, unknown[]> | string>;

export type DnsStub = { server: string; stop(): Promise<void> };

/** A real DNS server over UDP and TCP on 127.0.0.1, in a process of its own. */
export async function startDns(zone: Zone): Promise<DnsStub> {
  const folder = mkdtempSync(join(tmpdir(), 'startstopp-dns-'));
  const file = join(folder, 'zone.json');
  writeFileSync(file, JSON.stringify(zone));
  const { port, child } = await start(file);
  return {
    server: `127.0.0.1:${port}`,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

const TRIES = 10;

/** The stub takes a port of both UDP and TCP; whichever another test takes first, the next one is tried. */
async function start(file: string): Promise<{ port: number; child: ChildProcess }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const child = spawn(process.execPath, [vectorPath('email/dns_stub.mjs'), file, String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      await listening(child);
      return { port, child };
    } catch (error) {
      if (tries === TRIES || !/EADDRINUSE/.test(String(error))) throw error;
    }
  }
}

async function listening(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += String(data);
      if (said.includes('dns_stub on')) resolve();
    });
    child.once('close', () => reject(new Error(`the DNS stub ended: ${said}`)));
  });
}

/** A name server that takes every question and never answers. */
export async function startSilentDns(): Promise<DnsStub & { asked(): number }> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', () => asked++);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked: () => asked,
    stop: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Hands questions on to `server` and its answers back, each answer `ms` late. */
export async function startSlowDns(server: string, ms: number): Promise<DnsStub> {
  const [address = '', port = ''] = server.split(':');
  const front = createSocket('udp4');
  const timers = new Set<NodeJS.Timeout>();
  const asking = new Set<Socket>();
  front.on('message', (question, peer) => {
    const back = createSocket('udp4');
    asking.add(back);
    back.on('message', (answer) => {
      back.close();
      asking.delete(back);
      const timer = setTimeout(() => {
        timers.delete(timer);
        front.send(answer, peer.port, peer.address);
      }, ms);
      timers.add(timer);
    });
    back.send(question, Number(port), address);
  });
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    server: `127.0.0.1:${front.address().port}`,
    stop: async () => {
      // All in one turn: what is still on its way must neither begin anew nor be answered from a closed socket.
      const closed = once(front, 'close');
      front.close();
      for (const back of asking) back.close();
      for (const timer of timers) clearTimeout(timer);
      await closed;
    },
  };
}
