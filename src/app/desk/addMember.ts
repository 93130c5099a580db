import type { AddingRefusal } from '../../core/adding.ts';
import { readMail } from '../../core/address.ts';
import type { Book } from '../../core/book.ts';
import type { MarkProblem } from '../../core/marks.ts';
import type { MemberStatus } from '../../core/member.ts';
import type { Organisation } from '../../core/organisation.ts';
import { type PhoneRefusal, readMobile } from '../../core/phoneNumber.ts';
import { planPeople } from '../addPeople.ts';
import type { ReadPerson } from '../applyFile.ts';
import { DESK_TRIES, type Desk, type DeskDeps, deskLog } from './desk.ts';
import { type MemberForm, readMarks } from './tendMember.ts';

export type NewMemberForm = MemberForm & { phone: string; mail: string };
export type NewMemberProblem =
  | { field: 'phone'; why: PhoneRefusal | 'own_number' | 'phone_or_mail' }
  | { field: 'mail'; why: 'not_a_mail' }
  | { field: 'name' | 'labels' | 'fields'; why: MarkProblem };
export type AddedMember =
  | { ok: true; outcome: 'added' | 'changed' | 'already_there'; id: string; status: MemberStatus }
  | { ok: false; why: 'form'; problems: NewMemberProblem[] }
  /** B-41: `at` (ms) and `how` ("sms B-11") say when and how they left, where that is known. */
  | { ok: false; why: AddingRefusal; at: number | null; how: string; who: string }
  | { ok: false; why: 'changed' };

/** Reads what somebody typed; numbers without a country code are of `country`. */
export function readNewMember(
  form: NewMemberForm,
  country: string,
): { person: ReadPerson; problems: NewMemberProblem[] } {
  const problems: NewMemberProblem[] = [];
  const phone = form.phone.trim() === '' ? null : readMobile(form.phone, country);
  const mail = form.mail.trim() === '' ? null : readMail(form.mail);
  if (phone === null && mail === null) problems.push({ field: 'phone', why: 'phone_or_mail' });
  if (phone && !phone.ok) problems.push({ field: 'phone', why: phone.why });
  if (mail && !mail.ok) problems.push({ field: 'mail', why: 'not_a_mail' });
  const marks = readMarks(form);
  const person: ReadPerson = {
    phone: phone?.ok ? phone.e164 : null,
    mail: mail?.ok ? mail.mail : null,
    name: marks.name,
    labels: marks.labels.length > 0 ? marks.labels : null,
    fields: marks.fields,
    line: 1,
  };
  return { person, problems: [...problems, ...marks.problems] };
}

/** One person by hand (S3-2), under the rules of every import (B-41). */
export async function addMember(
  book: Book,
  organisation: Organisation,
  form: NewMemberForm,
  by: Desk,
  deps: DeskDeps,
): Promise<AddedMember> {
  const { person, problems } = readNewMember(form, organisation.country);
  const ownNumbers = new Set((await deps.store.reads.numbers()).map(({ e164 }) => e164));
  if (person.phone !== null && ownNumbers.has(person.phone)) problems.push({ field: 'phone', why: 'own_number' });
  if (problems.length > 0) return { ok: false, why: 'form', problems };
  const { timezone } = organisation;
  const log = deskLog(book.organisationId, by, deps);
  for (let attempt = 0; attempt < DESK_TRIES; attempt++) {
    const planned = await planPeople(
      [person],
      {
        book,
        timezone,
        rule: 'desk',
        ...(by.door === 'web' ? { door: 'web' as const } : {}),
        event: 'added',
        ownNumbers,
        seen: new Map(),
      },
      deps,
    );
    const [decided] = planned.decided;
    if (!decided) throw new Error('a person without a decision');
    const [id = ''] = planned.seen.keys();
    const steps = [...planned.steps];
    if (decided.do === 'refuse') steps.push(log(book.id, 'member_refused', { why: decided.why }));
    else if (decided.do !== 'nothing')
      steps.push(log(book.id, decided.do === 'create' ? 'member_added' : 'member_changed', { member: id }));
    if (steps.length > 0 && (await deps.store.commit(steps)) === 'stale') continue;
    switch (decided.do) {
      case 'refuse': {
        const { why, at, how } = decided;
        return { ok: false, why, at, how, who: person.phone ?? person.mail ?? '' };
      }
      case 'create':
        return { ok: true, outcome: 'added', id, status: 'active' };
      case 'change':
        return { ok: true, outcome: 'changed', id, status: decided.set.status ?? decided.member.status };
      case 'nothing':
        return { ok: true, outcome: 'already_there', id, status: decided.member.status };
    }
  }
  return { ok: false, why: 'changed' };
}
