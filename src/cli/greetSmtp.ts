import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export type Greeting = { ok: true; starttls: boolean } | { ok: false; why: string };

/** Longer than any greeting; a peer that talks on is no mail server. */
const MOST = 8_192;

/**
 * Connects, waits for the greeting, says EHLO and QUIT, all within `waitMs`. Sends no mail and no password. `secure`: TLS
 * from the beginning; a certificate that does not hold is a reason like any other.
 */
export function greetSmtp(at: { host: string; port: number; secure: boolean; waitMs: number }): Promise<Greeting> {
  return new Promise((resolve) => {
    const { host, port } = at;
    const socket: Socket = at.secure
      ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }) })
      : connect(port, host);
    let text = '';
    let greeted = false;
    const done = (greeting: Greeting): void => {
      clearTimeout(late);
      resolve(greeting);
      socket.destroy();
    };
    const late = setTimeout(() => done({ ok: false, why: `no answer in ${at.waitMs / 1000} s` }), at.waitMs);
    socket.on('error', (error: NodeJS.ErrnoException) => done({ ok: false, why: error.code ?? 'no connection' }));
    socket.on('close', () => done({ ok: false, why: 'it hung up' }));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const code = /^(\d{3})(?: .*)?\r?\n/m.exec(text)?.[1];
      if (code === undefined) {
        if (text.length > MOST || /^(?!\d{3}[ -]).*\r?\n/.test(text))
          done({ ok: false, why: 'it does not speak SMTP' });
        return;
      }
      if (code !== (greeted ? '250' : '220')) return done({ ok: false, why: `it said ${code}` });
      if (greeted) {
        socket.write('QUIT\r\n');
        return done({ ok: true, starttls: /^250[- ]STARTTLS\b/im.test(text) });
      }
      greeted = true;
      text = '';
      socket.write('EHLO localhost\r\n');
    });
  });
}
