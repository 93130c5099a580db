import { isLive } from './audience.ts';
import { isAutoReply } from './autoReply.ts';
import { answerOnceADay } from './budget.ts';
import { help } from './help.ts';
import { joinBook } from './join.ts';
import { readAnswer, readHelp } from './keyword.ts';
import { answerLeaveQuestion, openLeaveQuestion } from './leaveQuestion.ts';
import { leaveHit, leaveWords, unclear } from './leaveWords.ts';
import { mailLine } from './mail.ts';
import { mailForward } from './mailForward.ts';
import type { MailTurn } from './mailTurn.ts';
import { normalForm } from './normalForm.ts';
import { pauseWord } from './pause.ts';
import { rollAnswer } from './rollCall.ts';
import { consent, DAY, type Hit } from './turn.ts';

/** The mail came from the address that it names, or answers what only that address was sent. */
const isCertain = ({ mail }: MailTurn): boolean => mail.proof.proven || mail.answers === 'own';

/** The address's suffix, or a word alone: leave, join, help (M-8, B-1, B-19). null: the mail says something else. */
export function mailCommand(mail: MailTurn): Hit | null {
  const { turn, view } = mail;
  const { suffix } = mail.mail;
  if (suffix === 'help') return help(turn, view);
  if (suffix === 'join') return joining(mail);
  if (suffix === 'leave') return leaving(mail);
  const leave = turn.leave?.kind;
  if (leave === 'leave' || leave === 'leave_all' || (leave === 'leave_courtesy' && !turn.isWriter))
    return leaving(mail);
  const roll = rollByMail(mail);
  if (roll !== null) return roll;
  const answered = isCertain(mail) ? answeredQuestion(mail) : null;
  if (answered !== null) return answered;
  if (turn.join?.kind === 'join') return joining(mail);
  // B-49 by mail, for whom it certainly is from: what others wrote is read as before, and held if it could go out.
  const paused = isCertain(mail) ? pauseWord(turn) : null;
  if (paused !== null) return paused;
  if (readHelp(turn.form)) return help(turn, view);
  return isCertain(mail) ? unclear(turn, view) : null;
}

/** B-61: the first line of a mail to a list in a crisis; below it stands whatever people's programs put there. */
function rollByMail(opened: MailTurn): Hit | null {
  const { turn, mail } = opened;
  const line = turn.text.split('\n').find((each) => each.trim() !== '') ?? '';
  const form = normalForm(line);
  return isAutoReply(turn.form) ? null : rollAnswer(turn, { form, certain: isCertain(opened) && mail.suffix === '' });
}

/**
 * M-8, B-15: own leave. Who cannot be seen to have written it gets a link at the address that would leave: a forged mail
 * must not take others off, and who reads there may.
 */
function leaving(mail: MailTurn): Hit {
  const { turn, view, given } = mail;
  const known = turn.isWriter || view.members.length > 0;
  if (isCertain(mail)) {
    const hit = leaveWords(turn, view) ?? leaveHit(turn, view);
    if (!known) return hit;
    if (hit.rule !== null) turn.also.add(hit.rule);
    return { ...hit, rule: 'M-8' };
  }
  const member = view.members.find(isLive);
  if (member === undefined) return known ? { rule: 'M-8', kind: 'stored', view } : mailForward(mail);
  const link = `${given.publicUrl}${given.leavePath(member.id)}`;
  answerOnceADay(turn, view, { key: 'leaveLink', params: { book: view.book.smsName, link } }, 'leaveLink');
  return { rule: 'M-8', kind: 'asked', view };
}

/** A join by mail is the address's own wish only where that is proven, by the mail or by the link. */
function joining(mail: MailTurn): Hit {
  const { turn, view, given } = mail;
  if (isCertain(mail)) {
    resumeMail(mail);
    return joinBook(turn, view, 'B-1');
  }
  const { secret, id } = given.secrets.join;
  const link = `${given.publicUrl}/mail-join/${secret}`;
  const params = { book: view.book.smsName, link };
  if (answerOnceADay(turn, view, { key: 'joinLink', params }, 'joinLink')) {
    const { now } = given;
    turn.changes.push({
      do: 'create_token',
      token: {
        id,
        purpose: 'join',
        bookId: view.book.id,
        subjectId: '',
        address: turn.sender,
        createdAt: now,
        expiresAt: now + DAY,
        usedAt: null,
      },
    });
  }
  return { rule: 'B-1', kind: 'asked', view };
}

/** Somebody reads at the address again: what had come back from it no longer counts. */
export function resumeMail({ turn, world }: Pick<MailTurn, 'turn' | 'world'>): void {
  if (world.paused === null) return;
  const scopeId = mailLine(world.snapshot.organisation.id);
  turn.changes.push({ do: 'lift_stop', scope: 'provider', scopeId, address: turn.sender });
  consent(turn, null, 'provider_unblocked', 'M-4');
}

/** B-13, B-48: JA or NEJ to a question about leaving; codes and lists are asked by SMS only. */
function answeredQuestion({ turn }: MailTurn): Hit | null {
  const answer = readAnswer(turn.form);
  if ((answer?.kind !== 'yes' && answer?.kind !== 'no') || openLeaveQuestion(turn) === null) return null;
  return answerLeaveQuestion(turn, answer.kind === 'yes' ? 'leave' : 'stay');
}
