import type { SendOutcome } from '../ports/provider.ts';

/** How far a mail had come at the smarthost. `end`: its text was being handed over. */
export type SmtpStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'end';
/** `code`: the reply's, null = the connection broke without one. `enhanced`: "5.1.1" (RFC 3463), '' = none. */
type SmtpFailure = { stage: SmtpStage; code: number | null; enhanced: string; text: string; reason: string };

type Result = 'temporary' | 'pacing' | 'permanent' | 'configuration' | 'fault';
type Row = { stage?: readonly SmtpStage[]; code?: RegExp; enhanced?: RegExp; text?: RegExp; result: Result };

const ENVELOPE: readonly SmtpStage[] = ['mail', 'rcpt'];
const MESSAGE: readonly SmtpStage[] = ['data', 'end'];

/**
 * What a reply of the smarthost means; the first row that fits. Codes: RFC 5321 4.2.3, enhanced codes: RFC 3463 and the
 * IANA registry. Asked of each: would the next mail fare better (then it is this address or this mail), or would it not
 * (then it is our account)?
 */
const SMTP_REPLIES: readonly Row[] = [
  // Too many connections or mails at once: the smarthost says wait.
  { code: /^421$/, result: 'pacing' },
  { code: /^4/, enhanced: /^4\.7\./, stage: ENVELOPE, text: /rate|too (many|fast)|throttl|limit/i, result: 'pacing' },
  { code: /^450$/, stage: ['mail', 'data'], result: 'pacing' },
  { code: /^4/, result: 'temporary' },
  // Whoever refuses us before a recipient is named refuses us, not the recipient.
  { code: /^5/, stage: ['connect', 'auth'], result: 'configuration' },
  { code: /^53[0458]$/, result: 'configuration' },
  // Our mail is larger than it takes, or says something it cannot read: the same again would fare no better.
  { code: /^552$/, stage: ['mail', ...MESSAGE], result: 'fault' },
  { enhanced: /^5\.(3\.4|2\.3|5\.|6\.)/, result: 'fault' },
  { code: /^(500|501|502|503|504|555)$/, result: 'fault' },
  { code: /^5/, stage: ['mail'], result: 'configuration' },
  // A smarthost that does not carry mail for us says so of every recipient.
  { code: /^5/, stage: ['rcpt'], text: /relay/i, result: 'configuration' },
  // A full mailbox may be emptied.
  { enhanced: /^5\.2\.2$/, result: 'temporary' },
  { code: /^552$/, enhanced: /^$/, stage: ['rcpt'], result: 'temporary' },
  // Refused for what we are or say, not because nobody is there: a spam filter must not pause everybody's address.
  { enhanced: /^5\.7\./, result: 'fault' },
  { code: /^554$/, enhanced: /^$/, result: 'fault' },
  // Nobody there (5.1.x), closed (5.2.1), out of reach (5.4.x).
  { code: /^5/, stage: ['rcpt'], result: 'permanent' },
  { enhanced: /^5\.(1|2|4)\./, result: 'permanent' },
  { code: /^5/, result: 'fault' },
];

/** A failure that the smarthost put into words, or one that broke the connection. */
export function classifyFailure({ stage, code, enhanced, text, reason }: SmtpFailure): SendOutcome {
  // Handed over and not answered: it may be on its way.
  if (code === null) {
    return stage === 'end' ? { result: 'unknown', reason } : { result: 'temporary', reason, retryAfterMs: null };
  }
  const said = enhanced === '' ? `smtp_${code}` : enhanced;
  const row = SMTP_REPLIES.find(
    (one) =>
      (one.stage === undefined || one.stage.includes(stage)) &&
      (one.code === undefined || one.code.test(String(code))) &&
      (one.enhanced === undefined || one.enhanced.test(enhanced)) &&
      (one.text === undefined || one.text.test(text)),
  );
  const result = row?.result ?? 'temporary';
  if (result === 'temporary' || result === 'pacing') return { result, reason: said, retryAfterMs: null };
  if (result === 'configuration') return { result, reason: said, scope: 'account' };
  return { result, reason: said };
}

/** "5.1.1" of a reply such as "550 5.1.1 no such user"; '' = it has none, or one of another class than its code. */
export function enhancedOf(response: string): string {
  const found = /^(\d)\d\d[ -](\d)\.(\d{1,3})\.(\d{1,3})(?!\d)/.exec(response);
  return found && found[1] === found[2] ? `${found[2]}.${found[3]}.${found[4]}` : '';
}
