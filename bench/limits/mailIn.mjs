import { Resolver } from 'node:dns/promises';
import { authenticate } from 'mailauth';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { answering } from '../kit/processes.mjs';

/**
 * The least of the same work with the same libraries: the mail is taken in, checked for SPF, DKIM and DMARC over the same
 * name server, and taken apart. Nothing is decided, and nothing is written anywhere.
 */
const [nameserver] = process.argv.slice(2);
const dns = new Resolver();
dns.setServers([nameserver]);
const resolver = (name, type) => dns.resolve(name, type);

const server = new SMTPServer({
  authOptional: true,
  disableReverseLookup: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      const mail = Buffer.concat(chunks);
      const asked = {
        ip: session.remoteAddress,
        helo: session.hostNameAppearsAs,
        sender: session.envelope.mailFrom.address,
        mta: 'lists.example.org',
        disableArc: true,
        disableBimi: true,
        resolver,
      };
      Promise.all([authenticate(mail, asked), simpleParser(mail)]).then(
        ([{ dmarc }]) => done(dmarc?.status?.result === 'pass' ? null : new Error('not proven')),
        done,
      );
    });
  },
});
server.listen(0, '127.0.0.1', () => answering({ port: server.server.address().port }, async () => ({})));
