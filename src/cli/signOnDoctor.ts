import type { Organisation } from '../core/organisation.ts';
import type { DiscoveryFault } from '../ports/signOn.ts';
import { createSignOn } from '../providers/openId.ts';
import type { Context } from './context.ts';
import type { Finding } from './finding.ts';

const WORDS: Record<DiscoveryFault, string> = {
  address: 'its address is not https, or leads to this machine; set another',
  inside: 'its address leads to a private network; an operator must save it on the page about signing in',
  unreachable: 'nobody answers there; look at the address, DNS and the way out of this machine',
  slow: 'it did not answer within five seconds; try again, and look at the way out of this machine',
  certificate: 'its certificate does not hold; whoever runs it must renew it',
  missing: 'there is no description of OpenID Connect; look at the address of the issuer',
  odd: 'what it says of itself is not OpenID Connect; look at the address of the issuer',
  issuer: 'it goes by another name, or is for every organisation; use the issuer that is theirs alone',
  unsuited: 'it does not allow the authorization code with PKCE',
};

/** Can users of an organisation with accounts of its own sign in? Whether the client's secret is right shows only then. */
export async function signOnFindings(
  { name, signOn }: Organisation,
  { config, clock, sealer }: Pick<Context, 'config' | 'clock' | 'sealer'>,
): Promise<Finding[]> {
  if (signOn === null) return [];
  const what = `sign-on of ${name}`;
  // With "only" its people cannot get in otherwise.
  const state = signOn.only ? 'bad' : 'warn';
  if (sealer.open(signOn.secret) === null)
    return [{ what, state, says: 'its secret was sealed under another SECRET_KEY; an admin must type it again' }];
  const result = await createSignOn({ publicUrl: config.publicUrl, clock }).look(signOn);
  return [
    result.ok
      ? { what, state: 'ok', says: 'the provider answers and can do what is needed' }
      : { what, state, says: WORDS[result.why] },
  ];
}
