import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RequestHandler } from 'express';
import type { Locale } from '../../core/locale.ts';
import { isPageKey, pageText } from '../../i18n/pages/index.ts';
import { createAssets } from './assets.ts';
import { createViews, type Helpers, type Views } from './view.ts';

export type PageKit = Pick<Views, 'View'> & { serveAssets: RequestHandler };

/**
 * The templates of a folder and the `assets/` in it, for `createWeb`. A fault in a template throws here, so it stops the
 * start. Reading and checking a hundred templates takes a tenth of a second, so servers in one process may share a kit.
 */
export function createPageKit(folder: string): PageKit {
  const assets = createAssets(join(folder, 'assets'), { 'htmx.min.js': htmx(), 'webauthn.min.js': webauthn() });
  const { View } = createViews(folder, pageHelpers(assets.url), isPageKey);
  return { View, serveAssets: assets.serve };
}

/** The library as it was published, served from our own address like everything else. */
const htmx = (): string => createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js');

/** The same; its package shows no path to the file for browsers, which lies beside what it does show. */
const webauthn = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@simplewebauthn/browser')), '../dist/bundle/index.umd.min.js');

/** `t` says a text in the reader's language; what it gives is escaped like everything else. */
function pageHelpers(assetUrl: (name: string) => string): Helpers {
  type Call = { hash: Record<string, string | number>; data: { root: { locale: Locale } } };
  return {
    t: (key: string, { hash, data }: Call) => {
      if (!isPageKey(key)) throw new Error(`there is no text ${key}`);
      return pageText(data.root.locale, key, hash);
    },
    asset: (name: string) => assetUrl(name),
  };
}
