import { decideApproval } from './approval.ts';
import { answer } from './budget.ts';
import { readAnswer } from './keyword.ts';
import type { MailTurn } from './mailTurn.ts';
import type { Member } from './member.ts';
import { normalForm } from './normalForm.ts';
import { personLabel } from './replyParams.ts';
import type { Hit } from './turn.ts';

/** Longer first words are no answer. */
const LONGEST_WORD = 30;

/**
 * B-10: a functionary has answered the notice of a request. Whoever has the secret address is the one that it was sent
 * to; `member` null: the request is gone. Guarded by the member's version as every approval is (F17).
 */
export function answerRequest({ turn, view, mail, world }: MailTurn, member: Member | null): Hit {
  const hit: Hit = { rule: 'B-10', kind: 'answer', view };
  const book = view.book.smsName;
  const [first = ''] = mail.text.trim().split(/\s/, 1);
  const said = readAnswer(normalForm(first.slice(0, LONGEST_WORD)));
  if (said?.kind !== 'yes' && said?.kind !== 'no') {
    answer(turn, view, { key: 'approvalUnclear', params: { book } }, 'extra');
    return hit;
  }
  const verdict = said.kind === 'yes' ? 'approve' : 'refuse';
  const { organisation, number } = world.snapshot;
  const desk = { organisation, number, book: view.book, functionaries: view.functionaries };
  const decided = member === null ? null : decideApproval(desk, member, verdict);
  if (member === null || !decided?.ok) {
    answer(turn, view, { key: 'approvalOver', params: { book } }, 'confirmation');
    return hit;
  }
  const event = verdict === 'approve' ? 'approved' : 'refused';
  turn.changes.push(...decided.changes, { do: 'log', bookId: view.book.id, event, details: { member: member.id } });
  turn.outgoing.push(...decided.outgoing);
  const sender = personLabel(member.name, member.phone ?? member.mail ?? '');
  const key = verdict === 'approve' ? 'approvedNow' : 'refusedNow';
  answer(turn, view, { key, params: { book, sender } }, 'confirmation');
  return hit;
}
