import { isLive, rowsOf } from './audience.ts';
import { answer } from './budget.ts';
import { cutForwarded, forwardText } from './forward.ts';
import { tellFunctionaries } from './functionaries.ts';
import { help } from './help.ts';
import { readHelp } from './keyword.ts';
import { personLabel } from './replyParams.ts';
import { type RollReading, readRoll } from './rollReading.ts';
import type { BookView } from './snapshot.ts';
import type { Hit, Turn } from './turn.ts';
import { inCrisis } from './underCrisis.ts';

/**
 * B-61: a member's answer to an open roll call, from their own phone, their second number or their mail address. The
 * latest counts. Leaving always wins over it (B-11), a number that "which list?" waits for too (B-46); it wins over a SÄND
 * code, of which one digit can be none. Help is read liberally and told at once; being well strictly; what is neither
 * clearly goes to the functionaries and asks again, and none of it ever goes to everybody.
 */
export function rollAnswer(turn: Turn, { form, certain } = { form: turn.form, certain: true }): Hit | null {
  const views = openViews(turn);
  const reading = views.length === 0 ? null : readRoll(form, turn.isWriter);
  if (reading === null || reading.answer === null || listWaits(turn)) return null;
  // A forged "1" must not hide somebody; a forged cry costs a call.
  if (!certain && reading.answer === 'ok') return null;
  return record(turn, views, reading);
}

/** After the answers to other questions: meant for this one, but which of the two? */
export function rollUnclear(turn: Turn): Hit | null {
  const [view] = openViews(turn);
  if (view === undefined) return null;
  const reading = readRoll(turn.form, turn.isWriter);
  if (reading === null || reading.answer !== null) return null;
  const readers = reading.tell ? forwardText(turn, view) : 0;
  answer(turn, view, { key: 'rollAsk', params: {} }, 'confirmation');
  return { rule: 'B-61', kind: readers > 0 ? 'forwarded' : 'told', view };
}

/** Every book in a crisis that the sender is in: who is safe is safe in all of them. */
function openViews({ views, given }: Turn): BookView[] {
  return views.filter((view) => inCrisis(view.book, given.now) && rowsOf(view).some(isLive));
}

/** A lone number, while "which list?" waits for one. */
const listWaits = ({ state, form }: Turn): boolean =>
  /^[12]$/.test(form.word) && state.pending.some(({ kind }) => kind === 'list');

function record(turn: Turn, views: readonly BookView[], reading: NonNullable<RollReading>): Hit {
  const { answer: said } = reading;
  const [view] = views;
  if (said === null || view === undefined) return { rule: 'B-61', kind: 'stored', view: view ?? null };
  for (const each of views) {
    const rollCallId = each.book.crisis?.rollCallId;
    if (rollCallId === undefined) continue;
    for (const { id: memberId } of rowsOf(each).filter(isLive)) {
      const { text } = turn.inbound;
      turn.changes.push({ do: 'roll_answer', bookId: each.book.id, rollCallId, memberId, answer: said, text });
    }
  }
  if (reading.answer === 'ok') {
    if (reading.more) forwardText(turn, view);
    answer(turn, view, { key: 'rollOk', params: {} }, 'confirmation');
    return { rule: 'B-61', kind: 'answer', view };
  }
  let told = 0;
  for (const each of views) told += tellHelp(turn, each);
  const key = told > 0 ? 'rollHelp' : 'rollHelpNobody';
  answer(turn, view, { key, params: {} }, 'confirmation');
  // The word may also ask who runs the list.
  if (reading.answer === 'help' && reading.lone && readHelp(turn.form)) {
    turn.also.add('B-19');
    help(turn, view);
  }
  return { rule: 'B-61', kind: 'answer', view };
}

/** At once, each time, with name, number and words. */
function tellHelp(turn: Turn, view: BookView): number {
  const { smsName: book, locale } = view.book;
  const name = rowsOf(view).find((row) => row.name !== '')?.name ?? '';
  const params = { book, sender: personLabel(name, turn.sender), text: turn.text.trim() };
  const text = cutForwarded(locale, 'noticeHelp', params);
  return tellFunctionaries(turn, view, { key: 'noticeHelp', params: { ...params, text } });
}
