import { getTableColumns } from 'drizzle-orm';
import type { ConsentPerson } from '../core/consent.ts';
import { orNull } from './statement.ts';
import type { Tables } from './tables.ts';

/** The personal part of a ledger line beside its facts, by a left join: it may have been erased. */
export function personFields({ consentPersons }: Pick<Tables, 'consentPersons'>) {
  const person = getTableColumns(consentPersons);
  return {
    eventId: orNull(person.eventId),
    salt: orNull(person.salt),
    address: orNull(person.address),
    name: orNull(person.name),
    text: orNull(person.text),
    providerId: orNull(person.providerId),
  };
}

/** The row with its personal part as one value; null: it was erased. */
export function erasable<R extends { [K in keyof ConsentPerson]: string | null }>({
  eventId,
  salt,
  address,
  name,
  text,
  providerId,
  ...facts
}: R): Omit<R, keyof ConsentPerson> & { person: ConsentPerson | null } {
  const person =
    eventId === null || salt === null
      ? null
      : { eventId, salt, address: address ?? '', name: name ?? '', text: text ?? '', providerId: providerId ?? '' };
  return { ...facts, person };
}
