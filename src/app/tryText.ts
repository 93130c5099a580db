import { decide } from '../core/decide.ts';
import type { Change, Decision } from '../core/decision.ts';
import type { InboundKind } from '../core/inbound.ts';
import { normalForm } from '../core/normalForm.ts';
import { asPersona, PERSONA_NUMBER, type Persona } from '../core/personas.ts';
import { readPhone } from '../core/phoneNumber.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Clock, Keyed } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { hidePin } from './crisisPin.ts';
import { loadSnapshot } from './receiveText.ts';
import { render } from './render.ts';

/** `startstopp try`: what a text would do and why; changes nothing (document 5). */
export type Tried = {
  text: string;
  from: string;
  /** As it is matched. */
  normalForm: string;
  rule: string | null;
  also: string[];
  kind: InboundKind;
  book: string | null;
  changes: TriedChange[];
  outgoing: { to: string; kind: string; text: string; parts: number }[];
};
export type TriedChange = { do: string; book: string | null } & Record<string, string | number | null>;
export type TriedError = { text: string; from: string; error: string };

/** `from`: a number as the organisation writes it; `as`: somebody made up instead (core/personas.ts). */
export type TryCase = { text: string; from: string } | { text: string; as: Persona };

export async function tryText(
  bookAddress: string,
  cases: readonly TryCase[],
  deps: { store: Store; clock: Clock; keyed: Keyed },
): Promise<{ ok: true; tried: (Tried | TriedError)[] } | { ok: false; why: 'no_book' }> {
  const { reads } = deps.store;
  const book = await reads.book(bookAddress);
  const number = book && (await reads.numbers()).find((one) => one.id === book.numberId);
  const organisation = book && (await reads.organisation(book.organisationId));
  if (!book || !number || !organisation) return { ok: false, why: 'no_book' };
  const reached = async (bookId: string): Promise<number> => (await reads.memberCounts(bookId)).active ?? 0;
  const tried: (Tried | TriedError)[] = [];
  for (const one of cases) {
    const { text } = one;
    const sender = 'as' in one ? PERSONA_NUMBER : senderOf(one.from, organisation.country);
    const now = deps.clock.now();
    const typed = {
      providerId: 'try',
      from: sender,
      to: number.e164,
      text,
      mediaCount: 0,
      missingPart: false,
      optOut: null,
      providerAt: null,
    };
    const { inbound, pinOf } = await hidePin(typed, deps, 'any');
    const loaded = await loadSnapshot(inbound, now, deps);
    if (!loaded) return { ok: false, why: 'no_book' };
    const snapshot = 'as' in one ? asPersona(loaded, book.id, one.as, now, await reached(book.id)) : loaded;
    // A fixed code: what is shown must not look like one that would work.
    const decision = decide(snapshot, inbound, { now, inboundId: 'try', broadcastId: 'try', code: '0000', pinOf });
    tried.push(shown(inbound.text, sender, decision, snapshot));
  }
  return { ok: true, tried };
}

/** A national number is read as the organisation writes it; anything else is passed on as a provider would give it. */
function senderOf(from: string, country: string): string {
  const read = readPhone(from, country);
  return read.ok ? read.e164 : from;
}

function shown(text: string, from: string, decision: Decision, snapshot: Snapshot): Tried {
  const addressOf = (id: string | null) => snapshot.books.find((view) => view.book.id === id)?.book.address ?? null;
  return {
    text,
    from,
    normalForm: normalForm(text).word,
    rule: decision.rule,
    also: decision.also,
    kind: decision.kind,
    book: addressOf(decision.bookId),
    changes: decision.changes.map((change) => shownChange(change, addressOf)),
    outgoing: decision.outgoing.map((out) => {
      const { text: words, parts } = render(out);
      return { to: out.to, kind: out.kind, text: words, parts };
    }),
  };
}

function shownChange(change: Change, addressOf: (id: string | null) => string | null): TriedChange {
  switch (change.do) {
    case 'create_member':
      return { do: change.do, book: addressOf(change.bookId), status: change.status };
    case 'set_member':
      return {
        do: change.do,
        book: addressOf(change.member.bookId),
        from: change.member.status,
        status: change.status,
      };
    case 'add_mail':
      return { do: change.do, book: addressOf(change.member.bookId) };
    case 'stop':
    case 'lift_stop':
      return { do: change.do, book: change.scope === 'book' ? addressOf(change.scopeId) : null, scope: change.scope };
    case 'consent':
      return { do: change.do, book: addressOf(change.bookId), event: change.event };
    case 'create_broadcast':
      return {
        do: change.do,
        book: change.book.address,
        status: change.status,
        text: change.text,
        parts: change.parts,
      };
    case 'set_storm':
    case 'start_crisis':
    case 'end_crisis':
      return { do: change.do, book: change.book.address };
    case 'roll_answer':
      return { do: change.do, book: addressOf(change.bookId), answer: change.answer };
    case 'log':
      return { do: change.do, book: addressOf(change.bookId), event: change.event };
    case 'cancel_copies':
      return { do: change.do, book: addressOf(change.bookId) };
    case 'create_token':
      return { do: change.do, book: addressOf(change.token.bookId), purpose: change.token.purpose };
    case 'release_broadcast':
    case 'expire_broadcast':
      return { do: change.do, book: null };
  }
}
