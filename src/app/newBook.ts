import type { Book } from '../core/book.ts';
import type { Organisation, VirtualNumber } from '../core/organisation.ts';
import type { Ids } from '../ports/clock.ts';
import { proposeSmsName } from './smsName.ts';

/** A book before anybody has set anything: the defaults of document 5. */
export function newBook(
  given: { name: string; address: string; smsName?: string | undefined },
  organisation: Organisation,
  number: VirtualNumber,
  { ids, now }: { ids: Ids; now: number },
): Book {
  const smsName = given.smsName ?? proposeSmsName(given.name, given.address);
  return {
    id: ids.next(now),
    organisationId: organisation.id,
    numberId: number.id,
    name: given.name,
    address: given.address,
    keyword: null,
    main: false,
    smsName,
    locale: organisation.locale,
    optIn: 'keyword',
    approval: 'automatic',
    senders: 'writers',
    confirmAbove: 100,
    header: `*${smsName}*`,
    footer: true,
    partLimit: 3,
    leaving: 'free',
    tellBroadcast: true,
    tellLeave: true,
    latestAfterMs: 4 * 3_600_000,
    quietFrom: null,
    quietTo: null,
    replies: {},
    storm: { recent: [], brakedUntil: null },
    replyTo: 'writer',
    longMail: 'shorten',
    subjectFirst: false,
    joinPage: null,
    crisis: null,
    createdAt: now,
    version: 1,
  };
}
