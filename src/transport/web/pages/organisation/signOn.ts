import { callbackOf } from '../../../../app/account/signOn.ts';
import type { FieldProblem, Form as Typed } from '../../../../app/desk/desk.ts';
import { changeSignOn, dropSignOn, readIssuer, type SignOnChange } from '../../../../app/desk/signOn.ts';
import type { SignOn } from '../../../../core/organisation.ts';
import { mayInInstallation } from '../../../../core/permissions.ts';
import type { UserPage } from '../../page.ts';
import { fieldMaker, problemTexts, typedForm } from '../book/fields.ts';
import { partsOf } from './parts.ts';

const by = (page: UserPage) => ({ actor: page.user.id, door: 'web' }) as const;

export const showSignOn = (page: UserPage): void => render(page, typedOf(page.organisation.signOn), []);

/** Saves, or only tries what was typed: `do=test`. */
export async function saveSignOn(page: UserPage): Promise<void> {
  const typed = typedForm(page.form);
  const vouches = mayInInstallation(page.user);
  if (page.form.text('do') === 'test') return tryIt(page, typed, vouches);
  if (page.form.text('do') === 'drop')
    return saved(page, typed, await dropSignOn(page.organisation.id, by(page), page.deps));
  saved(page, typed, await changeSignOn(page.organisation.id, typed, vouches, by(page), page.deps));
}

function saved(page: UserPage, typed: Typed, result: SignOnChange): void {
  if (result.ok)
    return page.redirect('/organisation/sign-on', {
      key: result.changed ? 'organisation.saved' : 'book.settings.same',
    });
  if (result.why === 'not_found') return page.refuse(404);
  render(page, typed, result.why === 'invalid' ? result.problems : [{ field: 'sso_issuer', why: 'changed' }]);
}

/** Reads the provider's description and says in words what is wrong. The secret shows when somebody signs in. */
async function tryIt(page: UserPage, typed: Typed, vouches: boolean): Promise<void> {
  const issuer = readIssuer(typed.sso_issuer ?? '');
  if (issuer === null) return render(page, typed, [{ field: 'sso_issuer', why: 'issuer' }]);
  const before = page.organisation.signOn;
  const inside = vouches || (before?.issuer === issuer && before.inside);
  const result = await page.deps.signOn.look({ issuer, inside });
  const said = result.ok
    ? { text: page.t('organisation.sso.fine', { host: new URL(issuer).host }), tone: 'good' }
    : { text: page.t(`organisation.sso.fault.${result.why}`), tone: 'warn' };
  render(page, typed, [], said);
}

const typedOf = (signOn: SignOn | null): Typed => ({
  sso_issuer: signOn?.issuer ?? '',
  sso_client_id: signOn?.clientId ?? '',
  sso_domains: signOn?.domains.join(', ') ?? '',
  sso_only: signOn?.only ? 'on' : '',
});

function render(
  page: UserPage,
  typed: Typed,
  problems: readonly FieldProblem[],
  said: { text: string; tone: string } | null = null,
): void {
  const { t, organisation, deps } = page;
  // A secret that was typed is not sent back.
  const make = fieldMaker({ ...typed, sso_secret: '' }, problemTexts(page, problems), '');
  const words = (name: 'sso_issuer' | 'sso_client_id' | 'sso_domains' | 'sso_only') => ({
    label: t(`organisation.setting.${name}`),
    hint: t(`organisation.setting.${name}.hint`),
  });
  const isSet = organisation.signOn !== null;
  const secret = {
    label: t('organisation.setting.sso_secret'),
    hint: t(isSet ? 'organisation.setting.sso_secret.kept' : 'organisation.setting.sso_secret.hint'),
  };
  page.render(
    'organisation/signOn',
    {
      parts: partsOf(page, 'signOn'),
      callback: callbackOf(deps.publicUrl),
      saidText: said?.text ?? '',
      saidTone: said?.tone ?? '',
      hasProblems: problems.length > 0,
      isSet,
      fields: [
        make.text('sso_issuer', words('sso_issuer'), { type: 'url', max: 500 }),
        make.text('sso_client_id', words('sso_client_id'), { max: 300 }),
        make.text('sso_secret', secret, { type: 'password', max: 1_000 }),
        make.text('sso_domains', words('sso_domains'), { max: 2_000 }),
        make.tick('sso_only', words('sso_only')),
      ],
    },
    problems.length > 0 ? 422 : 200,
  );
}
