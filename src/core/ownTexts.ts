import type { Book } from './book.ts';
import type { Organisation } from './organisation.ts';
import { wordings } from './ownWording.ts';
import { forHelp } from './replyParams.ts';
import type { ReplyText } from './replyText.ts';
import type { Snapshot } from './snapshot.ts';

/** The automatic texts that a sender may quote back at us (B-25), in the words of each book on the number. */
export function ownTexts({ organisation, books }: Pick<Snapshot, 'organisation' | 'books'>): string[] {
  return books.flatMap(({ book }) => automaticTexts(organisation, book).flatMap((text) => wordings(book, text)));
}

function automaticTexts(organisation: Organisation, { smsName: book }: Book): ReplyText[] {
  return [
    { key: 'joined', params: { book } },
    { key: 'joinRequested', params: { book } },
    { key: 'stillPending', params: { book } },
    { key: 'left', params: { book } },
    { key: 'askLeave', params: { book } },
    { key: 'askLeaveSoft', params: { book } },
    { key: 'askLeaveExempt', params: { book } },
    { key: 'stayed', params: { book } },
    { key: 'hintJoin', params: { book } },
    { key: 'hintLeave', params: { book } },
    { key: 'reachedFunctionaries', params: { book } },
    { key: 'footerReply', params: {} },
    forHelp(organisation, book),
  ];
}
