import { mayWrite } from './audience.ts';
import { createBroadcast, hasLeft, isDoubtful, tooLong } from './broadcasting.ts';
import { answer, type Weight } from './budget.ts';
import { type Copy, copyOf } from './copy.ts';
import { mailForward } from './mailForward.ts';
import { smsOfMail } from './mailSms.ts';
import { LONGEST_READ, type MailFacts, type MailTurn } from './mailTurn.ts';
import { normalForm } from './normalForm.ts';
import { recipients, sendReceipt, tellBroadcast } from './receipt.ts';
import { countStorm, stormBrake } from './storm.ts';
import { DAY, type Hit } from './turn.ts';

/** Mails of one writer that may wait for their link at once; more would only be somebody else's flood. */
const MOST_CONFIRMS = 5;
/** M-2. */
const CONFIRM_VALID = DAY;
/** M-6: as long as people look things up. */
const READ_VALID = 90 * DAY;
/** Of the text in the mail that asks. */
const SHOWN = 500;

/** Why a mail from somebody who may write waits for its link; empty = it goes out. */
export type MailDoubt = 'unproven' | 'always_confirm' | 'not_addressed' | 'answers_ours' | 'repeated' | 'doubtful';

/**
 * M-1, M-2, B-26: a mail from an address that may write: on its way to everybody, held until its link is used, or refused
 * with the count (M-6). null: the address may not write.
 */
export function mailWriting(mail: MailTurn): Hit | null {
  const { turn, view, given } = mail;
  // B-26: B-11 to B-14 read a member's text as a member's.
  if (!mayWrite(view) || (!turn.isWriter && turn.leave !== null)) return null;
  const doubts = doubtsAbout(mail);
  // Receipts and refusals to a proven writer are owed; whoever only claims to be one gets few.
  const weight: Weight = mail.mail.proof.proven ? 'writer' : 'confirmation';
  const sms = composed(mail);
  if (typeof sms === 'number') return { ...tooLong(turn, view, sms, weight), rule: 'M-6' };
  const { copy, shortened } = sms;
  if (turn.isWriter && hasLeft(view)) turn.also.add('B-38');
  const count = recipients(view);
  if (count === 0) {
    answer(turn, view, { key: 'receiptNobody', params: { book: view.book.smsName } }, weight);
    return { rule: doubts.length === 0 ? 'M-1' : 'M-2', kind: 'told', view };
  }
  if (!turn.isWriter) {
    turn.also.add('B-26');
    const braked = stormBrake(turn, view, turn.text);
    if (braked) return braked;
  }
  if (doubts.length > 0) return hold(mail, copy, shortened, count, doubts);
  create(mail, copy, shortened, 'sending');
  if (!turn.isWriter) countStorm(turn, view);
  sendReceipt(turn, view, count, copy.parts);
  tellBroadcast(turn, view, count, copy.text);
  return { rule: 'M-1', kind: 'broadcast', view, broadcastId: given.broadcastId };
}

/** M-1: what is missing for a mail to go out at once. */
export function doubtsAbout({ turn, world, view, mail }: MailTurn): MailDoubt[] {
  const doubts: MailDoubt[] = [];
  if (!mail.proof.proven) doubts.push('unproven');
  if (world.alwaysConfirms) doubts.push('always_confirm');
  if (!mail.content.to.includes(`${view.book.address}@${mail.domain}`)) doubts.push('not_addressed');
  if (turn.mail?.answersOurs || answersSomebody(mail.content)) doubts.push('answers_ours');
  // F34: a robot that marks nothing says the same each time, and its first answer was to our receipt.
  if (isRepeated(turn)) doubts.push('repeated');
  // Nothing but a quote below: the subject is not what somebody wrote for everybody.
  const quoteOnly = mail.text.trim() === '' && mail.content.text.trim() !== '';
  if (quoteOnly || isDoubtful(normalForm(turn.text))) doubts.push('doubtful');
  return doubts;
}

const REPLY_SUBJECT = /^(?:re|sv|aw|antw|rv)\s*(?:\[\d+\])?:/i;

/** F34: a "Re:" that does not name what it answers; people's programs always do, robots of people who are away do not. */
const answersSomebody = ({ subject, headers }: MailFacts['content']): boolean =>
  REPLY_SUBJECT.test(subject.trim()) && !headers.some(({ name }) => name === 'in-reply-to' || name === 'references');

/** The same within the hour, this mail itself counted. */
function isRepeated({ state }: MailTurn['turn']): boolean {
  const key = state.recent.at(-1)?.key;
  return state.recent.filter((each) => each.key === key).length > 1;
}

/** M-6, M-7: what phones get; a number: too long, so many parts. */
function composed({ view, mail, given }: MailTurn): { copy: Copy; shortened: boolean } | number {
  const { book } = view;
  const link = `${given.publicUrl}/read/${given.secrets.read.secret}`;
  const sms = smsOfMail({ subject: mail.content.subject, text: mail.text.slice(0, LONGEST_READ), book }, link);
  return sms.ok ? { copy: copyOf(book, sms.text), shortened: sms.shortened } : sms.parts;
}

/** M-2: nothing is sent until the link in a mail to the writer's address is used. */
function hold(mail: MailTurn, copy: Copy, shortened: boolean, count: number, doubts: readonly MailDoubt[]): Hit {
  const { turn, world, view, given } = mail;
  const { secret, id } = given.secrets.send;
  const asked =
    world.openConfirms < MOST_CONFIRMS &&
    answer(
      turn,
      view,
      {
        key: 'confirmMail',
        params: {
          book: view.book.smsName,
          count,
          text: copy.text.slice(0, SHOWN),
          reasons: doubts,
          link: `${given.publicUrl}/confirm/${secret}`,
        },
      },
      'confirmation',
    );
  if (!asked) {
    const details = { rule: 'M-2', waiting: world.openConfirms };
    turn.changes.push({ do: 'log', bookId: view.book.id, event: 'confirm_limit', details });
    turn.also.add('M-2');
    return mailForward(mail);
  }
  create(mail, copy, shortened, 'held');
  const { now, broadcastId } = given;
  turn.changes.push({
    do: 'create_token',
    token: {
      id,
      purpose: 'send',
      bookId: view.book.id,
      subjectId: broadcastId,
      address: turn.sender,
      createdAt: now,
      expiresAt: now + CONFIRM_VALID,
      usedAt: null,
    },
  });
  return { rule: 'M-2', kind: 'held', view, broadcastId };
}

function create({ turn, view, given }: MailTurn, copy: Copy, shortened: boolean, status: 'held' | 'sending') {
  const { mailId, now, secrets } = given;
  createBroadcast(turn, view, copy, status, { mailId, subject: turn.mail?.subject ?? '' });
  if (!shortened) return;
  turn.also.add('M-6');
  turn.changes.push({
    do: 'create_token',
    token: {
      id: secrets.read.id,
      purpose: 'read',
      bookId: view.book.id,
      subjectId: mailId,
      // Everybody who got the text may open it.
      address: '',
      createdAt: now,
      expiresAt: now + READ_VALID,
      usedAt: null,
    },
  });
}
