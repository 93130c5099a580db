import { afterAll, expect, jest, test } from '@jest/globals';

/**
 * Time must not tell who has an account (OWASP ASVS 5.0, 6.3.8). Not measured, for machines differ: what costs time, one
 * argon2 verification, is counted instead.
 */
const argon2 = await import('@node-rs/argon2');
const verified: string[] = [];
jest.unstable_mockModule('@node-rs/argon2', () => ({
  ...argon2,
  verify: (hash: string, password: string) => {
    verified.push(/^\$argon2id\$v=\d+\$[^$]+/.exec(hash)?.[0] ?? hash);
    return argon2.verify(hash, password);
  },
}));
const { hashPassword } = await import('../../src/app/account/credentials.ts');
const { signIn } = await import('../../src/app/account/signIn.ts');
const { userRow } = await import('../kit/rows.ts');
const { toolboxWorld } = await import('../kit/toolbox.ts');

const world = await toolboxWorld();
afterAll(() => world.close());

test('nobody, somebody, a closed account and one without a password cost the same work', async () => {
  const passwordHash = await hashPassword('en grön cykel i snön');
  await world.add(
    { add: 'users', row: userRow({ id: 'somebody', passwordHash }), exists: 'stale' },
    { add: 'users', row: userRow({ id: 'closed', passwordHash, disabledAt: 1 }), exists: 'stale' },
    { add: 'users', row: userRow({ id: 'invited', passwordHash: null }), exists: 'stale' },
  );
  const costs = new Set<string>();
  for (const mail of [
    'somebody@example.se',
    'nobody@example.se',
    'closed@example.se',
    'invited@example.se',
    'no mail',
  ]) {
    verified.length = 0;
    const visitor = { address: '192.0.2.1', agent: '', before: null };
    const result = await signIn({ mail, password: 'fel lösenord helt' }, visitor, world.deps);
    expect(result).toEqual({ ok: false, why: 'wrong' });
    costs.add(verified.join());
  }
  expect([...costs]).toEqual(['$argon2id$v=19$m=19456,t=2,p=1']);
});
