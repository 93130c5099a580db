import { bookRoute, type PageRoute, userRoute } from '../../page.ts';
import { changeAccess, showAccess } from './access.ts';
import { answerMessage, bookInbox, showMessage, wholeInbox } from './inbox.ts';
import { addAddress, confirmWriter, removeAddress, showList } from './lists.ts';
import { showLog } from './log.ts';
import { makeBook, showNewBook } from './newBook.ts';
import { saveReply, showReplies } from './replies.ts';
import { saveSettings, showSettings } from './settings.ts';
import { showStatistics } from './statistics.ts';

/** Before the routes of `/books/:book`: no book is called `new`. */
export const routes: readonly PageRoute[] = [
  userRoute('get', '/books/new', showNewBook, 'organisation'),
  userRoute('post', '/books/new', makeBook, 'organisation'),
  bookRoute('get', '/settings', 'settings', showSettings),
  bookRoute('post', '/settings', 'settings', saveSettings),
  bookRoute('get', '/writers', 'settings', showList('writers')),
  bookRoute('post', '/writers', 'settings', addAddress('writers')),
  bookRoute('post', '/writers/remove', 'settings', removeAddress('writers')),
  bookRoute('post', '/writers/confirm', 'settings', confirmWriter),
  bookRoute('get', '/functionaries', 'settings', showList('functionaries')),
  bookRoute('post', '/functionaries', 'settings', addAddress('functionaries')),
  bookRoute('post', '/functionaries/remove', 'settings', removeAddress('functionaries')),
  bookRoute('get', '/replies', 'settings', showReplies),
  bookRoute('post', '/replies', 'settings', saveReply),
  bookRoute('get', '/access', 'settings', showAccess),
  bookRoute('post', '/access', 'settings', changeAccess),
  bookRoute('get', '/log', 'see', showLog),
  bookRoute('get', '/statistics', 'see', showStatistics),
  userRoute('get', '/inbox', wholeInbox),
  bookRoute('get', '/inbox', 'see', bookInbox),
  // Its functionaries may answer too, who may be viewers: the page itself asks (inbox.ts).
  bookRoute('get', '/inbox/:inbound', 'see', showMessage),
  bookRoute('post', '/inbox/:inbound', 'see', answerMessage),
];
