import { mergeCopy } from '../core/copy.ts';
import type { OutgoingMail } from '../core/mailCopy.ts';
import type { Claimed, Lane } from '../ports/outbox.ts';
import { copyText } from './rules.ts';

/** A claimed delivery as it goes out: its text, and by mail what stands beside it (M-9). */
export function messageOf(lane: Lane, row: Claimed): { text: string; mail: OutgoingMail | null } {
  const { broadcast } = lane;
  if (lane.mail === null || row.mail === null)
    return { text: row.text ?? (broadcast ? copyText(broadcast, row) : ''), mail: null };
  const run = broadcast?.mail ?? null;
  const book = run?.book ?? row.mail.book;
  return {
    text: row.text ?? (broadcast ? mailText(broadcast, row) : ''),
    mail: {
      kind: row.kind,
      organisation: lane.mail.organisation,
      locale: book?.locale ?? lane.mail.locale,
      book,
      memberId: row.mail.memberId,
      name: row.memberName ?? '',
      letter: row.mail.letter,
      run,
    },
  };
}

/** Without the SMS header and footer: a mail has a sender's name, and says in its own words how to leave. */
function mailText({ text, tagged }: { text: string; tagged: boolean }, { memberName, memberFields }: Claimed): string {
  const name = memberName ?? '';
  return tagged ? mergeCopy(text, { ...memberFields, name }, true) : mergeCopy(text, { name });
}
