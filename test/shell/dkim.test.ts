import { createPublicKey } from 'node:crypto';
import { statSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { dkimKey, dkimRecord } from '../../src/cli/dkimCommands.ts';
import { scratch } from '../kit/store.ts';

const folder = scratch();
afterAll(() => folder.clear());

test('the key is made once, for its owner alone, and its record stays the same', () => {
  const first = dkimKey(folder.path('data'));
  expect(first.made).toBe(true);
  expect(statSync(first.file).mode & 0o777).toBe(0o600);
  expect(dkimKey(folder.path('data'))).toEqual({ ...first, made: false });
  const record = dkimRecord(first.pem);
  expect(record).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/=]+$/);
  const published = Buffer.from(record.split('p=')[1] ?? '', 'base64');
  expect(createPublicKey({ key: published, format: 'der', type: 'spki' }).asymmetricKeyDetails?.modulusLength).toBe(
    2048,
  );
});
