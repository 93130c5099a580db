import { readFileSync } from 'node:fs';
import { wait } from '../app/clock.ts';
import { createMailIntake } from '../app/receiveMail.ts';
import type { Config } from '../config.ts';
import { mailProof } from '../core/mailProof.ts';
import { createAuthenticator } from '../transport/smtp/authenticate.ts';
import { createMailDoor, type MailDoor } from '../transport/smtp/listener.ts';
import { readMail } from '../transport/smtp/readMail.ts';
import { createDns } from '../transport/smtp/resolver.ts';
import type { Context } from './context.ts';
import { Stopped } from './installation.ts';

/** The mail door with its parts; `close` also ends what it still asks the DNS. */
export function openMailDoor(context: Context): MailDoor {
  const { config, store, clock, ids, keyed, log } = context;
  const dns = createDns(config.dnsServers);
  const { listDomain, publicUrl } = config;
  const door = createMailDoor({
    intake: createMailIntake({ store, clock, ids, keyed, log, listDomain, publicUrl, wait }),
    domain: listDomain,
    host: config.smtpHost,
    port: config.smtpPort,
    tls: certificateOf(config),
    authenticate: createAuthenticator({ resolve: dns.resolve, clock }),
    read: readMail,
    prove: mailProof,
    clock,
    ids,
    log,
  });
  return {
    listen: () =>
      door.listen().catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE')
          throw new Stopped(`Port ${config.smtpPort} is taken; set SMTP_PORT to another, or leave smtp out of --role.`);
        throw error;
      }),
    async close(ms) {
      await door.close(ms);
      dns.close();
    },
  };
}

function certificateOf({ smtpTlsCert, smtpTlsKey }: Config): { cert: string; key: string } | null {
  if (smtpTlsCert === null || smtpTlsKey === null) return null;
  return { cert: pem('SMTP_TLS_CERT', smtpTlsCert), key: pem('SMTP_TLS_KEY', smtpTlsKey) };
}

function pem(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Stopped(`${setting} names a file that cannot be read.`);
  }
}
