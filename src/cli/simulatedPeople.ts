import type { SimulatedNumber, SimulatedPerson } from '../ports/simulator.ts';
import type { Reads } from '../ports/store.ts';

/** Members of a book whose phones stand on the simulator's shelf; more can be added by number. */
const SHELF = 30;

/** The virtual numbers that the simulator carries, each under the name of its book or books. */
export async function simulatedNumbers(reads: Reads): Promise<SimulatedNumber[]> {
  const books = await reads.books();
  const found: SimulatedNumber[] = [];
  for (const number of await reads.numbers()) {
    if (number.provider !== 'simulator') continue;
    const organisation = await reads.organisation(number.organisationId);
    const names = books.filter((book) => book.numberId === number.id).map((book) => book.name);
    if (organisation)
      found.push({
        e164: number.e164,
        name: names.join(', ') || number.e164,
        country: organisation.country,
        timezone: organisation.timezone,
      });
  }
  return found;
}

/** Writers, functionaries and the first members of every book on a simulated number. */
export async function simulatedPeople(reads: Reads): Promise<SimulatedPerson[]> {
  const simulated = new Set(
    (await reads.numbers()).filter((number) => number.provider === 'simulator').map((number) => number.id),
  );
  const people: SimulatedPerson[] = [];
  for (const book of await reads.books()) {
    if (!simulated.has(book.numberId)) continue;
    const members = await reads.members(book.id, { after: '', limit: SHELF });
    const nameOf = (number: string) => members.find((member) => member.phone === number)?.name ?? '';
    const add = (number: string | null, name: string, role: SimulatedPerson['role']) => {
      if (number?.startsWith('+')) people.push({ number, name, role, book: book.name });
    };
    for (const number of await reads.writers(book.id)) add(number, nameOf(number), 'writer');
    for (const number of await reads.functionaries(book.id)) add(number, nameOf(number), 'functionary');
    for (const member of members) add(member.phone, member.name, 'member');
  }
  return people;
}
