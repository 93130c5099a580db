import { createHmac } from 'node:crypto';
import { parse } from 'node:querystring';
import { describe, expect, test } from '@jest/globals';
import webhooks from 'twilio/lib/webhooks/webhooks.js';
import { type Form, parseForm } from '../../src/transport/twilio/form.ts';
import { createSignatureCheck } from '../../src/transport/twilio/signature.ts';
import { describeVectors, readVectors } from '../kit/vectors.ts';

type Parameters = Record<string, string | string[]>;
type Vector = {
  id: string;
  token: string;
  url: string;
  params: Parameters;
  signature: string | null;
  valid: boolean;
  body?: string;
};

const formOf = (params: Parameters): Form =>
  Object.entries(params).flatMap(([name, value]) => [value].flat().map((one) => ({ name, value: one })));

/** Our answer for a whole URL: its origin is the public URL, the rest is what the request line says. */
function ours(token: string, url: string, form: Form, body: string, signature: string): boolean {
  const [, origin = '', target = ''] = /^([a-z]+:\/\/[^/?#]*)(.*)$/i.exec(url) ?? [];
  return createSignatureCheck(token, origin)({ target, form, body, signature });
}

describeVectors('twilio/signature_vectors.json', () => {
  const { spec, oracle } = readVectors<{ spec: Vector[]; oracle: Vector[] }>('twilio/signature_vectors.json');
  test.each([...spec, ...oracle].map((vector) => [vector.id, vector] as const))(
    '%s',
    (_id, { token, url, params, signature, valid, body }) => {
      const form = body === undefined ? formOf(params) : (parseForm(body, 200) ?? []);
      const sdk =
        body === undefined
          ? webhooks.validateRequest(token, signature ?? '', url, params)
          : webhooks.validateRequestWithBody(token, signature ?? '', url, body);
      expect(sdk).toBe(valid);
      expect(ours(token, url, form, body ?? '', signature ?? '')).toBe(valid);
    },
  );
});

const TOKEN = 'a-token';
const sign = (url: string, params: Parameters): string => webhooks.getExpectedTwilioSignature(TOKEN, url, params);
const PARAMS = {
  MessageSid: `SM${'a'.repeat(32)}`,
  From: '+46701000001',
  To: '+46766861001',
  Body: 'Hej på dig + 100 %',
};

describe('the port may be signed or not, whatever PUBLIC_URL says', () => {
  const publicUrls = [
    'https://x.se',
    'https://x.se:443',
    'https://x.se:8443',
    'http://x.se',
    'http://x.se:80',
    'http://x.se:8080',
    'https://X.SE',
    'http://[::1]:8080',
    'http://[::1]',
    'https://u:p@x.se',
    'https://x.se/club/',
  ];
  const signedUrls = [...publicUrls, 'https://y.se', 'https://x.se:444', 'http://[::1]:80'];
  test.each(publicUrls)('%s: we agree with the SDK on every way to sign', (publicUrl) => {
    const check = createSignatureCheck(TOKEN, publicUrl);
    const base = publicUrl.replace(/\/$/, '');
    for (const target of ['/webhooks/twilio/sms', "/webhooks/twilio/sms?list=7&t=%C3%A5&q=it's"]) {
      for (const signed of signedUrls) {
        const signature = sign(signed.replace(/\/$/, '') + target, PARAMS);
        const sdk = webhooks.validateRequest(TOKEN, signature, base + target, PARAMS);
        expect([signed, target, check({ target, form: formOf(PARAMS), body: '', signature })]).toEqual([
          signed,
          target,
          sdk,
        ]);
      }
    }
  });

  test('the way that matched last goes first, and the others still match', () => {
    const check = createSignatureCheck(TOKEN, 'https://x.se:8443');
    const target = '/webhooks/twilio/sms';
    const form = formOf(PARAMS);
    for (const base of ['https://x.se', 'https://x.se:8443', 'https://x.se', 'https://x.se:8443']) {
      expect(check({ target, form, body: '', signature: sign(base + target, PARAMS) })).toBe(true);
    }
    expect(check({ target, form, body: '', signature: sign(`https://x.se:444${target}`, PARAMS) })).toBe(false);
  });
});

describe('repeated fields', () => {
  test.each([
    'A=2&A=1&B=x',
    'A=1&A=1',
    'A=&A=',
    'B=2&A=1&B=1&B=2',
    'a=1&A=2&a=0',
    '10=a&9=b&10=c',
    'A=1&&B=2',
    '=x&A=1',
    'A',
    'å=1&z=2',
  ])('%s', (body) => {
    const url = 'https://x.se/webhooks/twilio/sms';
    // Arrays of Jest's own realm: the SDK knows no others.
    const params = Object.entries(parse(body)).map(([name, value]) => [
      name,
      Array.isArray(value) ? [...value] : value,
    ]);
    const signature = sign(url, Object.fromEntries(params) as Parameters);
    expect(ours(TOKEN, url, parseForm(body, 200) ?? [], body, signature)).toBe(true);
  });
});

test('a body whose hash is signed is another body when it was changed', () => {
  const body = 'Body=START';
  const url = `https://x.se/webhooks/twilio/sms?bodySHA256=${webhooks.getExpectedBodyHash(body)}`;
  const signature = sign(url, {});
  expect(ours(TOKEN, url, parseForm(body, 200) ?? [], body, signature)).toBe(true);
  expect(ours(TOKEN, url, parseForm('Body=STOP!', 200) ?? [], 'Body=STOP!', signature)).toBe(false);
  expect(ours(TOKEN, url.replace(/\w{4}$/, ''), [], body, signature)).toBe(false);
});

describe('signatures that are none', () => {
  test.each(['', 'x', '='.repeat(28), '\u00ff'.repeat(28), 'å'.repeat(14), 'A'.repeat(100_000)])(
    'case %#',
    (signature) => {
      expect(ours(TOKEN, 'https://x.se/webhooks/twilio/sms', formOf(PARAMS), '', signature)).toBe(false);
    },
  );

  test('one of another alphabet or another hash', () => {
    const url = 'https://x.se/webhooks/twilio/sms';
    const right = sign(url, PARAMS);
    const sha256 = createHmac('sha256', TOKEN).update(url).digest('base64').slice(0, 28);
    for (const signature of [right.replace(/[+/]/g, '-').replace(/=$/, '_'), sha256, ` ${right.slice(1)}`]) {
      expect(ours(TOKEN, url, formOf(PARAMS), '', signature)).toBe(false);
    }
  });
});
