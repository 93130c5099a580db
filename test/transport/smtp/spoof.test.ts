import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { automatic } from '../../../src/core/mailGuards.ts';
import { type Authentication, mailProof } from '../../../src/core/mailProof.ts';
import { silentLog } from '../../../src/log.ts';
import { createAuthenticator } from '../../../src/transport/smtp/authenticate.ts';
import { createMailDoor, type MailDoor } from '../../../src/transport/smtp/listener.ts';
import { readMail } from '../../../src/transport/smtp/readMail.ts';
import { createDns, type Dns } from '../../../src/transport/smtp/resolver.ts';
import { type DnsStub, startDns } from '../../kit/dns.ts';
import { dotted, smtpTalk } from '../../kit/mail.ts';
import { describeVectors } from '../../kit/vectors.ts';
import { BOOK, type MemoryIntake, memoryIntake } from './door.ts';
import { PROVEN_BUT_KEPT, readSpoof, spoofZone } from './spoofCases.ts';

/** Each mail of `email/spoof` through the real door, from the address that it came from; SPF and DKIM over UDP. */
describeVectors('email/spoof/cases_open.json', () => {
  const { cases, writers, list } = readSpoof();
  let stub: DnsStub;
  let dns: Dns;
  let door: MailDoor;
  let intake: MemoryIntake;
  let port = 0;

  beforeAll(async () => {
    stub = await startDns(spoofZone());
    dns = createDns([stub.server]);
    const clock = { now: () => Date.now() };
    let id = 0;
    intake = memoryIntake({ recipient: async (address) => (address === list ? BOOK : null) });
    door = createMailDoor<Authentication>({
      ...{ intake, domain: 'lists.example', host: '127.0.0.1', port: 0, tls: null, clock, log: silentLog },
      ids: { next: () => `id-${id++}`, code: () => '1234', salt: () => 'salt' },
      authenticate: createAuthenticator({ resolve: dns.resolve, clock }),
      read: readMail,
      prove: mailProof,
    });
    port = await door.listen();
  });
  afterAll(async () => {
    await door.close(0);
    dns.close();
    await stub.stop();
  });

  test.each(cases.map((one) => [one.id, one.why, one] as const))('%s: %s', async (id, _, one) => {
    const raw = Buffer.from(one.raw_b64, 'base64');
    const talk = await smtpTalk(port, { from: one.source_ip });
    await talk.answer();
    await talk.say('EHLO gen.example');
    const utf8 = raw.subarray(0, raw.indexOf('\r\n\r\n')).some((octet) => octet > 127);
    await talk.say(`MAIL FROM:<${one.mail_from}> BODY=8BITMIME${utf8 ? ' SMTPUTF8' : ''}`);
    const { code } = await talk.say(`RCPT TO:<${list}>`);
    if (one.mail_from === '') {
      // Bounces go to return addresses; a book takes none (M-4).
      expect(code).toBe(550);
      return talk.destroy();
    }
    await talk.say('DATA');
    await talk.write(dotted(raw));
    expect((await talk.answer())?.code).toBe(250);
    talk.destroy();
    const mail = intake.received.at(-1);
    const proof = mail?.proof;
    expect(mail?.remote).toBe(one.source_ip);
    expect(proof?.proven).toBe(one.expect === 'auto' || PROVEN_BUT_KEPT.includes(id));
    expect((proof?.reasons.length ?? 0) > 0).toBe(!proof?.proven);
    const own = { envelopeFrom: one.mail_from, ourDomain: 'lists.example', ownAddresses: [] };
    const goesOut =
      mail?.proof.proven &&
      writers.includes(mail.proof.from) &&
      mail.content.to.includes(list) &&
      automatic(mail.content, own) === null;
    expect(goesOut).toBe(one.expect === 'auto');
  });
});
