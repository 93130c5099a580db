import type { InboundText } from '../core/inbound.ts';
import type { CarrierMessage } from '../ports/carrierLog.ts';
import type { ReceiveResult } from '../ports/intake.ts';
import type { SimulatorDoor, TypedText } from '../ports/simulator.ts';
import { CARRIER_ANSWER, type CarrierKeyword, carrierKeyword } from './simulatorKeywords.ts';
import type { Network } from './simulatorNetwork.ts';
import { isCalm, throwWeather } from './simulatorWeather.ts';

/** A message typed twice with the same id is looked for among this many of the phone's last. */
const REMEMBERED = 200;

export type Uplink = Pick<SimulatorDoor, 'type'> & { resume(message: CarrierMessage): void };
type Answer = (from: string, to: string, text: string) => Promise<void>;

/** From the phones to us. */
export function createUplink(network: Network, answer: Answer): Uplink {
  const { carrierLog, clock, ids, random, air, append, emit, receiveText } = network;

  async function type(typed: TypedText): ReturnType<SimulatorDoor['type']> {
    const at = clock.now();
    const { from, to, text } = typed;
    const id = typed.id ?? ids.next(at);
    const message: CarrierMessage = { id, direction: 'to_us', from, to, text, deliveryId: null, status: 'waiting', at };
    const known = typed.id !== undefined && (await isKnown(from, typed.id));
    if (isCalm(network.weather())) return throughCalm(message, typed, known);
    return throughWeather(message, typed, known);
  }

  /** One write beside the intake's own commit; nothing is written for what did not get in. */
  async function throughCalm(message: CarrierMessage, typed: TypedText, known: boolean) {
    const { id, from } = message;
    if (!known) emit({ kind: 'message', message });
    try {
      const result = await hand(message, typed);
      if (result === 'done' || result === 'duplicate') {
        const arrived: CarrierMessage = { ...message, status: 'delivered' };
        if (!known) await append(arrived);
        emit({ kind: 'message', message: arrived });
      } else if (!known) emit({ kind: 'gone', id, phone: from });
      return { id, result };
    } catch (error) {
      if (!known) emit({ kind: 'gone', id, phone: from });
      throw error;
    }
  }

  async function throughWeather(message: CarrierMessage, typed: TypedText, known: boolean) {
    const passage = throwWeather(network.weather(), random);
    const sent: CarrierMessage = { ...message, status: passage.lost ? 'lost' : 'waiting' };
    if (!known) await append(sent);
    emit({ kind: 'message', message: sent });
    if (passage.lost) return { id: sent.id, result: 'lost' as const };
    if (passage.afterMs > 0) {
      air.fly(sent.id, passage.afterMs, async () => void (await land(sent, typed, passage.twice)));
      return { id: sent.id, result: 'waiting' as const };
    }
    return { id: sent.id, result: await land(sent, typed, passage.twice) };
  }

  async function land(message: CarrierMessage, typed: TypedText, twice: boolean): Promise<ReceiveResult> {
    const arrive = async (status: CarrierMessage['status']) => {
      await carrierLog.setStatus(message.id, status);
      emit({ kind: 'message', message: { ...message, status } });
    };
    try {
      const result = await hand(message, typed);
      if (twice) await repeat(message, typed);
      await arrive(result === 'done' || result === 'duplicate' ? 'delivered' : 'failed');
      return result;
    } catch (error) {
      await arrive('failed').catch(() => undefined);
      throw error;
    }
  }

  /** A webhook that is called again keeps the message's id (B-28); a network that repeats itself gives a new one (B-29). */
  async function repeat(message: CarrierMessage, typed: TypedText): Promise<void> {
    const id = random() < 0.5 ? message.id : ids.next(clock.now());
    await receiveText(inboundOf({ ...message, id }, typed, null));
  }

  async function hand(message: CarrierMessage, typed: TypedText): Promise<ReceiveResult> {
    const { stopHandling } = network.weather();
    const keyword = stopHandling === 'default' ? carrierKeyword(typed.text) : null;
    if (keyword) await act(keyword, message);
    return receiveText(inboundOf(message, typed, keyword));
  }

  /** As Twilio: the pair is blocked from our number to the phone, and only what changes it (or HELP) is answered. */
  async function act(keyword: CarrierKeyword, { from: phone, to: number }: CarrierMessage): Promise<void> {
    if (keyword !== 'HELP') {
      const stop = keyword === 'STOP';
      if ((await carrierLog.blocked(number, phone)) === stop) return;
      await carrierLog.setBlocked(number, phone, stop);
    }
    await answer(number, phone, CARRIER_ANSWER[keyword]);
  }

  const isKnown = async (phone: string, id: string): Promise<boolean> =>
    (await carrierLog.ofPhone(phone, REMEMBERED)).some((message) => message.id === id);

  function resume(message: CarrierMessage): void {
    const { from, to, text } = message;
    const typed: TypedText = { from, to, text, mediaCount: 0, missingPart: false };
    air.fly(message.id, 0, async () => void (await land(message, typed, false)));
  }

  return { type, resume };
}

function inboundOf(message: CarrierMessage, typed: TypedText, optOut: InboundText['optOut']): InboundText {
  return {
    providerId: message.id,
    from: typed.from,
    to: typed.to,
    text: typed.text,
    mediaCount: typed.mediaCount,
    missingPart: typed.missingPart,
    optOut,
    providerAt: null,
  };
}
