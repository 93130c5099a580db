import type { MailContent, MailReport } from './mail.ts';

type Recipient = MailReport['recipients'][number];
type Told = Pick<MailContent, 'headers' | 'subject' | 'from' | 'text'>;

/** Who writes bounces in prose. Anybody may write the words, so a bounce needs one of these beside them. */
const MAIL_SYSTEM = /^(?:mailer-daemon|mail-daemon|postmaster|mdaemon|mailerdaemon|bounce|bounces)@/;
const SUBJECT =
  /^(?:undeliver(?:ed|able)|returned mail|mail delivery (?:failed|failure|system|subsystem)|delivery (?:status notification|failure|has failed|notification)|failure notice|nondeliverable|non[- ]?delivery|warning: (?:could not send|message .{0,40}delayed)|delayed mail|message (?:delayed|undeliverable)|rejected (?:mail|posting)|olevererbart|kan inte levereras|leveransmeddelande|unzustellbar|nicht zustellbar|no se puede entregar|correo devuelto)/iu;

/** What a mail system says when it gives up or waits (Postfix, Sendmail, Exim, qmail, Exchange, Gmail). */
const WORDS =
  /could not be delivered|couldn'?t be delivered|was(?:n'?t| not) delivered|has(?:n'?t| not) (?:yet )?been delivered|did not reach|delivery (?:to the following|has failed|failed)|failed permanently|permanent(?:ly)? (?:fatal )?(?:errors?|failure|failed)|unable to deliver|wasn'?t able to deliver|not able to deliver|unknown (?:e-mail address|user)|user unknown|mailbox (?:is )?full|returned to sender|undeliverable|have not yet received your message|kunde inte levereras|konnte nicht zugestellt|no se (?:pudo|ha podido) entregar/i;
const WAITING =
  /\b(?:warning|delay(?:ed)?|still being retried|not yet|will (?:be )?retr(?:y|ied)|temporary failure)\b/i;

/** From here on a bounce quotes what came back. */
const ORIGINAL =
  /^[ \t>]*(?:-{2,}.{0,20}(?:original message|message header|this is a copy|returned message|below this line).{0,80}|original message headers:?|message header follows:?)[ \t-]*$/im;

/** An address alone on its line, at its start before a colon, or in brackets there. */
const NAMED =
  /^[ \t>]*<?([^\s<>@,;:"()]{1,64}@[a-z0-9.-]{1,250}[a-z0-9])>?(?:<mailto:[^>]{1,300}>)?[ \t]*(?:\((?:expanded from|reason)\b.*|[:;].*)?\r?$/i;

/** The words below an address belong to it until the next one. */
const MOST_LINES = 400;

/**
 * Reads a bounce that has no report part. `status` is what a delivery status says that stands bare in the text.
 * null: it is no bounce.
 */
export function readBounceText(told: Told, status: readonly Recipient[]): Recipient[] | null {
  const failed = told.headers.filter(({ name }) => name === 'x-failed-recipients').map(({ value }) => value);
  const text = told.text.slice(0, 60_000);
  const machine =
    told.from.some((address) => MAIL_SYSTEM.test(address)) ||
    told.headers.some(({ name, value }) => name === 'return-path' && /^<\s*>$/.test(value.trim())) ||
    failed.length > 0;
  const says = SUBJECT.test(told.subject.trim()) || WORDS.test(text);
  if (!machine || !says) return null;
  if (status.length > 0) return [...status];

  const body = text.slice(0, ORIGINAL.exec(text)?.index ?? text.length);
  const action = WAITING.test(told.subject) || (WAITING.test(body) && !/permanent/i.test(body)) ? 'delayed' : 'failed';
  const found = inText(body, action);
  const others = failed
    .flatMap((value) => value.split(','))
    .map(mailboxIn)
    .filter((address) => address !== '' && !found.some((one) => one.address === address))
    .map((address) => ({ address, action, status: statusIn(body) }));
  return [...found, ...others];
}

function inText(body: string, action: string): Recipient[] {
  const found: { address: string; words: string[] }[] = [];
  for (const line of body.split('\n', MOST_LINES)) {
    const address = NAMED.exec(line.slice(0, 600))?.[1]?.toLowerCase();
    if (address !== undefined) found.push({ address, words: [line] });
    else found.at(-1)?.words.push(line);
  }
  const seen = new Map<string, Recipient>();
  for (const { address, words } of found) {
    const status = statusIn(words.join('\n'));
    const before = seen.get(address);
    if (before === undefined || before.status === '') seen.set(address, { address, action, status });
  }
  const all = [...seen.values()];
  // One reader and a code somewhere else in the text: the code is about that reader.
  const only = all[0];
  return all.length === 1 && only?.status === '' ? [{ ...only, status: statusIn(body) }] : all;
}

/** `5.1.1` in a text, '' = none. */
export const statusIn = (text: string): string =>
  /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]\d)/.exec(text.slice(0, 2000))?.[0] ?? '';

/** The first thing in a text that can be an address, in lower case. */
export const mailboxIn = (text: string): string =>
  /[^\s<>@,;:"()[\]]{1,64}@[a-z0-9.-]{1,250}[a-z0-9]/i.exec(text.slice(0, 2000))?.[0].toLowerCase() ?? '';
