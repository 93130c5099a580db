import type { Claims } from '../core/signOn.ts';

/** An organisation's place with its sign-on provider, its secret open. */
export type SignOnClient = {
  issuer: string;
  clientId: string;
  secret: string;
  /** Whoever runs the installation has vouched that it may stand in a private network. */
  inside: boolean;
};

/**
 * `address`: no https address, or one that we do not go to · `inside`: leads to a private network · `unreachable`: nobody
 * there · `slow`: no answer in time · `certificate`: its certificate does not hold · `missing`: no description at the
 * well-known place · `odd`: what came is not what OpenID Connect says, or far too much · `issuer`: it calls itself
 * otherwise · `unsuited`: it cannot do what we need (authorization code with PKCE).
 */
export type DiscoveryFault =
  | 'address'
  | 'inside'
  | 'unreachable'
  | 'slow'
  | 'certificate'
  | 'missing'
  | 'odd'
  | 'issuer'
  | 'unsuited';

/** `denied`: the person or the provider said no · `secret`: it does not take ours · `answer`: the answer does not hold. */
export type SignOnFault = DiscoveryFault | 'denied' | 'secret' | 'answer';

/** What must be remembered between going there and coming back. */
export type SignOnKept = { state: string; nonce: string; verifier: string };

/** OpenID Connect (Core 1.0): authorization code with PKCE, state and nonce. Never throws for what a provider does. */
export interface SignOnProvider {
  /** Reads the provider's description anew. */
  look(at: Pick<SignOnClient, 'issuer' | 'inside'>): Promise<{ ok: true } | { ok: false; why: DiscoveryFault }>;
  /** The address to send the browser to; `mail` is a hint for the provider's form. */
  begin(
    client: SignOnClient,
    callback: string,
    mail: string,
  ): Promise<{ ok: true; address: string; kept: SignOnKept } | { ok: false; why: DiscoveryFault }>;
  /** `callback`: the whole address with which the browser came back. Everything about it is checked here. */
  finish(
    client: SignOnClient,
    callback: string,
    kept: SignOnKept,
  ): Promise<{ ok: true; claims: Claims } | { ok: false; why: SignOnFault }>;
}
