import { mayWrite } from './audience.ts';
import { answer } from './budget.ts';
import { forwardText } from './forward.ts';
import { tellFunctionaries } from './functionaries.ts';
import { senderLabel } from './replyParams.ts';
import type { BookView } from './snapshot.ts';
import type { Hit, Turn } from './turn.ts';

/** Step 2, B-35 and B-32: no text, or not all of it. */
export function missingOrEmpty(turn: Turn, view: BookView): Hit | null {
  const { inbound, form } = turn;
  const writers = turn.views.find(mayWrite);
  const params = { book: (writers ?? view).book.smsName };
  if (inbound.missingPart) {
    if (writers) {
      answer(turn, writers, { key: 'resend', params }, 'writer');
      return { rule: 'B-35', kind: 'told', view: writers };
    }
    turn.also.add('B-35');
    // Who is no writer may still leave by what did come (leaving is liberal); nobody joins by a part (S3-10).
    if (turn.leave?.kind === 'leave' || turn.leave?.kind === 'leave_all' || inbound.optOut === 'STOP') return null;
    const readers = form.empty ? 0 : forwardText(turn, view);
    return { rule: 'B-35', kind: readers > 0 ? 'forwarded' : 'stored', view };
  }
  if (!form.empty) return null;
  if (inbound.mediaCount === 0) return { rule: null, kind: 'stored', view };
  if (writers) {
    answer(turn, writers, { key: 'onlyText', params }, 'writer');
    return { rule: 'B-32', kind: 'told', view: writers };
  }
  const sender = senderLabel(view, turn.sender);
  const readers = tellFunctionaries(turn, view, { key: 'forwardedPicture', params: { book: params.book, sender } });
  return { rule: 'B-32', kind: readers > 0 ? 'forwarded' : 'stored', view };
}
