import type { SMTPServerOptions } from 'smtp-server';
import { sendMail } from './mail.ts';
import { startSmarthost } from './smarthost.ts';

/** A mail that passed through; `code`: what the place that it was for answered, 0 = it was for a person's inbox. */
export type RelayedMail = { from: string; to: string; raw: string; code: number };

export type Relay = {
  url: string;
  passed: RelayedMail[];
  /** Mails that are on their way to a list, or answers that robots still owe. */
  underWay(): number;
  /** Where the mails for a domain go: a port of 127.0.0.1. */
  route(domain: string, port: number): void;
  stop(): Promise<void>;
};

/** What somebody does with a mail that lies in their inbox: sends another one, or nothing. */
export type Reader = (mail: RelayedMail) => { from: string; to: string; raw: string } | null;

/**
 * The world between installations: takes every mail that is handed over, passes on those for a list's domain as they are
 * (`alter`: as a gateway makes them), and lays all others into inboxes, which `reader` may answer.
 */
export async function startRelay(reader: Reader, alter: (raw: string) => string = (raw) => raw): Promise<Relay> {
  const passed: RelayedMail[] = [];
  const routes = new Map<string, number>();
  const jobs = new Set<Promise<void>>();
  let stopped = false;

  async function pass(mail: { from: string; to: string; raw: string }): Promise<void> {
    if (stopped) return;
    const port = routes.get(mail.to.slice(mail.to.lastIndexOf('@') + 1));
    const raw = port === undefined ? mail.raw : alter(mail.raw);
    const one = { ...mail, raw, code: 0 };
    passed.push(one);
    if (port !== undefined) {
      one.code = (await sendMail(port, { ...one, raw: Buffer.from(raw, 'latin1'), ms: 20_000 })).code;
      return;
    }
    const answer = reader(one);
    if (answer !== null) await pass(answer);
  }
  /** Counted before whoever handed it over hears 250: at no moment is it nowhere. */
  const take = (mail: { from: string; to: string; raw: string }): void => {
    const job: Promise<void> = pass(mail)
      .catch(() => undefined)
      .finally(() => jobs.delete(job));
    jobs.add(job);
  };

  const onData: SMTPServerOptions['onData'] = (stream, { envelope: { mailFrom, rcptTo } }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const raw = Buffer.concat(chunks).toString('latin1');
      for (const { address } of rcptTo) take({ from: mailFrom === false ? '' : mailFrom.address, to: address, raw });
      done();
    });
  };
  const host = await startSmarthost({ onData });
  return {
    url: host.url,
    passed,
    underWay: () => jobs.size,
    route: (domain, port) => void routes.set(domain, port),
    async stop() {
      stopped = true;
      await host.stop();
      await Promise.all(jobs);
    },
  };
}
