import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { freePort } from './ports.ts';
import { vectorPath } from './vectors.ts';

/** One mail as a smarthost took it. */
export type TakenMail = { from: string; to: string[]; raw: string; session: string };
export type Smarthost = { port: number; url: string; taken: TakenMail[]; stop(): Promise<void> };

/** A real SMTP server (smtp-server) on 127.0.0.1 that takes everything, or answers as `options` say. */
export async function startSmarthost(options: SMTPServerOptions = {}, port = 0): Promise<Smarthost> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('latin1'),
          session: session.id,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const { port: own } = server.server.address() as AddressInfo;
  return {
    port: own,
    url: `smtp://127.0.0.1:${own}`,
    taken,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of server.connections as Set<{ close(): void }>) connection.close();
      }),
  };
}

/** What `smtp_sink.mjs` of the vectors can be told to do: at which stage, and what. */
export type SinkRule = { stage: string; do: string; times?: number; match?: string };
export type SinkMail = { from: string; rcpt: string[]; messageId?: string; subject?: string; raw: string };
export type Sink = {
  port: number;
  url: string;
  rules(rules: SinkRule[]): Promise<void>;
  log(): Promise<SinkMail[]>;
  connections(): Promise<number>;
  stop(): Promise<void>;
};

/** The misbehaving stand-in from the vectors, as a process of its own. */
export async function startSink(): Promise<Sink> {
  const [port, control] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'sink-'));
  const child = spawn(
    process.execPath,
    [vectorPath('faults/smtp_sink.mjs'), String(port), String(control), join(folder, 'ledger.jsonl')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  const at = `http://127.0.0.1:${control}`;
  const set = async (what: object) =>
    void (await (await fetch(`${at}/set`, { method: 'POST', body: JSON.stringify(what) })).text());
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    rules: (rules) => set({ rules }),
    async log() {
      const text = await (await fetch(`${at}/log`)).text();
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const { raw_b64: raw, ...rest } = JSON.parse(line) as Omit<SinkMail, 'raw'> & { raw_b64: string };
          return { ...rest, raw: Buffer.from(raw, 'base64').toString('latin1') };
        });
    },
    async connections() {
      return ((await (await fetch(`${at}/stat`)).json()) as { connections: number }).connections;
    },
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
