import { bookRoute, linkRoute, type PageRoute } from '../../page.ts';
import { actOnJoin, showJoin } from './join.ts';
import { showPoster } from './poster.ts';

/** The join page is public: what somebody types is proven by a code or a link. The poster leads there, and to START. */
export const routes: readonly PageRoute[] = [
  linkRoute('get', '/join/:book', showJoin),
  linkRoute('post', '/join/:book', actOnJoin),
  bookRoute('get', '/poster', 'see', showPoster),
];
