import type { PageKey } from '../index.ts';

/**
 * What people read before they leave, come back or pause on their own page, or join on a book's, for the ledger: which words they said yes or no
 * to must be known for ever. Raise it with every change of a text under `CONSENT_KEYS`, in any language;
 * test/i18n/pageWording.test.ts keeps the digest of each version and asks for it.
 */
const VERSION = 1;
export const PAGE_WORDING = `page-${VERSION}`;

/** A mail service pressed for them (RFC 8058): no words of ours were shown. */
export const ONE_CLICK_WORDING = 'one-click';

/** The version of the page that somebody pressed a button on, as its form says; pages stay open over an update. */
export function wordingShown(posted: string): string {
  const version = Number(/^page-([1-9]\d{0,3})$/.exec(posted)?.[1] ?? 0);
  return version >= 1 && version <= VERSION ? posted : ONE_CLICK_WORDING;
}

export const CONSENT_KEYS: readonly PageKey[] = [
  'own.title',
  'own.lead.both',
  'own.lead.sms',
  'own.lead.mail',
  'own.stops.both',
  'own.stops.sms',
  'own.stops.mail',
  'own.stops.only',
  'own.pause',
  'own.pause.text',
  'own.pause.until',
  'own.pause.do',
  'own.pause.other',
  'own.pause.change',
  'own.paused',
  'own.paused.text',
  'own.paused.open',
  'own.paused.open.text',
  'own.paused.do',
  'own.asked',
  'own.asked.text',
  'own.asked.stay',
  'own.pending',
  'own.pending.text',
  'own.pending.leave',
  'mail.leave.title',
  'mail.leave.text',
  'mail.leave.back',
  'mail.leave.do',
  'mail.leave.asked',
  'mail.leave.asked.text',
  'mail.leave.asked.do',
  'mail.left',
  'mail.left.already',
  'mail.left.text',
  'mail.return.do',
  // The join page, around the consent in the book's own words, which the ledger has whole.
  'join.title',
  'join.lead',
  'join.consent',
  'join.do.phone',
  'join.do.mail',
  'join.do.either',
  'join.back.title',
  'join.back.lead',
  'join.code.do',
  'join.code.do.back',
  'mail.join.title',
  'mail.join.text',
  'mail.join.do',
];
