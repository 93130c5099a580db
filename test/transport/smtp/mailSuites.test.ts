import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Authentication } from '../../../src/core/mailProof.ts';
import { createAuthenticator } from '../../../src/transport/smtp/authenticate.ts';
import { createDns } from '../../../src/transport/smtp/resolver.ts';
import { startDns, type Zone } from '../../kit/dns.ts';
import { describeVectors, readVectors, vectorPath } from '../../kit/vectors.ts';

type Session = { remote: string; helo: string; envelopeFrom: string };
type Check = (raw: string, session?: Partial<Session>) => Promise<Authentication>;

/** What the door asks, over UDP: our resolver, our budget, our authenticator. */
async function withZone(zone: Zone, work: (check: Check) => Promise<void>): Promise<void> {
  const stub = await startDns(zone);
  const dns = createDns([stub.server], 1_500);
  const authenticate = createAuthenticator({ resolve: dns.resolve, clock: { now: () => Date.now() } });
  try {
    await work((raw, session) =>
      authenticate(
        Readable.from([Buffer.from(raw)]),
        { remote: '127.0.0.9', helo: 'gen.example', envelopeFrom: '', mta: 'lists.example', ...session },
        new AbortController().signal,
      ),
    );
  } finally {
    dns.close();
    await stub.stop();
  }
}

describeVectors('email/arc-draft-validation-tests.json', () => {
  type Part = {
    description: string;
    'txt-records'?: Record<string, string>;
    tests: Record<string, { cv?: string; message?: string }>;
  };

  test('the ARC suite: 167 of 171, as mailauth alone', async () => {
    const wrong: string[] = [];
    let total = 0;
    for (const part of readVectors<Part[]>('email/arc-draft-validation-tests.json')) {
      const zone = Object.fromEntries(
        Object.entries(part['txt-records'] ?? {}).map(([name, text]) => [name, { TXT: [text] }]),
      );
      await withZone(zone, async (check) => {
        for (const [name, { cv, message }] of Object.entries(part.tests)) {
          total++;
          const { arc } = await check(message ?? '');
          if (arc.result !== ((cv ?? '').toLowerCase() || 'fail')) wrong.push(`${name}: ${arc.result}`);
        }
      });
    }
    expect(total).toBe(171);
    expect(wrong).toEqual([
      'as_format_inv_tag_key: pass',
      'as_format_tags_dup: pass',
      'as_format_tags_key_case: pass',
      'as_format_tags_sc: pass',
    ]);
  }, 240_000);
});

describeVectors('email/rfc7208-tests.yml', () => {
  type Row = string | Record<string, unknown>;
  type Part = {
    description: string;
    zonedata?: Record<string, Row[]>;
    tests?: Record<string, { host: string; mailfrom: string; helo: string; result: string | string[] }>;
  };

  const unescaped = (text: unknown): unknown =>
    Array.isArray(text)
      ? text.map(unescaped)
      : typeof text === 'string'
        ? text
            .replace(/\\0/g, '\0')
            .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        : text;

  /** The suite's rows double as TXT unless TXT is given; a name that times out does so for what it does not have. */
  function zoneOf(part: Part): Zone {
    return Object.fromEntries(
      Object.entries(part.zonedata ?? {}).map(([name, rows]) => {
        const records: Record<string, unknown[]> = {};
        for (const row of rows ?? []) {
          if (typeof row === 'string') continue;
          for (const [type, value] of Object.entries(row)) {
            records[type] = [...(records[type] ?? []), unescaped(value)];
          }
        }
        records['TXT'] ??= records['SPF'] ?? [];
        records['TXT'] = records['TXT'].filter((text) => text !== 'NONE');
        const slow = (rows ?? []).includes('TIMEOUT') && records['TXT'].length === 0;
        return [name, slow ? 'TIMEOUT' : records];
      }),
    );
  }

  test('the SPF suite of RFC 7208: 192 of 200, as mailauth alone', async () => {
    const wrong: string[] = [];
    let total = 0;
    const parts = readFileSync(vectorPath('email/rfc7208-tests.yml'), 'utf8')
      .split(/^---\s*$/m)
      .map((text) => parse(text) as Part | undefined);
    for (const part of parts) {
      if (!part?.tests) continue;
      await withZone(zoneOf(part), async (check) => {
        const cases = Object.entries(part.tests ?? {});
        total += cases.length;
        const found = await Promise.all(
          cases.map(async ([name, one]) => {
            const { spf } = await check('From: someone@else.test\r\n\r\nHej\r\n', {
              remote: one.host,
              helo: one.helo,
              envelopeFrom: one.mailfrom,
            });
            return [one.result].flat().includes(spf.result) ? '' : `${name}: ${spf.result} not ${one.result}`;
          }),
        );
        wrong.push(...found.filter(Boolean));
      });
    }
    expect(total).toBe(200);
    expect(wrong.map((line) => line.split(':')[0]).sort()).toEqual([
      'bare-ip6',
      'exp-only-macro-char',
      'exp-syntax-error',
      'exp-twice',
      'hello-domain-literal',
      'invalid-hello-macro',
      'p-macro-multiple',
      'require-valid-helo',
    ]);
  }, 240_000);
});
