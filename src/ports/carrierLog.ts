/** One message in the simulated phone network. Kept in the store, so that phones survive a restart. */
export type CarrierMessage = {
  id: string;
  /** `to_phone` left us; `to_us` was typed on a simulated phone. */
  direction: 'to_phone' | 'to_us';
  from: string;
  to: string;
  text: string;
  /** Our delivery id for messages to phones. */
  deliveryId: number | null;
  /** `accepted`, then `delivered`, `lost` or `failed`; for `to_us`: `waiting`, then `delivered`. */
  status: 'accepted' | 'waiting' | 'delivered' | 'lost' | 'failed';
  at: number;
};

/** The simulator's memory: what a real provider would keep in its message log. */
export interface CarrierLog {
  append(messages: readonly CarrierMessage[]): Promise<void>;
  setStatus(id: string, status: CarrierMessage['status']): Promise<void>;
  /** Newest last, at most `limit`, of one phone (either direction). */
  ofPhone(number: string, limit: number): Promise<CarrierMessage[]>;
  /** Messages to a phone from one of our numbers, newest first: the provider's message log for in-doubt look-ups. */
  find(to: string, from: string, since: number): Promise<CarrierMessage[]>;
  /** Phones that have been used with any of our numbers, most recently used first. */
  phones(limit: number): Promise<string[]>;
  /** Blocks that the simulated carrier keeps when it behaves like Twilio's own STOP handling. */
  blocked(from: string, to: string): Promise<boolean>;
  setBlocked(from: string, to: string, blocked: boolean): Promise<void>;
}
