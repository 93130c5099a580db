import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, loadConfig } from '../config.ts';
import { DKIM_FILE, DKIM_SELECTOR } from './mailOut.ts';
import { print, printJson } from './print.ts';

/** RFC 8301: 1024 is weak, and what is longer does not fit many a name server's one answer. */
const BITS = 2048;
/** One string of a TXT record holds 255 octets (RFC 1035); a name server's form may want them apart. */
const STRING = 255;

/**
 * `dkim create`: a key beside the database (only its owner may read it) where there is none, and the DNS record that says
 * so. Again: the same key and the same record, for a record that is lost must not mean a new key.
 */
export function createDkim(options: { json?: boolean }): void {
  const config = loadConfig();
  const { made, file, pem } = dkimKey(dataFolder(config));
  const name = `${DKIM_SELECTOR}._domainkey.${config.listDomain}`;
  const value = dkimRecord(pem);
  if (options.json) {
    printJson({ made, file, name, type: 'TXT', value });
    return;
  }
  print(made ? `A new key is in ${file}. Keep it with your backup.` : `The key in ${file} stays.`);
  print(`Add this to the DNS of ${config.listDomain}, then start again; from then on every mail is signed:\n`);
  const strings = (value.match(new RegExp(`.{1,${STRING}}`, 'g')) ?? []).map((part) => `"${part}"`).join(' ');
  print(`${name}. IN TXT ${strings}\n`);
  print('`startstopp doctor` says when the world sees it.');
}

/** The key in this folder, in PEM; made if there is none. */
export function dkimKey(folder: string): { made: boolean; file: string; pem: string } {
  const file = join(folder, DKIM_FILE);
  const made = !existsSync(file);
  if (made) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: BITS });
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  }
  return { made, file, pem: readFileSync(file, 'utf8') };
}

/** What stands in the TXT record for a private key in PEM (RFC 6376 3.6.1). */
export const dkimRecord = (pem: string): string =>
  `v=DKIM1; k=rsa; p=${createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' }).toString('base64')}`;
