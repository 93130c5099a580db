import { Resolver } from 'node:dns/promises';
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { dkimRecord } from './dkimCommands.ts';
import type { Finding } from './finding.ts';
import { greetSmtp } from './greetSmtp.ts';
import { DKIM_FILE, DKIM_SELECTOR } from './mailOut.ts';

const WAIT_MS = 3_000;

type Asked = Pick<
  Config,
  'listDomain' | 'publicUrl' | 'smtpHost' | 'smtpPort' | 'smtpTlsCert' | 'mailUrl' | 'dnsServers'
>;

/** The mail door: does it listen, does the world's mail find it, will ours be believed, and is there a way out? */
export async function mailFindings(config: Asked, folder: string): Promise<Finding[]> {
  const found = [await door(config), await smarthost(config)];
  if (config.listDomain === 'localhost')
    return [
      ...found,
      {
        what: 'LIST_DOMAIN',
        state: 'warn',
        says: 'is localhost; set it to the domain of the lists, such as lists.example.se, so that books can be mailed',
      },
    ];
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  if (config.dnsServers.length > 0) resolver.setServers(config.dnsServers);
  const records = await Promise.all([
    mx(config, resolver),
    spf(config, resolver),
    dkim(config, resolver, folder),
    dmarc(config, resolver),
  ]);
  return [...found, ...records];
}

async function door({ smtpHost, smtpPort, smtpTlsCert }: Asked): Promise<Finding> {
  const what = 'mail door';
  const at = `${smtpHost}:${smtpPort}`;
  const greeting = await greetSmtp({ host: smtpHost, port: smtpPort, secure: false, waitMs: WAIT_MS });
  if (!greeting.ok)
    return {
      what,
      state: 'warn',
      says: `does not answer on ${at} (${greeting.why}); it listens while startstopp serve runs with the role smtp`,
    };
  if (!smtpTlsCert)
    return {
      what,
      state: 'warn',
      says: `listens on ${at} without TLS; set SMTP_TLS_CERT and SMTP_TLS_KEY, or mail travels in the open`,
    };
  return { what, state: 'ok', says: `listens on ${at} with STARTTLS; the world's port 25 must lead there` };
}

async function smarthost({ mailUrl }: Asked): Promise<Finding> {
  const what = 'MAIL_URL';
  if (mailUrl === null)
    return { what, state: 'warn', says: 'is not set; copies, answers and notices to mail addresses wait' };
  const url = new URL(mailUrl);
  const secure = url.protocol === 'smtps:';
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const greeting = await greetSmtp({ host, port, secure, waitMs: WAIT_MS });
  if (!greeting.ok)
    return {
      what,
      state: 'bad',
      says: `${host}:${port} does not answer as a mail server (${greeting.why}); look at the host, the port and the firewall`,
    };
  if (url.username !== '' && !secure && !greeting.starttls)
    return {
      what,
      state: 'bad',
      says: `${host}:${port} offers no STARTTLS, so the password would travel in the open; use smtps:// or another port`,
    };
  return { what, state: 'ok', says: `${host}:${port} answers${secure || greeting.starttls ? ' and encrypts' : ''}` };
}

type Answer<T> = { ok: true; records: T[] } | { ok: false };

/** A name that is not there has no records; a name server that does not answer is something else. */
async function ask<T>(question: Promise<T[]>): Promise<Answer<T>> {
  try {
    return { ok: true, records: await question };
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'ENOTFOUND' || code === 'ENODATA' ? { ok: true, records: [] } : { ok: false };
  }
}

const noAnswer = (what: string, name: string): Finding => ({
  what,
  state: 'warn',
  says: `the name servers gave no answer about ${name}; look again later, or at DNS_SERVERS`,
});

const textsOf = async (resolver: Resolver, name: string, begins: RegExp): Promise<Answer<string>> => {
  const answer = await ask(resolver.resolveTxt(name));
  return answer.ok
    ? { ok: true, records: answer.records.map((parts) => parts.join('')).filter((text) => begins.test(text)) }
    : answer;
};

async function addressesOf(resolver: Resolver, name: string): Promise<string[]> {
  if (/^[\d.]+$|:/.test(name)) return [name];
  const [v4, v6] = await Promise.all([ask(resolver.resolve4(name)), ask(resolver.resolve6(name))]);
  return [...(v4.ok ? v4.records : []), ...(v6.ok ? v6.records : [])];
}

async function mx({ listDomain, publicUrl }: Asked, resolver: Resolver): Promise<Finding> {
  const what = `MX of ${listDomain}`;
  const host = new URL(publicUrl).hostname;
  const advice = `add  ${listDomain}. MX 10 ${host}.`;
  const answer = await ask(resolver.resolveMx(listDomain));
  if (!answer.ok) return noAnswer(what, listDomain);
  const exchanges = answer.records.map(({ exchange }) => exchange.toLowerCase()).filter((name) => name !== '');
  if (exchanges.length === 0)
    return {
      what,
      state: 'bad',
      says: `${answer.records.length > 0 ? 'says that the domain takes no mail' : 'is missing, so mail to the books finds no way here'}; ${advice}`,
    };
  const own = new Set([
    ...Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
    ...(await addressesOf(resolver, host)),
  ]);
  for (const exchange of exchanges) {
    const ours = exchange === host || (await addressesOf(resolver, exchange)).some((address) => own.has(address));
    if (ours) return { what, state: 'ok', says: `leads here, by ${exchange}` };
  }
  return {
    what,
    state: 'warn',
    says: `leads to ${exchanges.join(', ')}, which is not this machine; right only where that one passes mail on to us. Else ${advice}`,
  };
}

async function spf({ listDomain, mailUrl }: Asked, resolver: Resolver): Promise<Finding> {
  const what = `SPF of ${listDomain}`;
  const answer = await textsOf(resolver, listDomain, /^v=spf1(?: |$)/i);
  if (!answer.ok) return noAnswer(what, listDomain);
  const host = mailUrl === null ? null : new URL(mailUrl).hostname;
  const [record, ...more] = answer.records;
  if (record === undefined)
    return {
      what,
      state: 'bad',
      says: `is missing, so our mail ends as spam; add TXT  "v=spf1 ${host ? `a:${host}` : 'include:what-your-smarthost-says'} -all"  with what your smarthost asks for`,
    };
  if (more.length > 0)
    return { what, state: 'bad', says: `stands ${answer.records.length} times, which counts as broken; keep one` };
  if (/(?:^| )\+?all\b/i.test(record))
    return { what, state: 'bad', says: 'lets anybody send (+all); end it with -all or ~all' };
  return { what, state: 'ok', says: `is there; it must name the smarthost${host ? ` ${host}` : ''}: "${record}"` };
}

const keyIn = (record: string): string => /(?:^|;)\s*p\s*=\s*([^;]*)/i.exec(record)?.[1]?.replace(/\s/g, '') ?? '';

async function dkim({ listDomain }: Asked, resolver: Resolver, folder: string): Promise<Finding> {
  const name = `${DKIM_SELECTOR}._domainkey.${listDomain}`;
  const what = `DKIM of ${listDomain}`;
  const file = join(folder, DKIM_FILE);
  if (!existsSync(file))
    return {
      what,
      state: 'warn',
      says: 'our mail is not signed; startstopp dkim create makes a key and says what to add',
    };
  const wanted = dkimRecord(readFileSync(file, 'utf8'));
  const answer = await textsOf(resolver, name, /(?:^|;)\s*p\s*=/i);
  if (!answer.ok) return noAnswer(what, name);
  const published = answer.records.map(keyIn);
  if (published.length === 0)
    return {
      what,
      state: 'bad',
      says: `the key's record ${name} is missing, so no signature of ours holds; add TXT  "${wanted}"`,
    };
  if (published.length > 1 || published[0] !== keyIn(wanted))
    return {
      what,
      state: 'bad',
      says: `${name} holds another key than ${file}; replace it by TXT  "${wanted}"`,
    };
  return { what, state: 'ok', says: `${name} holds our key` };
}

async function dmarc({ listDomain }: Asked, resolver: Resolver): Promise<Finding> {
  const what = `DMARC of ${listDomain}`;
  const name = `_dmarc.${listDomain}`;
  const advice = `add  ${name}. TXT "v=DMARC1; p=quarantine"`;
  const answer = await textsOf(resolver, name, /^v=DMARC1(?:;|\s|$)/i);
  if (!answer.ok) return noAnswer(what, name);
  const [record, ...more] = answer.records;
  if (record === undefined)
    return { what, state: 'warn', says: `is missing, so others can write in the books' names; ${advice}` };
  if (more.length > 0)
    return { what, state: 'bad', says: `stands ${answer.records.length} times, which counts as none; keep one` };
  if (/;\s*p\s*=\s*none\b/i.test(record))
    return { what, state: 'warn', says: 'asks nobody to refuse forged mail (p=none); change it to p=quarantine' };
  return { what, state: 'ok', says: `is there: "${record}"` };
}
