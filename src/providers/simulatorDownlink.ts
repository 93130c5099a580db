import type { CarrierMessage } from '../ports/carrierLog.ts';
import type { Receipt } from '../ports/outbox.ts';
import type { OutgoingText, Provider, SendOutcome, SentText } from '../ports/provider.ts';
import { FAILURES, LONGEST_TEXT } from './simulatorFailures.ts';
import type { Network } from './simulatorNetwork.ts';
import { isCalm, type Passage, throwWeather } from './simulatorWeather.ts';

/** How far back the carrier's message log is read for in-doubt look-ups, ms; no delivery lives longer. */
const LOG_REACHES = 48 * 60 * 60 * 1000;

const PLAIN: Passage = { lost: false, twice: false, reordered: false, fails: false, afterMs: 0 };

export type Downlink = Pick<Provider, 'send' | 'find'> & {
  /** A text of the carrier's own, such as its answer to STOP. Not a delivery of ours, and not under the weather. */
  answer(from: string, to: string, text: string): Promise<void>;
  resume(message: CarrierMessage): void;
};

/** From us to the phones. */
export function createDownlink(network: Network): Downlink {
  const { carrierLog, clock, ids, log, random, air, receipts, append, emit } = network;

  async function send(outgoing: OutgoingText, signal?: AbortSignal): Promise<SendOutcome> {
    if (signal?.aborted) return { result: 'temporary', reason: 'aborted', retryAfterMs: null };
    const refusal = refuse(outgoing);
    if (refusal) return refusal;
    const weather = network.weather();
    try {
      // A block outlives the switch in the store, but only the switch makes the carrier mind it.
      if (weather.stopHandling === 'default' && (await carrierLog.blocked(outgoing.from, outgoing.to)))
        return { result: 'blocked', reason: '21610' };
      const passage = isCalm(weather) ? PLAIN : throwWeather(weather, random);
      const failure = passage.fails ? FAILURES[weather.failCode] : undefined;
      if (failure?.at === 'send') return failure.outcome;
      return await accept(outgoing, passage, failure ? weather.failCode : null);
    } catch (error) {
      // The log may have taken it before it broke, as a provider may before its answer is lost.
      log.error({ deliveryId: outgoing.deliveryId, kind: nameOf(error) }, 'the carrier log did not answer');
      return { result: 'unknown', reason: 'carrier_log' };
    }
  }

  async function accept(outgoing: OutgoingText, passage: Passage, code: string | null): Promise<SendOutcome> {
    const now = clock.now();
    const { deliveryId, from, to, text } = outgoing;
    const flies = passage.afterMs > 0;
    const status = code !== null ? 'failed' : passage.lost ? 'lost' : flies ? 'accepted' : 'delivered';
    const message: CarrierMessage = {
      id: ids.next(now),
      direction: 'to_phone',
      from,
      to,
      text,
      deliveryId,
      status,
      // The hour of arrival, for a phone sorts by what came when.
      at: now + (status === 'accepted' ? passage.afterMs : 0),
    };
    await append(message);
    const again = passage.twice && !passage.lost && code === null ? await copy(message) : null;
    if (status !== 'accepted') show(message);
    if (again && status === 'delivered') show(again);
    report(message, passage, code);
    if (status === 'accepted')
      air.fly(message.id, passage.afterMs, async () => {
        await land(message, passage.reordered);
        if (again) await landCopy(again);
      });
    return { result: 'accepted', providerId: message.id };
  }

  async function copy(message: CarrierMessage): Promise<CarrierMessage> {
    const again = { ...message, id: ids.next(clock.now()) };
    await append(again);
    return again;
  }

  /** What is sent back at once; what flies reports its arrival when it lands. */
  function report(message: CarrierMessage, passage: Passage, code: string | null): void {
    if (message.status === 'failed') receipt(message, 'undelivered', code);
    // Lost in the air: the carrier never learns of it, so neither do we.
    if (message.status === 'lost') receipt(message, 'sent', null);
    if (message.status === 'accepted' && !passage.reordered) receipt(message, 'sent', null);
    if (message.status !== 'delivered') return;
    receipt(message, 'delivered', null);
    if (passage.twice) receipt(message, 'delivered', null);
  }

  async function land(message: CarrierMessage, sentComesLate: boolean): Promise<void> {
    await landCopy(message);
    receipt(message, 'delivered', null);
    if (sentComesLate) receipt(message, 'sent', null);
  }

  async function landCopy(message: CarrierMessage): Promise<void> {
    await carrierLog.setStatus(message.id, 'delivered');
    show({ ...message, status: 'delivered' });
  }

  function receipt(message: CarrierMessage, status: Receipt['status'], reason: string | null): void {
    const { deliveryId, id: providerId } = message;
    if (deliveryId !== null) receipts.add({ deliveryId, providerId, status, reason, at: clock.now() });
  }

  const show = (message: CarrierMessage): void => emit({ kind: 'message', message });

  async function find(to: string, from: string): Promise<SentText[] | null> {
    const now = clock.now();
    try {
      const messages = await carrierLog.find(to, from, now - LOG_REACHES);
      return messages.map(({ id, text, at, status }) => ({
        providerId: id,
        text,
        createdAt: Math.min(at, now),
        status,
      }));
    } catch (error) {
      log.error({ kind: nameOf(error) }, 'the carrier log could not be read');
      return null;
    }
  }

  async function answer(from: string, to: string, text: string): Promise<void> {
    const at = clock.now();
    const message: CarrierMessage = {
      id: ids.next(at),
      direction: 'to_phone',
      from,
      to,
      text,
      deliveryId: null,
      status: 'delivered',
      at,
    };
    await append(message);
    show(message);
  }

  const resume = (message: CarrierMessage): void => air.fly(message.id, 0, () => land(message, false));

  return { send, find, answer, resume };
}

/** What Twilio refuses before it takes a message. */
function refuse({ to, text }: OutgoingText): SendOutcome | null {
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return { result: 'permanent', reason: '21211' };
  if (text.length > LONGEST_TEXT) return { result: 'fault', reason: '21617' };
  return null;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
