import { type PageRoute, userRoute } from '../../page.ts';
import { showAudit } from './audit.ts';
import { makeNumber, makeOrganisation, saveNumber, showInstallation, switchOrganisation } from './installation.ts';
import { saveOrganisation, showOrganisation } from './organisation.ts';
import { saveSignOn, showSignOn } from './signOn.ts';
import { inviteAgain, inviteNew, saveUser, showUsers } from './users.ts';

export const routes: readonly PageRoute[] = [
  userRoute('get', '/organisation', showOrganisation, 'organisation'),
  userRoute('post', '/organisation', saveOrganisation, 'organisation'),
  userRoute('get', '/organisation/users', showUsers, 'organisation'),
  userRoute('post', '/organisation/users', inviteNew, 'organisation'),
  userRoute('post', '/organisation/users/:user', saveUser, 'organisation'),
  userRoute('post', '/organisation/users/:user/link', inviteAgain, 'organisation'),
  userRoute('get', '/organisation/sign-on', showSignOn, 'organisation'),
  userRoute('post', '/organisation/sign-on', saveSignOn, 'organisation'),
  userRoute('get', '/organisation/log', showAudit, 'organisation'),
  userRoute('get', '/installation', showInstallation, 'installation'),
  userRoute('post', '/installation/switch', switchOrganisation, 'installation'),
  userRoute('post', '/installation/organisations', makeOrganisation, 'installation'),
  userRoute('post', '/installation/numbers', makeNumber, 'installation'),
  userRoute('post', '/installation/numbers/:number', saveNumber, 'installation'),
];
