import type { ConsentEventName } from './consent.ts';
import { type ConversationState, emptyState } from './conversation.ts';
import type { Change, Decision, Given, Rule } from './decision.ts';
import { decodeBody } from './decode.ts';
import type { InboundKind, InboundText } from './inbound.ts';
import { type JoinReading, type LeaveReading, readJoin, readLeave } from './keyword.ts';
import { type NormalForm, normalForm } from './normalForm.ts';
import { ownTexts } from './ownTexts.ts';
import { type PauseReading, readPause } from './pauseReading.ts';
import { type Reaction, reactionIn } from './reacting.ts';
import { cutQuoted } from './reactions.ts';
import { nameOf } from './replyParams.ts';
import type { BookView, Snapshot } from './snapshot.ts';
import { wantsQuotes } from './wantsQuotes.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Older copies and replies no longer say which book is meant (B-18, B-47). */
export const MONTH = 30 * DAY;

const MOST_RECENT = 12;
const MOST_PENDING = 6;
const MOST_TOLD = 48;

/** Clocks jump: an entry from the future must not be told, or muted, for ever (F25). */
export const within = (at: number, now: number, span: number): boolean => Math.abs(now - at) < span;

/**
 * One text on its way through the rules. What a rule does is collected here and becomes the decision when the first
 * rule has hit; nothing of it is shared with the snapshot.
 */
export type Turn = {
  readonly snapshot: Snapshot;
  readonly inbound: InboundText;
  readonly given: Given;
  readonly sender: string;
  /** Which door it came through: a mail address that leaves by its link came by `web`. */
  readonly door: 'sms' | 'mail' | 'web';
  /** What a mail has beside the text that is matched; null for texts. */
  readonly mail: TurnMail | null;
  readonly views: readonly BookView[];
  /** Empty where one book has the number for itself: then nothing needs a keyword. */
  readonly keywords: readonly string[];
  readonly text: string;
  /** Recognised before anything is cut away, for a reaction is a quote too (B-23). */
  readonly reaction: Reaction | null;
  readonly form: NormalForm;
  readonly leave: LeaveReading;
  readonly join: JoinReading;
  readonly pause: PauseReading;
  /** A writer of one of the number's books (B-12, B-17). Members who may write are read as members there (B-26). */
  readonly isWriter: boolean;
  readonly state: ConversationState;
  readonly changes: Change[];
  readonly outgoing: Decision['outgoing'];
  readonly also: Set<Rule>;
};

/** For those who read it by mail: the subject, and the text with quotes and signature. `answersOurs`: so it says itself. */
export type TurnMail = { subject: string; whole: string; answersOurs: boolean };

/** The rule that recognised the text, and what the text became. */
export type Hit = { rule: Rule | null; kind: InboundKind; view: BookView | null; broadcastId?: string | null };

/** Step 0: decodes (B-34), cuts our own words away (B-25) and reads once what every rule asks for. */
export function openTurn(
  snapshot: Snapshot,
  inbound: InboundText,
  given: Given,
  through: { door: Turn['door']; mail: TurnMail | null } = { door: 'sms', mail: null },
): Turn {
  const also = new Set<Rule>();
  const { text: body, decoded } = decodeBody(inbound.text);
  if (decoded) also.add('B-34');
  let text = body;
  const reaction = reactionIn(body, snapshot);
  // A mail has lost its quotes already; only an answer to ours may still carry them unmarked.
  const mayQuote = through.mail === null || through.mail.answersOurs;
  if (reaction === null && mayQuote && wantsQuotes(body)) {
    const quoted = cutQuoted(body, snapshot.recentTexts, ownTexts(snapshot));
    text = quoted.text;
    if (quoted.cut) also.add('B-25');
  }
  const { books: views } = snapshot;
  const keywords = views.length > 1 ? views.flatMap(({ book }) => (book.keyword === null ? [] : [book.keyword])) : [];
  const form = normalForm(text);
  return {
    snapshot,
    inbound,
    given,
    sender: inbound.from,
    ...through,
    views,
    keywords,
    text,
    reaction,
    form,
    leave: readLeave(form, keywords),
    join: readJoin(form, keywords),
    pause: readPause(form, keywords),
    isWriter: views.some((view) => view.senderIsWriter),
    state: nextState(snapshot.conversation.state, given.now),
    changes: [],
    outgoing: [],
    also,
  };
}

/** The state without what has run out: bounded in every direction, however much a sender writes. */
function nextState(old: ConversationState, now: number): ConversationState {
  const state = emptyState();
  state.recent = old.recent.filter(({ at }) => within(at, now, HOUR)).slice(-MOST_RECENT);
  state.replies = old.replies.filter((at) => within(at, now, HOUR)).slice(-MOST_RECENT);
  state.mutedUntil =
    old.mutedUntil !== null && old.mutedUntil > now && old.mutedUntil - now <= DAY ? old.mutedUntil : null;
  state.told = pruned(old.told, now);
  // A code that ran out is kept for an hour, so that a late answer hears so.
  state.pending = old.pending
    .filter((each) => each.expiresAt > (each.kind === 'send' ? now - HOUR : now))
    .slice(-MOST_PENDING);
  state.leftConfirmed = pruned(old.leftConfirmed, now);
  state.lastBook = old.lastBook !== null && within(old.lastBook.at, now, MONTH) ? old.lastBook : null;
  state.lastChange = old.lastChange !== null && within(old.lastChange.at, now, HOUR) ? old.lastChange : null;
  const pins = openPins(old.pins, now);
  if (pins !== null) state.pins = pins;
  return state;
}

function openPins(pins: ConversationState['pins'], now: number): NonNullable<ConversationState['pins']> | null {
  const wrong = (pins?.wrong ?? []).filter((at) => within(at, now, HOUR));
  const until = pins?.lockedUntil ?? null;
  const lockedUntil = until !== null && until > now && until - now <= DAY ? until : null;
  return wrong.length === 0 && lockedUntil === null ? null : { wrong, lockedUntil };
}

function pruned(times: Record<string, number>, now: number): Record<string, number> {
  const kept = Object.entries(times).filter(([, at]) => within(at, now, DAY));
  return kept.length === 0 ? {} : Object.fromEntries(kept.slice(-MOST_TOLD));
}

/** Remembers the text itself for B-29, B-30 and B-42. */
export function remember(turn: Turn, key: string): void {
  const { recent } = turn.state;
  const { now: at, inboundId } = turn.given;
  recent.push({ key, at, providerAt: turn.inbound.providerAt, inboundId });
  if (recent.length > MOST_RECENT) recent.shift();
}

/** A line of the ledger about the sender, with the text word for word as it came. */
export function consent(turn: Turn, view: BookView | null, event: ConsentEventName, rule: Rule): void {
  turn.changes.push({
    do: 'consent',
    bookId: view?.book.id ?? null,
    event,
    rule,
    address: turn.sender,
    name: view === null ? '' : nameOf(view),
    text: turn.inbound.text,
  });
}

export function closeTurn(turn: Turn, hit: Hit): Decision {
  if (hit.rule !== null) turn.also.delete(hit.rule);
  return {
    rule: hit.rule,
    also: [...turn.also].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2))),
    kind: hit.kind,
    bookId: hit.view?.book.id ?? null,
    broadcastId: hit.broadcastId ?? null,
    changes: turn.changes,
    outgoing: turn.outgoing,
    conversation: turn.state,
  };
}
