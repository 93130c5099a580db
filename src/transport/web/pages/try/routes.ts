import { bookRoute, type PageRoute } from '../../page.ts';
import { showTry, tryIt } from './try.ts';

export const routes: readonly PageRoute[] = [
  bookRoute('get', '/try', 'settings', showTry),
  // By POST, so that the text and the number stand in no address; it changes nothing all the same.
  bookRoute('post', '/try', 'settings', tryIt),
];
