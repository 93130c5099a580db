import { localDate } from '../i18n/dates.ts';
import type { Organisation } from './organisation.ts';
import { wordings } from './ownWording.ts';
import { forHelp } from './replyParams.ts';
import type { ReplyText } from './replyText.ts';
import type { BookView, Snapshot } from './snapshot.ts';

/** The automatic texts that a sender may quote back at us (B-25), in the words of each book on the number. */
export function ownTexts({ organisation, books }: Pick<Snapshot, 'organisation' | 'books'>): string[] {
  return books.flatMap((view) =>
    [...automaticTexts(organisation, view.book), ...pauseTexts(organisation, view)].flatMap((text) =>
      wordings(view.book, text),
    ),
  );
}

function automaticTexts(organisation: Organisation, { smsName: book }: BookView['book']): ReplyText[] {
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
    { key: 'hintPause', params: { book } },
    { key: 'pausedAlready', params: { book } },
    { key: 'reachedFunctionaries', params: { book } },
    { key: 'footerReply', params: {} },
    forHelp(organisation, book),
  ];
}

/** B-49: as it was written when the pause was asked for, with its last day. */
function pauseTexts({ timezone }: Organisation, { book, members }: BookView): ReplyText[] {
  return members.flatMap(({ pausedUntil, since }): ReplyText[] => {
    if (pausedUntil === null) return [];
    const date = localDate(pausedUntil - 1, timezone, book.locale, since);
    return [
      { key: 'paused', params: { book: book.smsName, date } },
      { key: 'pausedAll', params: { date } },
    ];
  });
}
