import type { Locale } from './locale.ts';

export const SECOND_STEPS = ['chosen', 'admins', 'everybody'] as const;

export type SignOn = {
  /** The provider's issuer, an https address; its description stands at a well-known place below it. */
  issuer: string;
  clientId: string;
  /** Sealed with SECRET_KEY. */
  secret: string;
  /** Mail domains whose users come this way, in lower case. */
  domains: string[];
  /** Those users cannot sign in with a password. */
  only: boolean;
  /** Whoever runs the installation saved it, so the provider may stand in a private network. */
  inside: boolean;
};

/** The tenant: a municipality, a school, a club. Pays. Everything else belongs to exactly one. */
export type Organisation = {
  id: string;
  name: string;
  locale: Locale;
  /** IANA name; clocks in texts, quiet hours and the day of the cost cap follow it. */
  timezone: string;
  /** ISO 3166 alpha-2: the country of numbers written without a country code. */
  country: string;
  /** A phone number or address that HELP gives; '' = none. */
  contact: string;
  /** Cost cap: parts that may be handed to providers a day, copies only; null = off (F35). */
  dailyParts: number | null;
  /** Whose sign-in needs the second step: who chose it, admins and operators too, or everybody. */
  secondStep: (typeof SECOND_STEPS)[number];
  /** Signing in with the organisation's own accounts (OpenID Connect); null = it has none. */
  signOn: SignOn | null;
  createdAt: number;
  version: number;
};

/** `smtp` carries mail; no virtual number has it. */
export type ProviderName = 'twilio' | 'simulator' | 'smtp';

/** Who answers STOP, START and HELP at the provider (document 6). `off`: nobody but us. */
export type ProviderKeywords = 'default' | 'advanced' | 'off';

/** An E.164 number at a provider; inbound texts arrive here. */
export type VirtualNumber = {
  id: string;
  organisationId: string;
  e164: string;
  provider: ProviderName;
  partsPerSecond: number;
  providerKeywords: ProviderKeywords;
  createdAt: number;
  version: number;
};
