import { randomBytes } from 'node:crypto';
import { decideMail } from '../core/decideMail.ts';
import type { Decision } from '../core/decision.ts';
import { quotableId } from '../core/mail.ts';
import { cleanMailText } from '../core/mailText/clean.ts';
import { type MailFacts, type MailGiven, type MailSnapshot, shownText } from '../core/mailTurn.ts';
import { readReturnPath } from '../core/returnPath.ts';
import { DAY } from '../core/turn.ts';
import type { MailIntake, MailRecipient, ReceivedMail } from '../ports/mailIntake.ts';
import type { Step } from '../ports/store.ts';
import { createTurns } from './inTurn.ts';
import { makeLeaveToken } from './leaveLink.ts';
import { waitForCopies } from './leaveWait.ts';
import { conversationSteps, lineOf, mailContext } from './linkPlan.ts';
import { answersOf, requestOf } from './mailAnswers.ts';
import type { MailDeps } from './mailDeps.ts';
import { mailSteps } from './mailSteps.ts';
import { planOf, storable } from './plan.ts';
import { receiveBack } from './receiveBack.ts';
import { receivePostmaster } from './receivePostmaster.ts';
import { untilFresh } from './untilFresh.ts';

export type MailIntakeDeps = MailDeps & { wait: (ms: number) => Promise<void> };

/** `join`, `leave`, `help`, or the secret of a request. */
const SUFFIX = /^(?:join|leave|help|a-[0-9a-f]{24})$/;

/** The mail door's way in: from a mail that was read and proven to one guarded commit. Throws only on faults. */
export function createMailIntake(deps: MailIntakeDeps): MailIntake {
  const inTurn = createTurns();
  const together = gathering(deps);
  return {
    recipient: (address) => recipient(address, deps),
    async keep(piece) {
      await deps.store.commit([{ add: 'mailPieces', row: piece, exists: 'ignore' }]);
    },
    receive(mail) {
      const { recipient: to, proof } = mail;
      if (to.kind === 'bounce') return receiveBack(mail, to.deliveryId, deps);
      if (to.kind === 'postmaster') return receivePostmaster(mail, deps);
      return together(() =>
        inTurn(`${to.organisationId} ${proof.from}`, () =>
          untilFresh(() => receiveOnce(mail, to, deps), deps.log, 'a mail met a changed conversation each time'),
        ),
      );
    },
  };
}

/** Mails that come closer after each other than this wait for each other, ms. */
const GATHER_MS = 15;

/**
 * Mails that come thick are decided several in one turn of the event loop, so that they share one fsync: reading takes each
 * through many turns, and so each would have its own. Nobody notices the moment; a mail that comes alone waits for nobody.
 */
function gathering({ clock, wait }: Pick<MailIntakeDeps, 'clock' | 'wait'>) {
  let lastAt = Number.NEGATIVE_INFINITY;
  let next: Promise<void> | null = null;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const now = clock.now();
    const thick = Math.abs(now - lastAt) < GATHER_MS;
    lastAt = now;
    if (thick) {
      next ??= wait(GATHER_MS).then(() => {
        next = null;
      });
      await next;
    }
    return work();
  };
}

/** `<book>[+suffix]@LIST_DOMAIN`, or the return path of one mail of ours; null = there is no such address (M-5). */
async function recipient(address: string, deps: MailDeps): Promise<MailRecipient | null> {
  const lower = address.toLowerCase();
  const at = lower.lastIndexOf('@');
  if (at < 1 || lower.slice(at + 1) !== deps.listDomain) return null;
  const local = lower.slice(0, at);
  const deliveryId = readReturnPath(local, deps.keyed.mac);
  if (deliveryId !== null) return { kind: 'bounce', deliveryId };
  const plus = local.indexOf('+');
  const name = plus === -1 ? local : local.slice(0, plus);
  const suffix = plus === -1 ? '' : local.slice(plus + 1);
  if (plus !== -1 && !SUFFIX.test(suffix)) return null;
  const book = await deps.store.reads.book(name);
  if (!book && local === 'postmaster' && (await deps.store.reads.organisations()).length > 0)
    return { kind: 'postmaster' };
  return book && { kind: 'book', bookId: book.id, organisationId: book.organisationId, address: name, suffix };
}

type ToBook = Extract<MailRecipient, { kind: 'book' }>;

async function receiveOnce(
  mail: ReceivedMail,
  to: ToBook,
  deps: MailIntakeDeps,
): Promise<'done' | 'duplicate' | 'busy' | 'stale'> {
  const now = deps.clock.now();
  const { from } = mail.proof;
  const world = await deps.store.reads.mailSnapshot(to.bookId, from, deps.keyed.addressHash(from), now);
  // The book went between RCPT and the end of the mail: the peer's next try is refused at RCPT.
  if (!world) return 'busy';
  const facts = await factsOf(mail, to, world, now, deps);
  const given = givenOf(now, deps);
  const decision = decideMail(world, facts, given);
  const result = await deps.store.commit(planOfMail(mail, to, world, decision, given, deps));
  if (result === 'done') await waitForCopies(decision, world.snapshot.number.id, deps);
  return result;
}

async function factsOf(
  { content, proof, envelopeFrom }: ReceivedMail,
  { suffix, bookId }: ToBook,
  world: MailSnapshot,
  now: number,
  deps: MailDeps,
): Promise<MailFacts> {
  const request = suffix.startsWith('a-')
    ? await requestOf(suffix.slice(2), { bookId, from: proof.from, functionaries: world.view.functionaries, now }, deps)
    : null;
  return {
    content,
    text: cleanMailText(content.text).text,
    proof,
    suffix: suffix === 'join' || suffix === 'leave' || suffix === 'help' ? suffix : '',
    envelopeFrom,
    domain: deps.listDomain,
    answers: await answersOf(content, proof.from, deps),
    request,
  };
}

const SECRET_BYTES = 16;

/** For links: 128 bits, and the digest that is stored in their place. */
function secretsOf({ keyed }: MailDeps): MailGiven['secrets'] {
  const drawn = randomBytes(3 * SECRET_BYTES);
  const secretAt = (n: number) => {
    const secret = drawn.toString('base64url', n * SECRET_BYTES, (n + 1) * SECRET_BYTES);
    return { secret, id: keyed.digest(secret) };
  };
  return { send: secretAt(0), join: secretAt(1), read: secretAt(2) };
}

function givenOf(now: number, deps: MailDeps): MailGiven {
  return {
    now,
    inboundId: deps.ids.next(now),
    broadcastId: deps.ids.next(now),
    mailId: deps.ids.next(now),
    // Codes are asked by SMS only.
    code: '',
    publicUrl: deps.publicUrl,
    secrets: secretsOf(deps),
    leavePath: (memberId) => `/leave/${makeLeaveToken(memberId, deps.keyed)}`,
  };
}

/** The whole plan of one mail: its row (B-28), the mail itself, the conversation's guard, and what was decided. */
function planOfMail(
  mail: ReceivedMail,
  to: ToBook,
  world: MailSnapshot,
  decision: Decision,
  given: MailGiven,
  deps: MailDeps,
): Step[] {
  const { content, proof } = mail;
  const providerId = providerIdOf(mail, to, given.now, deps);
  const steps: Step[] = [
    {
      add: 'inbounds',
      exists: 'duplicate',
      row: {
        id: given.inboundId,
        organisationId: to.organisationId,
        numberId: lineOf(world),
        bookId: decision.bookId ?? to.bookId,
        door: 'mail',
        sender: proof.from === '' ? mail.envelopeFrom : proof.from,
        providerId,
        text: storable(shownText(content)),
        mediaCount: content.attachments.length,
        kind: decision.kind,
        rule: decision.rule,
        also: decision.also,
        broadcastId: decision.broadcastId,
        providerAt: null,
        at: given.now,
      },
    },
    ...mailSteps(mail, {
      id: given.mailId,
      organisationId: to.organisationId,
      bookId: to.bookId,
      inboundId: given.inboundId,
      proof: { ...proof, reasons: [...proof.reasons, ...reasonsAsked(decision)] },
      createdAt: given.now,
    }),
  ];
  if (decision.broadcastId !== null)
    for (const row of mail.attachments)
      steps.push({ add: 'attachments', row: { ...row, name: storable(row.name) }, exists: 'ignore' });
  const context = mailContext(world, given.now, deps, {
    door: 'mail',
    actor: 'mail',
    inboundId: given.inboundId,
    providerId,
  });
  const answered = quotableId(content.messageId);
  const outgoing = decision.outgoing.map((text) =>
    text.to === proof.from && answered !== null ? { ...text, letter: { ...text.letter, inReplyTo: answered } } : text,
  );
  steps.push(...conversationSteps(world, proof.from, decision, given.now));
  steps.push(...planOf(decision.changes, outgoing, context));
  return steps;
}

/**
 * B-28: the same mail to the same book, however often the peer sends it; what a relay adds on the way does not count. With
 * neither Message-ID nor Date it is the same on one day only, or somebody's second STOPP would be lost for ever.
 */
function providerIdOf(
  { content, bodyDigest }: ReceivedMail,
  { bookId, suffix }: ToBook,
  now: number,
  { keyed }: MailDeps,
): string {
  const { messageId, subject } = content;
  const date = content.headers.find(({ name }) => name === 'date')?.value ?? '';
  const from = content.headers.filter(({ name }) => name === 'from').map(({ value }) => value);
  const when = messageId === '' && date === '' ? Math.floor(now / DAY) : date;
  return keyed.digest(JSON.stringify([bookId, suffix, messageId, from, when, subject, bodyDigest]));
}

/** Why it waits beside what was found about its sender; shown with it. */
const reasonsAsked = ({ outgoing }: Decision): string[] =>
  outgoing.flatMap(({ reply }) =>
    reply.key === 'confirmMail' ? reply.params.reasons.filter((reason) => reason !== 'unproven') : [],
  );
