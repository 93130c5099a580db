import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** One answer of an SMTP server: its code, and its lines with `\n` between. */
export type SmtpAnswer = { code: number; text: string };

/** A bare SMTP client: says exactly what it is told, in the pieces in which it is told. */
export type SmtpTalk = {
  /** The next answer; null = the peer has closed without one. */
  answer(): Promise<SmtpAnswer | null>;
  /** Writes a line (CRLF is added) and waits for the answer. Throws where the peer closes instead. */
  say(line: string): Promise<SmtpAnswer>;
  /** Octets as they are; resolves when the system has taken them. */
  write(octets: string | Buffer): Promise<void>;
  /** Shakes hands after an accepted STARTTLS; everything said later is under TLS. Any certificate will do. */
  secure(): Promise<void>;
  /** Resolves when the peer has closed. */
  closed: Promise<void>;
  destroy(): void;
  socket(): Socket;
};

/**
 * Opens a raw dialogue with 127.0.0.1:`port`. `from`: the local address, such as 127.0.0.3 (another "peer" for limits and
 * SPF). `ms`: how long one answer may take.
 */
export function smtpTalk(port: number, options: { from?: string; ms?: number; host?: string } = {}): Promise<SmtpTalk> {
  const ms = options.ms ?? 10_000;
  return new Promise((resolve, reject) => {
    let socket: Socket = connect({
      port,
      host: options.host ?? '127.0.0.1',
      localAddress: options.from ?? '127.0.0.1',
      noDelay: true,
    });
    const answers: SmtpAnswer[] = [];
    const waiting: ((answer: SmtpAnswer | null) => void)[] = [];
    let rest = '';
    let lines: string[] = [];
    let over = false;
    let isClosed = () => {};
    const closed = new Promise<void>((done) => {
      isClosed = done;
    });
    const read = (chunk: Buffer) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        lines.push(line);
        if (!/^\d{3}(?: |$)/.test(line)) continue;
        const answer = { code: Number(line.slice(0, 3)), text: lines.join('\n') };
        lines = [];
        const next = waiting.shift();
        if (next) next(answer);
        else answers.push(answer);
      }
    };
    const ended = () => {
      over = true;
      isClosed();
      for (const next of waiting.splice(0)) next(null);
    };
    const attach = (of: Socket) => {
      of.on('data', read);
      // A reset is an end as well: a server may close while we are still writing.
      of.on('error', ended);
      of.on('close', ended);
      of.on('end', () => of.end());
    };
    const talk: SmtpTalk = {
      closed,
      socket: () => socket,
      answer: () => {
        const ready = answers.shift();
        if (ready) return Promise.resolve(ready);
        if (over) return Promise.resolve(null);
        return new Promise((done, fail) => {
          const timer = setTimeout(() => fail(new Error(`no SMTP answer within ${ms} ms`)), ms);
          waiting.push((answer) => {
            clearTimeout(timer);
            done(answer);
          });
        });
      },
      async say(line) {
        await talk.write(`${line}\r\n`);
        const answer = await talk.answer();
        if (answer === null) throw new Error(`closed instead of an answer to ${line.slice(0, 40)}`);
        return answer;
      },
      write: (octets) =>
        new Promise((done) => {
          if (over || socket.destroyed) return done();
          socket.once('close', done);
          socket.write(octets, () => {
            socket.removeListener('close', done);
            done();
          });
        }),
      secure: () =>
        new Promise((done, fail) => {
          socket.removeAllListeners();
          const plain = socket;
          const secured = connectTls({ socket: plain, rejectUnauthorized: false, servername: 'localhost' }, () =>
            done(),
          );
          secured.once('error', fail);
          socket = secured;
          attach(secured);
        }),
      destroy: () => socket.destroy(),
    };
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      attach(socket);
      resolve(talk);
    });
  });
}

/** CRLF everywhere and a dot before a dot at the beginning of a line, then the final dot (RFC 5321 4.5.2). */
export function dotted(raw: string | Buffer): Buffer {
  const text = (typeof raw === 'string' ? Buffer.from(raw) : raw).toString('latin1');
  const lines = text.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  return Buffer.from(`${lines}${lines.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1');
}

/** How a mail fared: the answer that ended it, and at which word. */
export type Fate = SmtpAnswer & { at: 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'dot' };

/**
 * One whole mail over a connection of its own. `raw` with LF or CRLF; `from` '' = the null sender; several `to`: the mail
 * goes on while one of them is taken. Code 0: the peer closed.
 */
export async function sendMail(
  port: number,
  mail: {
    from: string;
    to: string | readonly string[];
    raw: string | Buffer;
    localAddress?: string;
    helo?: string;
    ms?: number;
  },
): Promise<Fate> {
  const talk = await smtpTalk(port, {
    ...(mail.localAddress ? { from: mail.localAddress } : {}),
    ...(mail.ms ? { ms: mail.ms } : {}),
  });
  const step = async (at: Fate['at'], octets: string | Buffer): Promise<Fate> => {
    if (octets.length > 0) await talk.write(octets);
    return { at, ...((await talk.answer()) ?? { code: 0, text: '' }) };
  };
  try {
    const greeting = await step('greeting', '');
    if (greeting.code !== 220) return greeting;
    const ehlo = await step('EHLO', `EHLO ${mail.helo ?? 'client.example'}\r\n`);
    if (ehlo.code !== 250) return ehlo;
    const started = await step('MAIL', `MAIL FROM:<${mail.from}>\r\n`);
    if (started.code !== 250) return started;
    let last = started;
    let taken = 0;
    for (const to of typeof mail.to === 'string' ? [mail.to] : mail.to) {
      last = await step('RCPT', `RCPT TO:<${to}>\r\n`);
      if (last.code === 250) taken++;
    }
    if (taken === 0) return last;
    const data = await step('DATA', 'DATA\r\n');
    if (data.code !== 354) return data;
    const end = await step('dot', dotted(mail.raw));
    await talk.write('QUIT\r\n');
    return end;
  } finally {
    talk.destroy();
  }
}
