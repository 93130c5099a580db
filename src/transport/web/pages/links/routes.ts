import { linkRoute, type PageRoute } from '../../page.ts';
import { confirmMail, showMail } from './confirm.ts';
import { join, showJoin } from './join.ts';
import { leave, showLeave } from './leave.ts';
import { showWhole } from './read.ts';

/** Public pages behind links in our mails and texts. GET shows, POST acts: a link scanner changes nothing. */
export const routes: readonly PageRoute[] = [
  linkRoute('get', '/leave/:token', showLeave),
  linkRoute('post', '/leave/:token', leave),
  linkRoute('get', '/confirm/:token', showMail),
  linkRoute('post', '/confirm/:token', confirmMail),
  linkRoute('get', '/mail-join/:token', showJoin),
  linkRoute('post', '/mail-join/:token', join),
  linkRoute('get', '/read/:token', showWhole),
];
