import { readMail } from '../../core/address.ts';
import type { Organisation, SignOn } from '../../core/organisation.ts';
import type { Step, Store } from '../../ports/store.ts';
import type { Sealer } from '../account/sealer.ts';
import { Reading } from './bookForm.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog, type FieldProblem, type Form } from './desk.ts';

export type SignOnChange =
  | { ok: true; changed: boolean }
  | { ok: false; why: 'invalid'; problems: FieldProblem[] }
  | { ok: false; why: 'not_found' | 'changed' };

export const MOST_DOMAINS = 20;
/** Everything behind it is found from the issuer; people paste the whole address. */
const WELL_KNOWN = /\/?\.well-known\/openid-configuration\/?$/;

type Wanted = Pick<SignOn, 'issuer' | 'clientId' | 'domains' | 'only'> & { secret: string };

/** `https://login.kommunen.se/realms/a`; null = not an address that could be one. */
export function readIssuer(raw: string): string | null {
  const text = raw.trim().replace(WELL_KNOWN, '');
  if (text.length > 500 || !/^https?:\/\/[!-~]+$/.test(text) || !URL.canParse(text)) return null;
  const { search, hash, username, password } = new URL(text);
  return search === '' && hash === '' && username === '' && password === '' ? text : null;
}

function readForm(form: Form, before: SignOn | null): Wanted | FieldProblem[] {
  const read = new Reading(form);
  const issuer = readIssuer(read.raw('sso_issuer')) ?? read.fail('sso_issuer', 'issuer', '');
  const clientId = read.text('sso_client_id', 300);
  // Never shown again, so an empty field leaves it as it is; another provider has another.
  const secret = read.text('sso_secret', 1_000, before?.issuer === issuer && before.clientId === clientId ? 0 : 1);
  const domains = [
    ...new Set(
      read
        .raw('sso_domains')
        .toLowerCase()
        .split(/[\s,;]+/),
    ),
  ]
    .map((domain) => domain.replace(/^@/, ''))
    .filter((domain) => domain !== '');
  if (domains.length === 0) read.fail('sso_domains', 'missing', '');
  if (domains.length > MOST_DOMAINS || domains.some((domain) => !readMail(`a@${domain}`).ok))
    read.fail('sso_domains', 'domain', '', { most: MOST_DOMAINS });
  const wanted = { issuer, clientId, secret, domains, only: read.ticked('sso_only') };
  return read.problems.length > 0 ? read.problems : wanted;
}

/**
 * Sets an organisation's sign-on. `vouches`: whoever runs the installation does it, so the provider may stand in a
 * private network, and a domain that users of others have is theirs to give.
 */
export async function changeSignOn(
  organisationId: string,
  form: Form,
  vouches: boolean,
  by: Desk,
  deps: DeskDeps & { sealer: Sealer },
): Promise<SignOnChange> {
  return commitAtDesk<SignOnChange>(
    deps,
    async () => {
      const organisation = await deps.store.reads.organisation(organisationId);
      if (!organisation) return { answer: { ok: false, why: 'not_found' }, steps: [] };
      const before = organisation.signOn;
      const wanted = readForm(form, before);
      const problems = Array.isArray(wanted) ? wanted : await takenDomains(wanted, organisation, vouches, deps.store);
      if (Array.isArray(wanted) || problems.length > 0)
        return { answer: { ok: false, why: 'invalid', problems }, steps: [] };
      const after: SignOn = {
        ...wanted,
        secret: wanted.secret === '' ? (before?.secret ?? '') : deps.sealer.seal(wanted.secret),
        inside: vouches || (before?.issuer === wanted.issuer && before.inside),
      };
      const steps = stepsOf(organisation, after, by, deps);
      return { answer: { ok: true, changed: steps.length > 0 }, steps };
    },
    { ok: false, why: 'changed' },
  );
}

/** Takes it away: users sign in with passwords and passkeys again, and who has none asks for a link. */
export async function dropSignOn(organisationId: string, by: Desk, deps: DeskDeps): Promise<SignOnChange> {
  return commitAtDesk<SignOnChange>(
    deps,
    async () => {
      const organisation = await deps.store.reads.organisation(organisationId);
      if (!organisation) return { answer: { ok: false, why: 'not_found' }, steps: [] };
      const steps = organisation.signOn === null ? [] : stepsOf(organisation, null, by, deps);
      return { answer: { ok: true, changed: steps.length > 0 }, steps };
    },
    { ok: false, why: 'changed' },
  );
}

/**
 * Typing a mail address at a domain leads to the organisation that has it. So that nobody gets to show a sign-in form to
 * another organisation's people, a domain is free only while nobody else names it or has users there.
 */
async function takenDomains(
  { domains }: Wanted,
  organisation: Organisation,
  vouches: boolean,
  { reads }: Store,
): Promise<FieldProblem[]> {
  const others = (await reads.organisations()).filter(({ id }) => id !== organisation.id);
  for (const domain of domains) {
    const isNamed = others.some(({ signOn }) => signOn?.domains.includes(domain));
    const isUsed = !vouches && (await reads.organisationsAtDomain(domain, organisation.id)).length > 0;
    if (isNamed || isUsed) return [{ field: 'sso_domains', why: 'domain_taken', params: { domain } }];
  }
  return [];
}

function stepsOf(organisation: Organisation, after: SignOn | null, by: Desk, deps: DeskDeps): Step[] {
  const before = organisation.signOn;
  const log = deskLog(organisation.id, by, deps);
  const shown = (signOn: SignOn | null) => ({
    sso_issuer: signOn?.issuer ?? '',
    sso_client_id: signOn?.clientId ?? '',
    sso_domains: signOn?.domains.join(', ') ?? '',
    sso_only: signOn?.only ?? false,
  });
  const [was, is] = [shown(before), shown(after)];
  const lines = (Object.keys(was) as (keyof typeof was)[])
    .filter((setting) => was[setting] !== is[setting])
    .map((setting) => log(null, 'organisation_changed', { setting, before: was[setting], after: is[setting] }));
  if (after && before && before.secret !== after.secret) lines.push(log(null, 'sign_on_secret', {}));
  if (lines.length === 0 && before?.inside === after?.inside) return [];
  const { id, version } = organisation;
  return [
    {
      change: 'organisations',
      where: { id, version },
      set: { signOn: after, version: version + 1 },
      none: 'stale',
    },
    ...lines,
  ];
}
