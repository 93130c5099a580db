import type { Book } from '../../core/book.ts';
import { readPhone } from '../../core/phoneNumber.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog } from './desk.ts';
import { memberOf } from './tendMember.ts';

export type OtherPhoneSaved =
  | { ok: true; changed: boolean }
  | { ok: false; why: 'phone' | 'same' | 'own' }
  | { ok: false; why: 'not_found' | 'left' | 'changed' };

/**
 * A member's second number, used in a crisis alone; '' takes it away. It is no membership of its own: its STOPP is the
 * member's, and whoever left is locked as a whole (S3-14).
 */
export async function setOtherPhone(
  book: Book,
  id: string,
  typed: string,
  by: Desk,
  deps: DeskDeps,
): Promise<OtherPhoneSaved> {
  const { reads } = deps.store;
  const [organisation, numbers] = await Promise.all([reads.organisation(book.organisationId), reads.numbers()]);
  const read = typed.trim() === '' ? null : readPhone(typed, organisation?.country ?? '');
  if (read !== null && !read.ok) return { ok: false, why: 'phone' };
  const otherPhone = read === null ? null : read.e164;
  // B-31: a text from ourselves is nobody's answer.
  if (numbers.some(({ e164 }) => e164 === otherPhone)) return { ok: false, why: 'own' };
  return commitAtDesk<OtherPhoneSaved>(
    deps,
    async () => {
      const member = await memberOf(book, id, deps);
      if (!member) return { answer: { ok: false, why: 'not_found' }, steps: [] };
      if (member.status === 'unsubscribed') return { answer: { ok: false, why: 'left' }, steps: [] };
      if (otherPhone !== null && otherPhone === member.phone) return { answer: { ok: false, why: 'same' }, steps: [] };
      if (otherPhone === member.otherPhone) return { answer: { ok: true, changed: false }, steps: [] };
      const version = member.version + 1;
      return {
        answer: { ok: true, changed: true },
        steps: [
          {
            change: 'members',
            where: { id, version: member.version },
            set: { otherPhone, version },
            none: 'stale',
          },
          // What, not which: the log holds no personal data.
          deskLog(book.organisationId, by, deps)(book.id, 'member_changed', { member: id, what: 'other_phone' }),
        ],
      };
    },
    { ok: false, why: 'changed' },
  );
}
