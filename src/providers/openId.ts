import type { ClientAuth, Configuration } from 'openid-client';
import { readMail } from '../core/address.ts';
import type { Claims } from '../core/signOn.ts';
import type { Clock } from '../ports/clock.ts';
import type { DiscoveryFault, SignOnClient, SignOnFault, SignOnProvider } from '../ports/signOn.ts';
import { createReachingFetch, isLoopbackUrl, mayFetch, NotFetched } from './openIdFetch.ts';

/** Loaded when the first organisation uses it. */
const library = () => import('openid-client');
type Library = Awaited<ReturnType<typeof library>>;

/** A provider's description is read anew after this, so that new keys and addresses of it are seen. */
const KEPT_MS = 10 * 60_000;
const MOST_KEPT = 100;
const SCOPE = 'openid email profile';

/**
 * Sign-on with OpenID Connect on top of openid-client: that checks state, nonce, the issuer's name in the answer
 * (RFC 9207), the token's signature, audience and times. Ours is where it may go, for how long, and what counts of what
 * comes. `publicUrl`: an installation on this machine alone may use a provider on this machine, without https.
 */
export function createSignOn({ publicUrl, clock }: { publicUrl: string; clock: Clock }): SignOnProvider {
  const loopback = isLoopbackUrl(publicUrl);
  const fetches = {
    inside: createReachingFetch({ loopback, inside: true }),
    outside: createReachingFetch({ loopback, inside: false }),
  };
  const known = new Map<string, { at: number; configuration: Configuration }>();

  /** Throws what openid-client throws, NotFetched among it. */
  async function discover(to: Library, client: SignOnClient): Promise<Configuration> {
    if (!mayFetch(client.issuer, { loopback, inside: true })) throw new NotFetched('address');
    const fetch = fetches[client.inside ? 'inside' : 'outside'];
    const execute = [to.enableNonRepudiationChecks, ...(loopback ? [to.allowInsecureRequests] : [])];
    const configuration = await to.discovery(
      new URL(client.issuer),
      client.clientId,
      client.secret,
      proofOf(to, client.secret),
      {
        [to.customFetch]: fetch as never,
        timeout: 5,
        execute,
      },
    );
    const about = configuration.serverMetadata();
    // An issuer for every organisation there is (Microsoft's `common`) would let anybody's in.
    if (about.issuer.includes('{')) throw new Unsuited('issuer');
    const { authorization_endpoint: going, token_endpoint: fetching, jwks_uri: keys } = about;
    if (!going || !fetching || !keys) throw new Unsuited('odd');
    // Browsers are sent to the first, so it must not be javascript: or the like; we go to the others.
    for (const each of [going, fetching, keys])
      if (!mayFetch(each, { loopback, inside: true })) throw new Unsuited('odd');
    if (about.response_types_supported && !about.response_types_supported.includes('code'))
      throw new Unsuited('unsuited');
    if (about.code_challenge_methods_supported && !about.supportsPKCE()) throw new Unsuited('unsuited');
    return configuration;
  }

  async function configured(to: Library, client: SignOnClient): Promise<Configuration> {
    const key = JSON.stringify(client);
    const kept = known.get(key);
    const now = clock.now();
    if (kept && Math.abs(now - kept.at) < KEPT_MS) return kept.configuration;
    const configuration = await discover(to, client);
    known.delete(key);
    known.set(key, { at: now, configuration });
    const [oldest] = known.keys();
    if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
    return configuration;
  }

  return {
    async look(at) {
      try {
        await discover(await library(), { ...at, clientId: 'look', secret: 'look' });
        return { ok: true };
      } catch (error) {
        return { ok: false, why: discoveryFault(error) };
      }
    },

    async begin(client, callback, mail) {
      try {
        const to = await library();
        const configuration = await configured(to, client);
        const kept = { state: to.randomState(), nonce: to.randomNonce(), verifier: to.randomPKCECodeVerifier() };
        const address = to.buildAuthorizationUrl(configuration, {
          redirect_uri: callback,
          scope: SCOPE,
          state: kept.state,
          nonce: kept.nonce,
          code_challenge: await to.calculatePKCECodeChallenge(kept.verifier),
          code_challenge_method: 'S256',
          ...(mail !== '' && { login_hint: mail }),
        });
        return { ok: true, address: address.href, kept };
      } catch (error) {
        return { ok: false, why: discoveryFault(error) };
      }
    },

    async finish(client, callback, kept) {
      const to = await library();
      let configuration: Configuration;
      try {
        configuration = await configured(to, client);
      } catch (error) {
        return { ok: false, why: discoveryFault(error) };
      }
      try {
        const tokens = await to.authorizationCodeGrant(configuration, new URL(callback), {
          expectedState: kept.state,
          expectedNonce: kept.nonce,
          pkceCodeVerifier: kept.verifier,
          idTokenExpected: true,
        });
        const token = tokens.claims();
        if (!token) return { ok: false, why: 'answer' };
        // Many providers tell the mail only when asked; that answer must be about the same subject.
        const isTold = token.email !== undefined || !configuration.serverMetadata().userinfo_endpoint;
        const told = isTold ? {} : await to.fetchUserInfo(configuration, tokens.access_token, token.sub);
        return { ok: true, claims: claimsOf({ ...told, ...token }) };
      } catch (error) {
        return { ok: false, why: finishFault(to, error) };
      }
    },
  };
}

/** How the secret is shown: as the provider's description asks, by the standard's own way where it says nothing. */
function proofOf(to: Library, secret: string): ClientAuth {
  const [basic, post] = [to.ClientSecretBasic(secret), to.ClientSecretPost(secret)];
  return (about, ...rest) => {
    const ways = about.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (ways.includes('client_secret_basic') ? basic : post)(about, ...rest);
  };
}

type Told = { iss: string; sub: string } & Record<string, unknown>;

/**
 * `xms_edov` is how Microsoft Entra ID says that the domain's owner vouches for the address; it has no `email_verified`.
 */
function claimsOf(told: Told): Claims {
  const mail = typeof told.email === 'string' ? readMail(told.email) : ({ ok: false } as const);
  const isYes = (value: unknown): boolean => [true, 'true', 1, '1'].includes(value as never);
  const amr = Array.isArray(told.amr) ? told.amr : [];
  return {
    issuer: told.iss,
    subject: told.sub,
    mail: mail.ok ? mail.mail : null,
    verified: isYes(told.email_verified) || isYes(told.xms_edov),
    strong: amr.includes('mfa'),
  };
}

/** A provider that answers and will not do. */
class Unsuited extends Error {
  readonly why: DiscoveryFault;
  constructor(why: DiscoveryFault) {
    super(why);
    this.why = why;
  }
}

/** The error and what caused it, outermost first. */
function chainOf(error: unknown): Fault[] {
  const chain: Fault[] = [];
  for (
    let one = error as Fault | undefined;
    one && typeof one === 'object' && chain.length < 6;
    one = one.cause as Fault
  )
    chain.push(one);
  return chain;
}
type Fault = { name?: unknown; code?: unknown; cause?: unknown };

const CERTIFICATE = /^(?:CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL)/;

function netFault(error: unknown): DiscoveryFault | null {
  for (const one of chainOf(error)) {
    if (one instanceof NotFetched || one instanceof Unsuited) return one.why;
    const code = String(one.code ?? '');
    if (one.name === 'TimeoutError' || /TIMEOUT|ETIMEDOUT/.test(code)) return 'slow';
    if (CERTIFICATE.test(code)) return 'certificate';
    if (/^(?:E[A-Z]{4,}|UND_ERR_SOCKET)$/.test(code)) return 'unreachable';
  }
  return null;
}

function discoveryFault(error: unknown): DiscoveryFault {
  const net = netFault(error);
  if (net) return net;
  const [outer] = chainOf(error);
  if (outer?.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') return 'issuer';
  return outer?.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' ? 'missing' : 'odd';
}

function finishFault(to: Library, error: unknown): SignOnFault {
  if (error instanceof to.AuthorizationResponseError) return 'denied';
  // Told in the body, or by 401 where the secret went along in a header (RFC 6749, 5.2).
  const isBody = error instanceof to.ResponseBodyError && error.error === 'invalid_client';
  if (isBody || error instanceof to.WWWAuthenticateChallengeError) return 'secret';
  return netFault(error) ?? 'answer';
}
