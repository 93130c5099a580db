import { inviteUser, linkPath } from '../../../../app/account/links.ts';
import type { FieldProblem } from '../../../../app/desk/desk.ts';
import { addUser, changeRole, setDisabled, type UserChange, unbindSignOn } from '../../../../app/desk/users.ts';
import { ROLES, type Role, type User } from '../../../../core/account.ts';
import { mayGive } from '../../../../core/permissions.ts';
import { moment } from '../../format.ts';
import type { UserPage } from '../../page.ts';
import { fieldMaker, problemTexts } from '../book/fields.ts';
import { partsOf } from './parts.ts';

/** The users of an organisation: who they are, what they may, and when they were last here. */
export const showUsers = (page: UserPage) => render(page, { mail: '', role: 'sender' }, []);

const by = (page: UserPage) => ({ actor: page.user.id, door: 'web' }) as const;

export async function inviteNew(page: UserPage): Promise<void> {
  const typed = { mail: page.form.line('mail'), role: page.form.text('role') };
  const result = await addUser(page.organisation.id, typed, page.user, by(page), page.deps);
  if (!result.ok) return render(page, typed, result.problems);
  showLink(page, result.user, result.token);
}

/** A new link for somebody who lost the first one, or the password. */
export async function inviteAgain(page: UserPage): Promise<void> {
  const user = await page.deps.store.reads.user(page.param('user'));
  if (user?.organisationId !== page.organisation.id) return page.refuse(404);
  // One's own goes by /account, which asks for the old password: a borrowed browser must not get around that.
  if (!mayGive(page.user, user.role) || user.disabledAt !== null || user.id === page.user.id) return page.refuse(403);
  const { token } = await inviteUser(user, page.user.id, page.deps);
  showLink(page, user, token);
}

/** The link is shown this once: whoever has it chooses the password. */
function showLink(page: UserPage, user: User, token: string): void {
  const isNew = user.passwordHash === null;
  page.render('organisation/link', {
    title: page.t(isNew ? 'organisation.link.invite' : 'organisation.link.reset', { mail: user.mail }),
    link: new URL(linkPath(isNew ? 'invite' : 'reset', token), page.deps.publicUrl).href,
    lasts: page.t(isNew ? 'organisation.link.week' : 'organisation.link.hours'),
  });
}

export async function saveUser(page: UserPage): Promise<void> {
  const { form, organisation, user, deps } = page;
  const id = page.param('user');
  const what = form.text('do');
  let result: UserChange;
  if (what === 'disable' || what === 'enable')
    result = await setDisabled(organisation.id, id, what === 'disable', user, by(page), deps);
  else if (what === 'unbind') result = await unbindSignOn(organisation.id, id, user, by(page), deps);
  else result = await changeRole(organisation.id, id, form.text('role') as Role, user, by(page), deps);
  if (!result.ok && result.why === 'not_found') return page.refuse(404);
  page.redirect(
    '/organisation/users',
    result.ok
      ? { key: 'organisation.users.saved', params: { name: result.user.name || result.user.mail } }
      : { key: `organisation.users.${result.why as Exclude<typeof result.why, 'not_found'>}`, tone: 'warn' },
  );
}

async function render(
  page: UserPage,
  typed: { mail: string; role: string },
  problems: readonly FieldProblem[],
): Promise<void> {
  const { organisation, deps, t, user: reader, locale, now } = page;
  const { reads } = deps.store;
  const [users, books] = await Promise.all([reads.users(organisation.id), reads.books()]);
  const names = new Map(books.map(({ id, name }) => [id, name]));
  const roles = ROLES.filter((role) => mayGive(reader, role));
  const choices = roles.map((role) => [role, t(`book.role.${role}`)] as const);
  const make = fieldMaker(typed, problemTexts(page, problems), 'new-');
  const rows = await Promise.all(
    users.map(async (user) => {
      const always = user.role === 'admin' || user.role === 'operator';
      const accesses = always ? [] : await reads.accesses(user.id);
      const shown = user.name || user.mail;
      const isSelf = user.id === reader.id;
      return {
        name: shown,
        mail: user.name === '' ? '' : user.mail,
        isSelf,
        isOff: user.disabledAt !== null,
        stateText: stateOf(page, user),
        seen: user.seenAt === null ? null : moment(locale, organisation.timezone, user.seenAt, now),
        roleText: t(`book.role.${user.role}`),
        booksText: always
          ? t('organisation.users.allBooks')
          : accesses.length === 0
            ? t('organisation.users.noBooks')
            : accesses.map((id) => names.get(id) ?? '').join(', '),
        isBound: user.subject !== null,
        mayChange: !isSelf && mayGive(reader, user.role),
        action: `/organisation/users/${user.id}`,
        linkAction: `/organisation/users/${user.id}/link`,
        linkText: t(user.passwordHash === null ? 'organisation.users.inviteAgain' : 'organisation.users.newPassword'),
        roleId: `role-${user.id}`,
        roleLabel: t('organisation.users.roleOf', { name: shown }),
        roles: roles.map((role) => ({
          roleValue: role,
          roleName: t(`book.role.${role}`),
          chosen: role === user.role,
        })),
        switchTo: user.disabledAt === null ? 'disable' : 'enable',
        switchText: t(user.disabledAt === null ? 'organisation.users.disable' : 'organisation.users.enable'),
        moreText: t('organisation.users.changeName', { name: shown }),
      };
    }),
  );
  page.render(
    'organisation/users',
    {
      parts: partsOf(page, 'users'),
      rows,
      fields: [
        make.text(
          'mail',
          { label: t('organisation.users.mail'), hint: t('organisation.users.mail.hint') },
          { type: 'email', max: 254 },
        ),
        make.radio(
          'role',
          { label: t('book.access.role') },
          choices.map(([role, name]) => [role, `${name}: ${t(`organisation.role.${role}`)}`] as const),
        ),
      ],
    },
    problems.length > 0 ? 422 : 200,
  );
}

const stateOf = ({ t }: UserPage, user: User): string =>
  user.disabledAt !== null
    ? t('organisation.users.off')
    : user.passwordHash === null
      ? t('organisation.users.invited')
      : '';
