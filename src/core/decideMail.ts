import { isAutoReply } from './autoReply.ts';
import { muteRepeats } from './budget.ts';
import type { Decision } from './decision.ts';
import { contentKey, isDuplicate } from './duplicates.ts';
import { answerRequest } from './mailApproval.ts';
import { mailCommand } from './mailCommands.ts';
import { mailForward } from './mailForward.ts';
import { automatic } from './mailGuards.ts';
import { type MailFacts, type MailGiven, type MailSnapshot, type MailTurn, openMailTurn } from './mailTurn.ts';
import { mailWriting } from './mailWriting.ts';
import { missingOrEmpty } from './missing.ts';
import { closeTurn, type Hit, remember } from './turn.ts';

/**
 * What one mail to one book does (design 2, the mail door). Pure: the same snapshot, mail and `given` decide the same;
 * never throws for what a sender writes. Mails seen before (B-28) are the store's.
 */
export function decideMail(world: MailSnapshot, mail: MailFacts, given: MailGiven): Decision {
  const place = {
    envelopeFrom: mail.envelopeFrom,
    ourDomain: mail.domain,
    ownAddresses: world.ownAddresses.map((name) => `${name}@${mail.domain}`),
  };
  if (automatic(mail.content, place) !== null) return unanswered(world);
  const opened = openMailTurn(world, mail, given);
  const { turn } = opened;
  const [own, other] = keysOf(opened);
  // Nobody to answer, and no conversation to keep.
  if (turn.sender === '') return { ...closeTurn(turn, mailForward(opened)), conversation: null };
  if (isDuplicate(turn, own) || (!mail.proof.proven && isDuplicate(turn, other)))
    return asDuplicate(opened, openMailTurn(world, mail, given));
  remember(turn, own);
  muteRepeats(turn, own);
  return closeTurn(turn, firstHit(opened));
}

/** M-4: stored and shown greyed, nothing else. */
function unanswered({ view }: MailSnapshot): Decision {
  const nothing = { broadcastId: null, changes: [], outgoing: [], conversation: null };
  return { rule: 'M-4', also: [], kind: 'auto_reply', bookId: view.book.id, ...nothing };
}

/**
 * B-29 by book, for one mail may be to several. A proven mail is never taken for the repeat of one that somebody else may
 * have written; the other way round it is.
 */
function keysOf({ turn, view, mail }: MailTurn): [own: string, other: string] {
  const said = `${view.book.id} ${mail.suffix} ${turn.mail?.subject ?? ''} ${turn.form.visible}`;
  const key = (proven: boolean) => contentKey(`${proven ? 'proven' : ''} ${said}`, turn.inbound.mediaCount);
  return [key(mail.proof.proven), key(!mail.proof.proven)];
}

/** `reading` is a turn that is thrown away. */
function asDuplicate({ turn }: MailTurn, reading: MailTurn): Decision {
  const { rule, view } = firstHit(reading);
  turn.also.add('B-29');
  return closeTurn(turn, { rule, kind: 'stored', view });
}

/** B-32, and a mail with neither words nor files: there is nothing to send and nothing to say (M-7). */
function nothingSaid({ turn, view }: MailTurn): Hit | null {
  const hit = missingOrEmpty(turn, view);
  return hit?.rule === null ? { ...hit, rule: 'M-7' } : hit;
}

/** The first that hits wins. */
function firstHit(mail: MailTurn): Hit {
  const { turn, view } = mail;
  const { request } = mail.mail;
  if (request !== null) return answerRequest(mail, request.member);
  return (
    mailCommand(mail) ??
    (isAutoReply(turn.form) ? ({ rule: 'B-24', kind: 'auto_reply', view } as const) : null) ??
    nothingSaid(mail) ??
    mailWriting(mail) ??
    mailForward(mail)
  );
}
