import { answerCode, answerWithoutCode, openSendQuestion } from './confirmCode.ts';
import { readAnswer } from './keyword.ts';
import { answerLeaveQuestion, openLeaveQuestion } from './leaveQuestion.ts';
import type { Hit, Turn } from './turn.ts';
import { answerList } from './whichList.ts';

/** Step 5: an answer to a question that waits; without one, the text is read by the other rules. */
export function answers(turn: Turn): Hit | null {
  const found = readAnswer(turn.form);
  if (found === null) return answerList(turn, null);
  switch (found.kind) {
    case 'send':
      return answerCode(turn, found.code);
    case 'number':
      return answerList(turn, found.value) ?? (openSendQuestion(turn) ? answerCode(turn, String(found.value)) : null);
    default: {
      const yes = found.kind === 'yes';
      const bySend = () => answerWithoutCode(turn, yes ? 'send' : 'not');
      const byLeave = () => answerLeaveQuestion(turn, yes ? 'leave' : 'stay');
      return newestIsSend(turn) ? (bySend() ?? byLeave()) : (byLeave() ?? bySend());
    }
  }
}

/** Of two questions that wait the one that was asked last is answered. */
function newestIsSend(turn: Turn): boolean {
  if (openLeaveQuestion(turn) === null) return true;
  const { pending } = turn.state;
  const send = openSendQuestion(turn);
  return send !== null && pending.indexOf(send) > pending.findLastIndex(({ kind }) => kind === 'leave');
}
