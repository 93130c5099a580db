import type { ProviderName } from '../core/organisation.ts';
import type { Provider } from '../ports/provider.ts';

export type Providers = {
  /** null: this installation has no such provider. Its deliveries wait; nothing is taken as sent. */
  provider(name: ProviderName): Provider | null;
  /** Waits for what is on the wire. */
  close(): Promise<void>;
};

/** The providers that are set up, by name. */
export function createProviders(configured: Partial<Record<ProviderName, Provider>>): Providers {
  return {
    provider: (name) => (Object.hasOwn(configured, name) ? (configured[name] ?? null) : null),
    async close() {
      await Promise.all(Object.values(configured).map((provider) => provider.close()));
    },
  };
}
