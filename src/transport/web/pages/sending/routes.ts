import { bookRoute, type PageRoute } from '../../page.ts';
import { broadcast, cancel, change, live } from './broadcast.ts';
import { broadcasts } from './broadcasts.ts';
import { removeDraft } from './keep.ts';
import { send, writePost } from './send.ts';
import { previewPart, write } from './write.ts';

export const routes: readonly PageRoute[] = [
  bookRoute('get', '/write', 'see', write),
  bookRoute('post', '/write', 'send', writePost),
  bookRoute('post', '/write/preview', 'see', previewPart),
  bookRoute('post', '/send', 'send', send),
  bookRoute('get', '/broadcasts', 'see', broadcasts),
  bookRoute('get', '/broadcasts/:broadcast', 'see', broadcast),
  bookRoute('post', '/broadcasts/:broadcast', 'send', change),
  bookRoute('get', '/broadcasts/:broadcast/live', 'see', live),
  bookRoute('get', '/broadcasts/:broadcast/cancel', 'send', cancel),
  bookRoute('post', '/drafts/:draft/delete', 'send', removeDraft),
];
