import { describe, expect, test } from '@jest/globals';
import type { User } from '../../src/core/account.ts';
import { type Claims, decideSignOn, domainOf, onlyBySignOn } from '../../src/core/signOn.ts';
import { userRow } from '../kit/rows.ts';

const ORGANISATION = { id: 'org1', signOn: { domains: ['lund.example', 'skola.example'] } };
const claims = (over: Partial<Claims> = {}): Claims => ({
  issuer: 'https://id.example',
  subject: 'abc',
  mail: 'maja@lund.example',
  verified: true,
  strong: false,
  ...over,
});
const maja = (over: Partial<User> = {}): User => userRow({ id: 'maja', mail: 'maja@lund.example', ...over });
const bound = { subject: 'https://id.example abc' };

describe('who it is that comes', () => {
  test.each<[string, Partial<Claims>, User | null, User | null, string]>([
    ['bound', {}, maja(bound), maja(bound), 'maja'],
    ['bound, with no mail address', { mail: null, verified: false }, maja(bound), null, 'maja'],
    ['bound, with the mail address of another', {}, maja(bound), maja({ id: 'other' }), 'maja'],
    ['bound, shut out', {}, maja({ ...bound, disabledAt: 1 }), maja(), 'unknown'],
    ['bound elsewhere', {}, maja({ ...bound, organisationId: 'org2' }), maja(), 'unknown'],
    ['bound, an operator since', {}, maja({ ...bound, role: 'operator' }), null, 'operator'],
    ['the first time', {}, null, maja(), 'maja, bound'],
    ['the first time, at the other domain', { mail: 'a@skola.example' }, null, maja({ role: 'viewer' }), 'maja, bound'],
    [
      'the first time, bound by a provider of before',
      {},
      null,
      maja({ subject: 'https://old.example abc' }),
      'maja, bound',
    ],
    ['an issuer that begins the same', {}, null, maja({ subject: 'https://id.example.org abc' }), 'maja, bound'],
    ['invited by nobody', {}, null, null, 'unknown'],
    ['a user elsewhere', {}, null, maja({ organisationId: 'org2' }), 'unknown'],
    ['shut out', {}, null, maja({ disabledAt: 1 }), 'unknown'],
    ['not verified', { verified: false }, null, maja(), 'unverified'],
    ['no mail address', { mail: null }, null, maja(), 'unverified'],
    ['another domain', { mail: 'maja@elsewhere.example' }, null, maja(), 'unverified'],
    ['a domain below', { mail: 'maja@x.lund.example' }, null, maja(), 'unverified'],
    ['somebody else has the mail address', {}, null, maja({ subject: 'https://id.example xyz' }), 'taken'],
    ['an operator', {}, null, maja({ role: 'operator' }), 'operator'],
  ])('%s', (_, over, bySubject, byMail, what) => {
    const decision = decideSignOn(claims(over), ORGANISATION, { bySubject, byMail });
    expect(decision.ok ? `${decision.user.id}${decision.bind ? ', bound' : ''}` : decision.why).toBe(what);
  });
});

test.each([
  ['maja@lund.example', 'admin', true, true],
  ['maja@lund.example', 'viewer', true, true],
  ['maja@lund.example', 'operator', true, false],
  ['maja@lund.example', 'admin', false, false],
  ['maja@guest.example', 'admin', true, false],
] as const)('%s, %s: only %s', (mail, role, only, is) => {
  const signOn = { issuer: '', clientId: '', secret: '', domains: ['lund.example'], only, inside: false };
  expect(onlyBySignOn({ mail, role }, { signOn })).toBe(is);
  expect(onlyBySignOn({ mail, role }, { signOn: null })).toBe(false);
  expect(onlyBySignOn({ mail, role }, null)).toBe(false);
});

test('the domain is what stands after the last at', () => expect(domainOf('a@b@c.se')).toBe('c.se'));
