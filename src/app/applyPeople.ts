import { newUser, type User } from '../core/account.ts';
import type { Book } from '../core/book.ts';
import type { Organisation } from '../core/organisation.ts';
import type { ReadBook, ReadFile } from './applyFile.ts';
import type { ApplyPlan } from './applyPlan.ts';
import type { Present } from './applyPresent.ts';
import { listStep } from './listStep.ts';

/** Writers and functionaries are set to exactly those that the file names; a list that it does not name stays. */
export function planLists(
  read: ReadBook,
  book: Book,
  ownNumbers: ReadonlySet<string>,
  present: Present,
  plan: ApplyPlan,
): void {
  for (const table of ['writers', 'functionaries'] as const) {
    const wanted = read[table];
    if (wanted === undefined) continue;
    const noun = table === 'writers' ? 'writer' : 'functionary';
    const now = present[table].get(book.id) ?? [];
    for (const address of wanted) {
      // B-31: a number of ours never writes; as a functionary it would text itself.
      if (ownNumbers.has(address))
        plan.errors.push({
          line: read.line,
          message: `book ${read.address}: ${noun} ${address} is a virtual number of this installation`,
        });
      if (now.includes(address)) continue;
      plan.steps.push(listStep(table, book.id, address, 'ignore'));
      plan.changes.push(`book ${read.address}: ${noun} ${address} added`);
    }
    for (const address of now) {
      if (wanted.includes(address)) continue;
      plan.steps.push({ remove: table, where: { bookId: book.id, address } });
      if (table === 'writers') plan.steps.push({ remove: 'crisisPins', where: { bookId: book.id, address } });
      plan.changes.push(`book ${read.address}: ${noun} ${address} removed`);
    }
  }
}

/** Mails of a writer always wait for their link, or only in doubt; the file names it for some, or for none. */
export function planConfirming(read: ReadBook, book: Book, present: Present, plan: ApplyPlan): void {
  const now = present.confirming.get(book.id) ?? [];
  for (const [address, alwaysConfirm] of Object.entries(read.confirming ?? {})) {
    if (now.includes(address) === alwaysConfirm) continue;
    plan.steps.push({ change: 'writers', where: { bookId: book.id, address }, set: { alwaysConfirm }, none: 'stale' });
    plan.changes.push(`book ${read.address}: writer ${address} confirms ${alwaysConfirm ? 'every mail' : 'in doubt'}`);
  }
}

/** Users and, where the file names it, exactly the books that they may see. */
export function planUsers(
  file: ReadFile,
  organisation: Organisation,
  books: ReadonlyMap<string, Book>,
  present: Present,
  plan: ApplyPlan,
): void {
  const own = new Map(
    present.books.filter((book) => book.organisationId === organisation.id).map((book) => [book.address, book]),
  );
  const addressOf = new Map([...own.values(), ...books.values()].map((book) => [book.id, book.address]));
  for (const { line, mail, role, access } of file.users) {
    const known = present.users.find((user) => user.mail === mail);
    if (known && known.organisationId !== organisation.id) {
      plan.errors.push({ line, message: `user ${mail} belongs to another organisation` });
      continue;
    }
    const user =
      known ??
      addUser(
        newUser({ id: plan.ids.next(plan.now), organisationId: organisation.id, mail, role, createdAt: plan.now }),
        plan,
      );
    if (user.role !== role) {
      plan.steps.push({ change: 'users', where: { id: user.id, role: user.role }, set: { role }, none: 'stale' });
      plan.changes.push(`user ${mail}: role ${user.role} -> ${role}`);
    }
    if (access === undefined) continue;
    const wanted = new Set<string>();
    for (const address of access) {
      const book = books.get(address) ?? own.get(address);
      if (book) wanted.add(book.id);
      else plan.errors.push({ line, message: `user ${mail}: there is no book ${address} in this organisation` });
    }
    setAccess(user, wanted, present.accesses.get(user.id) ?? [], addressOf, plan);
  }
}

function addUser(user: User, plan: ApplyPlan): User {
  plan.steps.push({ add: 'users', row: user, exists: 'stale' });
  plan.changes.push(`user ${user.mail} created (${user.role})`);
  return user;
}

function setAccess(
  user: User,
  wanted: ReadonlySet<string>,
  now: readonly string[],
  addressOf: ReadonlyMap<string, string>,
  plan: ApplyPlan,
): void {
  for (const bookId of wanted) {
    if (now.includes(bookId)) continue;
    plan.steps.push({ add: 'accesses', row: { userId: user.id, bookId }, exists: 'ignore' });
    plan.changes.push(`user ${user.mail}: access to ${addressOf.get(bookId)} given`);
  }
  for (const bookId of now) {
    if (wanted.has(bookId)) continue;
    plan.steps.push({ remove: 'accesses', where: { userId: user.id, bookId } });
    plan.changes.push(`user ${user.mail}: access to ${addressOf.get(bookId) ?? 'a book'} taken away`);
  }
}
