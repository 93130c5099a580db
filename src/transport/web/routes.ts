import type { PageRoute } from './page.ts';
import { routes as account } from './pages/account/routes.ts';
import { routes as book } from './pages/book/routes.ts';
import { routes as crisis } from './pages/crisis/routes.ts';
import { routes as home } from './pages/home/routes.ts';
import { routes as join } from './pages/join/routes.ts';
import { routes as links } from './pages/links/routes.ts';
import { routes as members } from './pages/members/routes.ts';
import { routes as organisation } from './pages/organisation/routes.ts';
import { routes as person } from './pages/person/routes.ts';
import { routes as sending } from './pages/sending/routes.ts';
import { routes as trying } from './pages/try/routes.ts';

/** Every route of the toolbox, one line an area. */
export const routes: readonly PageRoute[] = [
  ...account,
  ...book,
  ...crisis,
  ...home,
  ...join,
  ...links,
  ...members,
  ...organisation,
  ...person,
  ...sending,
  ...trying,
];
