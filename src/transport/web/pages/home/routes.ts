import type { PageRoute } from '../../page.ts';
import { bookRoute, userRoute } from '../../page.ts';
import { home, more, overview, writeWhich } from './home.ts';

export const routes: readonly PageRoute[] = [
  { method: 'get', path: '/', need: 'user', handle: home, orElse: 'next' },
  userRoute('get', '/more', more),
  userRoute('get', '/write', writeWhich),
  bookRoute('get', '', 'see', overview),
];
