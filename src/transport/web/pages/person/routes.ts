import { bookRoute, type PageRoute } from '../../page.ts';
import { why } from './why.ts';

export const routes: readonly PageRoute[] = [bookRoute('get', '/members/:member/broadcasts/:broadcast', 'see', why)];
