import { eraseMember, personHere } from '../../../../app/desk/eraseMember.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { BookPage } from '../../page.ts';
import { baseOf, numberText } from '../members/words.ts';
import { called, found } from './who.ts';

/** GET …/erase: what goes, what stays, and a word to type. */
export const showErase = (page: BookPage): Promise<void> => render(page, '');

/** POST …/erase */
export async function erase(page: BookPage): Promise<void> {
  const { t, form, user, deps, book, organisation } = page;
  const word = t('person.erase.word');
  if (form.line('word').toLocaleUpperCase(page.locale) !== word) return render(page, t('person.erase.wrong', { word }));
  const by = { actor: user.id, door: 'web' } as const;
  const result = await eraseMember(book, organisation, page.param('member'), by, deps);
  if (result.ok)
    return page.redirect(`${baseOf(page)}/members`, {
      key: 'person.erase.done',
      params: { organisation: organisation.name },
    });
  // Pressed twice: they are gone already.
  if (result.why === 'not_found') return page.refuse(404);
  page.redirect(`${baseOf(page)}/members/${page.param('member')}`, {
    key: result.why === 'shared' ? 'person.erase.cannot' : 'person.erase.changed',
    tone: 'warn',
  });
}

async function render(page: BookPage, problem: string): Promise<void> {
  const member = await found(page);
  if (!member) return;
  const { t, deps, organisation } = page;
  const { reads } = deps.store;
  const who = called(page, member);
  const { members, addresses, shared } = await personHere(page.book, member, deps);
  const books = (await reads.books()).filter(({ organisationId }) => organisationId === organisation.id);
  const roles: string[] = [];
  for (const { id, name } of books) {
    const listed = [...(await reads.writers(id)), ...(await reads.functionaries(id))];
    if (listed.some((address) => addresses.includes(address))) roles.push(name);
  }
  const users = await reads.users(organisation.id);
  const named = books.filter(({ id }) => members.some(({ bookId }) => bookId === id)).map(({ name }) => name);
  const path = `${baseOf(page)}/members/${member.id}`;
  const shown = (address: string): string =>
    address.startsWith('+') ? formatNational(address, organisation.country) : address;
  page.render(
    'person/erase',
    {
      title: t('person.erase.title', { who }),
      lead: t('person.erase.lead', { organisation: organisation.name }),
      cannot: addresses.length === 0 ? t('person.erase.cannot') : '',
      goes: [
        t('person.erase.goes.member', { books: named.join(', ') }),
        t('person.erase.goes.texts', { who }),
        t('person.erase.goes.sent', { who }),
        ...(roles.length > 0 ? [t('person.erase.goes.roles', { books: roles.join(', ') })] : []),
        t('person.erase.goes.consent'),
      ],
      stays: [
        t('person.erase.stays.hash', { who }),
        t('person.erase.stays.lines'),
        t('person.erase.stays.others', { who }),
        ...(users.some(({ mail }) => addresses.includes(mail)) ? [t('person.erase.stays.login')] : []),
        ...shared.map((address) => t('person.erase.stays.shared', { address: shown(address) })),
      ],
      after: t('person.erase.after', { who, word: 'START', number: numberText(page) }),
      action: `${path}/erase`,
      typeLabel: t('person.erase.type', { word: t('person.erase.word') }),
      problem,
      keepHref: path,
    },
    problem === '' ? 200 : 422,
  );
}
