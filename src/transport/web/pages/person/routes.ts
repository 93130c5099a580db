import { bookRoute, type PageRoute } from '../../page.ts';
import { everythingJson, evidenceJson, evidencePdf } from './data.ts';
import { erase, showErase } from './erase.ts';
import { why } from './why.ts';

export const routes: readonly PageRoute[] = [
  bookRoute('get', '/members/:member/broadcasts/:broadcast', 'see', why),
  bookRoute('get', '/members/:member/evidence.pdf', 'person', evidencePdf),
  bookRoute('get', '/members/:member/evidence.json', 'person', evidenceJson),
  bookRoute('get', '/members/:member/everything.json', 'person', everythingJson),
  bookRoute('get', '/members/:member/erase', 'person', showErase),
  bookRoute('post', '/members/:member/erase', 'person', erase),
];
