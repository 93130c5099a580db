/**
 * What a carrier like Twilio does with words of its own (design 6, column "default long code"): it matches the whole
 * text, in any case, and nothing else. STOPP and HJÄLP are not among them.
 */
const WORDS: ReadonlyMap<string, 'STOP' | 'START' | 'HELP'> = new Map([
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'].map((w) => [w, 'STOP'] as const),
  ...['START', 'YES', 'UNSTOP'].map((w) => [w, 'START'] as const),
  ...['HELP', 'INFO'].map((w) => [w, 'HELP'] as const),
]);

export type CarrierKeyword = 'STOP' | 'START' | 'HELP';

export const carrierKeyword = (text: string): CarrierKeyword | null => WORDS.get(text.trim().toUpperCase()) ?? null;

/** English whatever the list speaks, as with the real ones: that is what this switch is there to show. */
export const CARRIER_ANSWER: Readonly<Record<CarrierKeyword, string>> = {
  STOP: 'You are unsubscribed and will get no more messages from this number. Reply START to get them again.',
  START: 'You are subscribed again to messages from this number. Reply HELP for help, STOP to unsubscribe.',
  HELP: 'Reply STOP to unsubscribe. Message and data rates may apply.',
};
