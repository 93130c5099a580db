import { inviteUser, linkPath } from '../app/account/links.ts';
import { dropSecondStep } from '../app/account/own.ts';
import { newUser, ROLES, type Role } from '../core/account.ts';
import { readMail } from '../core/address.ts';
import { withContext } from './context.ts';
import { Stopped } from './installation.ts';
import { print, printJson } from './print.ts';

type Options = { role: string; organisation?: string; resetCode?: boolean; json?: boolean };

/**
 * `user add EMAIL`: a user (a new one, or one that `apply` made) and a link to choose a password with. For somebody who
 * has one already it is the link for a new password; their role stays.
 */
export async function addUser(raw: string, options: Options): Promise<void> {
  const read = readMail(raw);
  if (!read.ok) throw new Stopped(`"${raw}" is no mail address.`);
  const role = ROLES.find((each) => each === options.role);
  if (!role) throw new Stopped(`"${options.role}" is no role; roles are ${ROLES.join(', ')}.`);
  await withContext(async (context) => {
    const { store, clock, ids, config } = context;
    const known = await store.reads.userByMail(read.mail);
    const user =
      known ?? (await made(read.mail, role, await organisationFor(options.organisation, store), { store, clock, ids }));
    if (options.resetCode) await dropSecondStep(user, 'cli', context);
    const { token } = await inviteUser(user, 'cli', context);
    const link = `${config.publicUrl}${linkPath('invite', token)}`;
    if (options.json) return printJson({ mail: user.mail, role: user.role, link });
    print(`${user.mail} (${user.role}) chooses a password here, once:\n  ${link}`);
  });
}

type Deps = Pick<Parameters<typeof inviteUser>[2], 'store' | 'clock' | 'ids'>;

async function organisationFor(name: string | undefined, store: Deps['store']): Promise<string> {
  const all = await store.reads.organisations();
  const found = name === undefined ? (all.length === 1 ? all[0] : undefined) : all.find((each) => each.name === name);
  if (found) return found.id;
  if (all.length === 0)
    throw new Stopped('There is no organisation yet: use the link that `serve` prints, or `apply`.');
  throw new Stopped(`Say which with --organisation: ${all.map((each) => `"${each.name}"`).join(', ')}.`);
}

async function made(mail: string, role: Role, organisationId: string, { store, clock, ids }: Deps) {
  const now = clock.now();
  const user = newUser({ id: ids.next(now), organisationId, mail, role, createdAt: now });
  if ((await store.commit([{ add: 'users', row: user, exists: 'stale' }])) !== 'done')
    throw new Stopped('Somebody else made this user at the same moment; run the command again.');
  return user;
}
