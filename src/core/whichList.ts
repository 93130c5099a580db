import { mayWrite } from './audience.ts';
import { tooLong, writeTo } from './broadcasting.ts';
import { answer } from './budget.ts';
import type { Pending } from './conversation.ts';
import { copyOf, LONGEST_BODY } from './copy.ts';
import { takeKeyword } from './keyword.ts';
import { normalForm } from './normalForm.ts';
import { countParts } from './segments.ts';
import type { BookView } from './snapshot.ts';
import { type Hit, MINUTE, type Turn } from './turn.ts';

type ListQuestion = Extract<Pending, { kind: 'list' }>;

const VALID_FOR = 10 * MINUTE;
/** Of ReplyParams: more, and the question would not fit in one part. */
const LONGEST_OPTIONS = 120;

/** B-46: a writer in several books who named none: "Vilken lista? Svara 1 P12, 2 P14". The text waits with the question. */
export function askWhichList(turn: Turn, candidates: readonly BookView[]): Hit {
  const [first] = candidates;
  // Too long for every one of them; and the question keeps the text, which must stay bounded.
  const copies = candidates.map((view) => copyOf(view.book, turn.text));
  if (first && (turn.text.length > LONGEST_BODY || copies.every(({ fits }) => !fits))) {
    return tooLong(turn, first, copies[0]?.parts ?? 0);
  }
  const shown = options(candidates);
  const question: ListQuestion = {
    kind: 'list',
    text: turn.text,
    bookIds: shown.map(({ book }) => book.id),
    expiresAt: turn.given.now + VALID_FOR,
  };
  turn.state.pending = [...turn.state.pending.filter(({ kind }) => kind !== 'list'), question];
  put(turn, shown);
  return { rule: 'B-46', kind: 'asked', view: null };
}

const label = ({ book }: BookView, index: number): string => `${index + 1} ${book.keyword ?? book.smsName}`;

/** As many books as fit in the question; the others can be named by their keyword. */
function options(candidates: readonly BookView[]): BookView[] {
  let fitting = candidates.length;
  while (fitting > 1 && countParts(candidates.slice(0, fitting).map(label).join(', ')).units > LONGEST_OPTIONS)
    fitting -= 1;
  return candidates.slice(0, fitting);
}

function put(turn: Turn, shown: readonly BookView[]): void {
  answer(turn, shown[0] ?? null, { key: 'whichList', params: { options: shown.map(label).join(', ') } }, 'writer');
}

/** Step 5: a number, or a keyword alone, while "which list?" waits. */
export function answerList(turn: Turn, chosen: number | null): Hit | null {
  const question = turn.state.pending.findLast((each) => each.kind === 'list');
  if (question === undefined) return null;
  const offered = question.bookIds.map((id) => turn.views.find(({ book }) => book.id === id));
  const named = chosen === null ? takeKeyword(turn.text, turn.keywords) : null;
  const view =
    chosen === null
      ? turn.views.find(({ book }) => named?.rest.trim() === '' && book.keyword === named.keyword)
      : offered[chosen - 1];
  if (chosen === null && view === undefined) return null;
  turn.also.add('B-46');
  if (view === undefined || !mayWrite(view)) {
    // Out of range, or no longer a writer there: put the question again, never a guess.
    const open = offered.filter((each) => each !== undefined).filter(mayWrite);
    if (open.length > 0) put(turn, offered.every((each) => each && mayWrite(each)) ? open : []);
    return { rule: 'B-46', kind: 'asked', view: null };
  }
  turn.state.pending = turn.state.pending.filter((each) => each !== question);
  return writeTo(turn, view, question.text, normalForm(question.text));
}
