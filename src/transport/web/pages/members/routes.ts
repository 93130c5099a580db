import { bookRoute, type PageRoute } from '../../page.ts';
import { add, showAdd } from './add.ts';
import { exportCsv, exportXlsx } from './export.ts';
import { runUpload, showImport, showUpload, upload } from './import.ts';
import { unsubscribed } from './left.ts';
import { members } from './list.ts';
import { pending, settlePending } from './pending.ts';
import { act, person, retryMailAddress, savePerson } from './person.ts';
import { reportCsv } from './report.ts';

export const routes: readonly PageRoute[] = [
  bookRoute('get', '/members', 'see', members),
  bookRoute('get', '/members/add', 'edit', showAdd),
  bookRoute('post', '/members/add', 'edit', add),
  bookRoute('get', '/members/export.csv', 'edit', exportCsv),
  bookRoute('get', '/members/export.xlsx', 'edit', exportXlsx),
  bookRoute('get', '/members/import', 'edit', showImport),
  bookRoute('post', '/members/import', 'edit', upload, 'upload'),
  bookRoute('get', '/members/import/:upload', 'edit', showUpload),
  bookRoute('post', '/members/import/:upload', 'edit', runUpload),
  bookRoute('get', '/members/import/:upload/report.csv', 'edit', reportCsv),
  bookRoute('get', '/members/:member', 'see', person),
  bookRoute('post', '/members/:member', 'edit', savePerson),
  bookRoute('post', '/members/:member/pause', 'edit', act('pause')),
  bookRoute('post', '/members/:member/resume', 'edit', act('resume')),
  bookRoute('post', '/members/:member/ban', 'edit', act('ban')),
  bookRoute('post', '/members/:member/unban', 'edit', act('unban')),
  bookRoute('post', '/members/:member/remove', 'edit', act('remove')),
  bookRoute('post', '/members/:member/mail', 'edit', retryMailAddress),
  bookRoute('get', '/pending', 'see', pending),
  bookRoute('post', '/pending', 'edit', settlePending),
  bookRoute('get', '/unsubscribed', 'see', unsubscribed),
];
