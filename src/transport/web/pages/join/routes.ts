import { linkRoute, type PageRoute } from '../../page.ts';
import { actOnJoin, showJoin } from './join.ts';

/** Public: what somebody types is proven by a code or a link, so nothing is signed in to. */
export const routes: readonly PageRoute[] = [
  linkRoute('get', '/join/:book', showJoin),
  linkRoute('post', '/join/:book', actOnJoin),
];
