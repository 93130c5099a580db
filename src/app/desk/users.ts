import { newUser, ROLES, type Role, type User } from '../../core/account.ts';
import { readMail } from '../../core/address.ts';
import { mayGive } from '../../core/permissions.ts';
import type { Step, Store } from '../../ports/store.ts';
import { createLink } from '../account/links.ts';
import { dropSessionsOf } from '../account/sessions.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog, type FieldProblem } from './desk.ts';

export type UserAddition =
  /** `token`: of the link with which they choose a password; it stands nowhere else. */
  { ok: true; user: User; token: string } | { ok: false; problems: FieldProblem[] };

/** Invites somebody to an organisation. Whether an address is a user elsewhere is not told apart from other refusals. */
export async function addUser(
  organisationId: string,
  given: { mail: string; role: string },
  actor: User,
  by: Desk,
  deps: DeskDeps,
): Promise<UserAddition> {
  const mail = readMail(given.mail);
  const role = ROLES.find((each) => each === given.role);
  const problems: FieldProblem[] = [];
  if (!mail.ok) problems.push({ field: 'mail', why: given.mail.trim() === '' ? 'missing' : 'mail' });
  if (role === undefined) problems.push({ field: 'role', why: 'choose' });
  else if (!mayGive(actor, role)) problems.push({ field: 'role', why: 'role_above' });
  if (!mail.ok || role === undefined || problems.length > 0) return { ok: false, problems };
  return commitAtDesk<UserAddition>(
    deps,
    async () => {
      const known = await deps.store.reads.userByMail(mail.mail);
      if (known) {
        const isHere = known.organisationId === organisationId;
        // Whoever tries addresses to learn who has an account elsewhere is seen in the log.
        return {
          answer: { ok: false, problems: [{ field: 'mail', why: isHere ? 'user_here' : 'user_taken' }] },
          steps: isHere ? [] : [deskLog(organisationId, by, deps)(null, 'user_not_added')],
        };
      }
      const now = deps.clock.now();
      const user = newUser({ id: deps.ids.next(now), organisationId, mail: mail.mail, role, createdAt: now });
      const { token, step } = createLink('invite', user.id, deps);
      const log = deskLog(organisationId, by, deps);
      return {
        answer: { ok: true, user, token },
        steps: [{ add: 'users', row: user, exists: 'stale' }, step, log(null, 'user_added', { user: user.id, role })],
      };
    },
    { ok: false, problems: [{ field: 'mail', why: 'changed' }] },
  );
}

/** `self`: nobody locks themselves out · `last_operator`: somebody must be able to run the installation. */
export type UserRefusal = 'not_found' | 'self' | 'role_above' | 'last_operator' | 'changed';
export type UserChange = { ok: true; user: User; changed: boolean } | { ok: false; why: UserRefusal };

export async function changeRole(
  organisationId: string,
  userId: string,
  role: Role,
  actor: User,
  by: Desk,
  deps: DeskDeps,
): Promise<UserChange> {
  const allowed = ROLES.includes(role) && mayGive(actor, role);
  return changeUser(organisationId, userId, actor, deps, (user) =>
    !allowed
      ? 'role_above'
      : user.role === role
        ? null
        : {
            set: { role },
            more: [],
            log: deskLog(organisationId, by, deps)(null, 'role_changed', {
              user: user.id,
              before: user.role,
              after: role,
            }),
          },
  );
}

/** A user who is shut out is signed out everywhere at once, and links that were made for them stop working. */
export async function setDisabled(
  organisationId: string,
  userId: string,
  disabled: boolean,
  actor: User,
  by: Desk,
  deps: DeskDeps,
): Promise<UserChange> {
  return changeUser(organisationId, userId, actor, deps, (user) =>
    (user.disabledAt !== null) === disabled
      ? null
      : {
          set: { disabledAt: disabled ? deps.clock.now() : null },
          more: disabled ? [dropSessionsOf(user.id), { remove: 'links', where: { userId: user.id } }] : [],
          log: deskLog(organisationId, by, deps)(null, disabled ? 'user_disabled' : 'user_enabled', { user: user.id }),
        },
  );
}

/**
 * Lets go of the organisation's own account that somebody came with, so that another may take its place: their account
 * there was made anew, or somebody else has got their mail address. Whoever came with the old one is signed out.
 */
export async function unbindSignOn(
  organisationId: string,
  userId: string,
  actor: User,
  by: Desk,
  deps: DeskDeps,
): Promise<UserChange> {
  return changeUser(organisationId, userId, actor, deps, (user) =>
    user.subject === null
      ? null
      : {
          set: { subject: null },
          more: [dropSessionsOf(user.id)],
          log: deskLog(organisationId, by, deps)(null, 'sign_on_unbound', { user: user.id }),
        },
  );
}

type Wanted = { set: Partial<User>; more: Step[]; log: Step };

async function changeUser(
  organisationId: string,
  userId: string,
  actor: User,
  deps: DeskDeps,
  wanted: (user: User) => Wanted | UserRefusal | null,
): Promise<UserChange> {
  return commitAtDesk<UserChange>(
    deps,
    async () => {
      const refuse = (why: UserRefusal) => ({ answer: { ok: false, why } as const, steps: [] });
      const user = await deps.store.reads.user(userId);
      if (user?.organisationId !== organisationId) return refuse('not_found');
      if (user.id === actor.id) return refuse('self');
      if (!mayGive(actor, user.role)) return refuse('role_above');
      const change = wanted(user);
      if (typeof change === 'string') return refuse(change);
      if (change === null) return { answer: { ok: true, user, changed: false }, steps: [] };
      const after: User = { ...user, ...change.set, version: user.version + 1 };
      const guards: Step[] = [];
      if (isOperator(user) && !isOperator(after)) {
        const another = await otherOperator(user, deps.store);
        if (!another) return refuse('last_operator');
        // Two operators who end each other at once: the second finds the first one's row changed.
        guards.push({
          change: 'users',
          where: { id: another.id, version: another.version },
          set: { version: another.version + 1 },
          none: 'stale',
        });
      }
      return {
        answer: { ok: true, user: after, changed: true },
        steps: [
          ...guards,
          {
            change: 'users',
            where: { id: user.id, version: user.version },
            set: { ...change.set, version: after.version },
            none: 'stale',
          },
          ...change.more,
          change.log,
        ],
      };
    },
    { ok: false, why: 'changed' },
  );
}

const isOperator = ({ role, disabledAt }: User): boolean => role === 'operator' && disabledAt === null;

async function otherOperator(user: User, { reads }: Store): Promise<User | undefined> {
  const organisations = await reads.organisations();
  const users = (await Promise.all(organisations.map(({ id }) => reads.users(id)))).flat();
  return users.find((one) => one.id !== user.id && isOperator(one));
}
