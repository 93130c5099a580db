import { isActive, mayWrite } from './audience.ts';
import type { Decision, Given } from './decision.ts';
import { joinBook, resume } from './join.ts';
import { leaveHit } from './leaveWords.ts';
import { resumeMail } from './mailCommands.ts';
import type { MailSnapshot } from './mailTurn.ts';
import type { Member } from './member.ts';
import { confirmPause, mayPause, pauseRows } from './pause.ts';
import { recipients, sendReceipt, tellBroadcast } from './receipt.ts';
import { countStorm, stormBrake } from './storm.ts';
import { closeTurn, openTurn, type Turn } from './turn.ts';

/** A turn without a text: somebody has used a link that only they were sent. `evidence` stands in the ledger. */
export function linkTurn(world: MailSnapshot, address: string, evidence: string, given: Given): Turn {
  const inbound = {
    providerId: '',
    from: address,
    to: world.snapshot.number.e164,
    text: evidence,
    mediaCount: 0,
    missingPart: false,
    optOut: null,
    providerAt: null,
  };
  const turn = openTurn(world.snapshot, inbound, given, { door: 'web', mail: null });
  // B-42 is about texts that overtake each other; somebody who presses two buttons means the second.
  turn.state.lastChange = null;
  return turn;
}

type Linked<O> = { outcome: O; decision: Decision };
export type LinkedJoin = Linked<'joined' | 'requested' | 'refused'>;

/** The rows that a link speaks for: those with this address, and in any case the one that it was made for (B-40). */
function withMember(world: MailSnapshot, member: Member): MailSnapshot {
  if (world.view.members.some(({ id }) => id === member.id)) return world;
  const view = { ...world.view, members: [...world.view.members, member] };
  return { ...world, view, snapshot: { ...world.snapshot, books: [view] } };
}

const addressOf = ({ mail, phone }: Member): string => mail ?? phone ?? '';

/** T-4: leaving by the link in a copy. */
export function decideLeaveByLink(at: MailSnapshot, member: Member, given: Given): Linked<'left' | 'asked'> {
  const world = withMember(at, member);
  const turn = linkTurn(world, addressOf(member), 'link: leave', given);
  const hit = leaveHit(turn, world.view);
  return { outcome: hit.kind === 'asked' ? 'asked' : 'left', decision: closeTurn(turn, hit) };
}

/** S3-15: coming back by the same link. */
export function decideReturnByLink(
  at: MailSnapshot,
  member: Member,
  given: Given,
): Linked<'joined' | 'requested' | 'refused'> {
  const world = withMember(at, member);
  return joined(world, linkTurn(world, addressOf(member), 'link: join', given));
}

/**
 * B-49 on their own page: until `until` (ms, the midnight after its last day). Confirmed once in writing, for the link may
 * have been passed on with the mail that it stood in.
 */
export function decidePauseByLink(
  at: MailSnapshot,
  member: Member,
  until: number,
  given: Given,
): Linked<'paused' | 'staff' | 'not_in'> {
  const world = withMember(at, member);
  const { view } = world;
  const turn = linkTurn(world, addressOf(member), `link: pause until ${new Date(until).toISOString()}`, given);
  const kept = mayPause(view) ? pauseRows(turn, view, until, 'B-49') : 'not_in';
  if (kept === 'paused') confirmPause(turn, view, until);
  return {
    outcome: kept === 'same' ? 'paused' : kept,
    decision: closeTurn(turn, { rule: 'B-49', kind: 'pause', view }),
  };
}

/** B-50 on their own page: ends a pause, whoever began it, as their START would; nothing where there is none. */
export function decideResumeByLink(at: MailSnapshot, member: Member, given: Given): Linked<'resumed' | 'not_paused'> {
  const world = withMember(at, member);
  const { view } = world;
  const turn = linkTurn(world, addressOf(member), 'link: resume', given);
  const paused = view.members.filter(({ status }) => status === 'paused');
  if (paused.length > 0) resume(turn, view, paused, 'B-50');
  const outcome = paused.length > 0 ? 'resumed' : 'not_paused';
  return { outcome, decision: closeTurn(turn, { rule: 'B-50', kind: 'join', view }) };
}

/** An address that was proven by the link in a mail to it. */
export function decideJoinByLink(
  world: MailSnapshot,
  address: string,
  given: Given,
): Linked<'joined' | 'requested' | 'refused'> {
  return joined(world, linkTurn(world, address, 'link: join', given));
}

/** Whoever has proven an address joins with it, as by START. */
export function joined(world: MailSnapshot, turn: Turn): LinkedJoin {
  resumeMail({ turn, world });
  const hit = joinBook(turn, world.view, 'B-1');
  const waits = !isActive(world.view) && (turn.also.has('B-10') || hit.rule === 'B-5' || hit.rule === 'B-10');
  const outcome = hit.kind === 'told' ? 'refused' : waits ? 'requested' : 'joined';
  return { outcome, decision: closeTurn(turn, hit) };
}

export type HeldMail = { id: string; text: string; parts: number; version: number };

/** M-2: the writer's own yes. They must still be allowed to write, and no storm may have come (B-26). */
export function decideRelease(
  world: MailSnapshot,
  address: string,
  held: HeldMail,
  given: Given,
): Linked<'sent' | 'not_writer' | 'storm' | 'nobody'> & { count: number } {
  const { view } = world;
  const turn = linkTurn(world, address, held.text, given);
  const count = recipients(view);
  const close = (outcome: 'sent' | 'not_writer' | 'storm' | 'nobody', rule: 'M-2' | 'B-26' = 'M-2') => {
    const broadcastId = outcome === 'sent' ? held.id : null;
    return { outcome, count, decision: closeTurn(turn, { rule, kind: 'answer', view, broadcastId }) };
  };
  const giveUp = () => turn.changes.push({ do: 'expire_broadcast', id: held.id, version: held.version });
  if (!mayWrite(view)) {
    giveUp();
    return close('not_writer');
  }
  if (count === 0) {
    giveUp();
    return close('nobody');
  }
  if (!view.senderIsWriter) {
    if (stormBrake(turn, view, held.text)) {
      giveUp();
      return close('storm', 'B-26');
    }
    countStorm(turn, view);
  }
  const { now } = given;
  turn.changes.push({
    do: 'release_broadcast',
    id: held.id,
    version: held.version,
    dueAt: now,
    latestAt: now + view.book.latestAfterMs,
  });
  sendReceipt(turn, view, count, held.parts);
  tellBroadcast(turn, view, count, held.text);
  return close('sent');
}
