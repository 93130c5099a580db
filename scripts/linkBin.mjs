/**
 * Makes `npx startstopp` run this checkout at once. Without the link npx installs the checkout into its own cache first,
 * which builds it again and takes many seconds.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
const folder = new URL('../node_modules/.bin/', import.meta.url);
const link = new URL('startstopp', folder);

chmodSync(main, 0o755);
if (process.platform !== 'win32' && existsSync(new URL('../node_modules', import.meta.url))) {
  mkdirSync(folder, { recursive: true });
  if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync('../../dist/main.js', link);
}
