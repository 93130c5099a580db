import { createPrivateKey } from 'node:crypto';
import DKIM from 'nodemailer/lib/dkim';
import { readMail } from '../core/address.ts';
import type { Log } from '../ports/log.ts';
import type { OutgoingText, Provider, SendOutcome } from '../ports/provider.ts';
import { SmtpBody, watched } from './smtpBody.ts';
import { createLetters, type Letter, type LettersOptions } from './smtpLetters.ts';
import { openSmtpLines } from './smtpLines.ts';

export type SmtpOptions = LettersOptions & {
  /** MAIL_URL: `smtp://user:password@host:587`, `smtps://…`. */
  url: string;
  /** Signs every mail for LIST_DOMAIN; null = whoever passes it on may. `privateKey` is PEM. */
  dkim: { selector: string; privateKey: string } | null;
  connections?: number;
  /** Mails on one connection. */
  messages?: number;
  connectMs?: number;
  timeoutMs?: number;
  log: Log;
};

const CONNECT_MS = 10_000;
/** Inside the worker's lease of 30 s; attachments need longer than a text. */
const TIMEOUT_MS = 25_000;
const CLOSE_MS = 5_000;
/**
 * Signed in our mails, present or not: RFC 6376 5.4.1, and what one-click leaving wants (RFC 8058). Each is signed once,
 * so nothing may be added above it that would be shown instead; To and Subject are among them (M-1 of whoever reads us).
 */
const SIGNED =
  'From:To:Reply-To:Subject:Date:Message-ID:MIME-Version:Content-Type:In-Reply-To:References:' +
  'List-Id:List-Unsubscribe:List-Unsubscribe-Post:List-Subscribe:List-Help:List-Post:Auto-Submitted';
/** What a signature adds to a mail, octets; for the smarthost's SIZE. */
const SIGNATURE = 1_500;

/**
 * Mail through the smarthost (M-9): the same mail with the same Message-ID whenever a delivery is sent, each with a return
 * path of its own. SMTP keeps no log that could be asked, so what is unclear is sent again (document 3, point 8; the
 * reader's mail system knows the Message-ID).
 */
export function createSmtpProvider(options: SmtpOptions): Provider {
  const { log } = options;
  const url = new URL(options.url);
  const secure = url.protocol === 'smtps:';
  const connections = options.connections ?? 10;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const lines = openSmtpLines({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    auth:
      url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    name: options.domain,
    connections,
    messages: options.messages ?? 200,
    connectMs: Math.min(options.connectMs ?? CONNECT_MS, timeoutMs),
    timeoutMs,
  });
  const letters = createLetters(options);
  const signer = options.dkim === null ? null : signerOf(options.domain, options.dkim);

  function begin(message: OutgoingText, ended: (outcome: SendOutcome) => void, signal?: AbortSignal): void {
    const { mail } = message;
    // A phone number, or an address that nobody checked: nothing of it may reach a command or a header.
    if (mail === undefined || !readMail(message.to).ok) {
      ended({ result: 'fault', reason: 'no_address' });
      return;
    }
    const began = performance.now();
    const written = letters.write({ ...message, mail });
    if (!(written instanceof Promise)) {
      hand(written);
      return;
    }
    written.then(hand, (error: unknown) => {
      log.error({ err: error, deliveryId: message.deliveryId }, 'the mail of a broadcast could not be read');
      ended({ result: 'temporary', reason: 'mail_unreadable', retryAfterMs: null });
    });

    function hand(letter: Letter): void {
      const body = new SmtpBody(letter.pieces);
      lines.send({
        envelope: { from: letter.from, to: message.to, size: body.size + (signer === null ? 0 : SIGNATURE) },
        stream: () => streamOf(letter),
        startWithin: (message.startWithinMs ?? timeoutMs) - (performance.now() - began),
        signal,
        done(outcome) {
          if (outcome.result === 'unknown')
            log.warn({ deliveryId: message.deliveryId, reason: outcome.reason }, 'the smarthost may have taken a mail');
          ended(outcome.result === 'sent' ? { result: 'accepted', providerId: letter.messageId } : outcome);
        },
      });
    }
  }

  /** A new one for each try: a stream is read once. */
  function streamOf(letter: Letter) {
    const body = new SmtpBody(letter.pieces);
    if (signer !== null) return watched(signer.sign(body));
    return { stream: body, begun: () => body.begun };
  }

  return {
    name: 'smtp',
    concurrency: connections,
    requestMs: timeoutMs + 1_000,
    send: (message, signal) => new Promise((resolve) => begin(message, resolve, signal)),
    begin,
    find: async () => [],
    close: () => lines.close(CLOSE_MS),
  };
}

function signerOf(domain: string, { selector, privateKey }: { selector: string; privateKey: string }): DKIM {
  return new DKIM({
    domainName: domain,
    keySelector: selector,
    // Read once: from PEM it would be read again for every mail.
    privateKey: createPrivateKey(privateKey) as unknown as string,
    headerFieldNames: SIGNED,
  });
}
