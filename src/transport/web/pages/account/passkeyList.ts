import { passkeyMark } from '../../../../app/account/passkeys.ts';
import { agentName } from '../../../../app/account/sessions.ts';
import { MOST_PASSKEYS } from '../../../../core/account.ts';
import { onlyBySignOn } from '../../../../core/signOn.ts';
import { moment } from '../../format.ts';
import type { UserPage } from '../../page.ts';

/** The part of the account page about passkeys. `problem`: what was wrong with removing or adding one. */
export async function passkeysModel(page: UserPage, problem: string | null) {
  const { user, organisation, now, locale, deps } = page;
  const [own, home] = await Promise.all([
    deps.store.reads.passkeysOf(user.id),
    user.organisationId === organisation.id ? organisation : deps.store.reads.organisation(user.organisationId),
  ]);
  const when = (at: number) => moment(locale, organisation.timezone, at, now).momentText;
  return {
    passkeys: own.map((passkey) => ({
      passkeyName: passkey.name,
      passkeyText:
        passkey.usedAt === null
          ? page.t('account.passkey.made', { time: when(passkey.createdAt) })
          : page.t('account.passkey.used', { time: when(passkey.usedAt) }),
      removePath: `/account/passkeys/${passkeyMark(passkey)}/remove`,
      removeId: `remove-${passkeyMark(passkey)}`,
      removeName: page.t('account.passkey.removeName', { name: passkey.name }),
    })),
    passkeyProblem: problem,
    mayAddPasskey: own.length < MOST_PASSKEYS && !onlyBySignOn(user, home),
    asksPassword: user.passwordHash !== null,
    hisAgent: agentName(page.req.headers['user-agent'] ?? ''),
  };
}
