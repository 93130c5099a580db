import type { PageRoute } from '../../page.ts';
import { openRoute, userRoute } from '../../page.ts';
import { account, changeOwnPassword, endOtherSessions, endSession, saveSelf } from './account.ts';
import { chooseNewPassword, firstUser, makeFirstUser, newPassword } from './links.ts';
import { askForNew, askForOne, removeOne, saveNew, signInByPasskey } from './passkeys.ts';
import { secondStep, startSecondStep, stopSecondStep } from './secondStep.ts';
import { changeLanguage, forgot, showCode, showSignIn, signInWithCode, signInWithPassword, signOut } from './signIn.ts';
import { finishSignOn, showSignOn, startSignOn } from './signOn.ts';

export const routes: readonly PageRoute[] = [
  openRoute('get', '/sign-in', showSignIn),
  openRoute('post', '/sign-in', signInWithPassword),
  userRoute('get', '/sign-in/code', showCode, 'password'),
  userRoute('post', '/sign-in/code', signInWithCode, 'password'),
  openRoute('post', '/sign-in/passkey/ask', askForOne),
  openRoute('post', '/sign-in/passkey', signInByPasskey),
  openRoute('get', '/sign-in/sso', showSignOn),
  openRoute('post', '/sign-in/sso', startSignOn),
  openRoute('get', '/sign-in/sso/callback', finishSignOn),
  openRoute('get', '/sign-in/forgot', forgot),
  openRoute('post', '/sign-out', signOut),
  openRoute('post', '/language', changeLanguage),
  openRoute('get', '/password/:token', newPassword),
  openRoute('post', '/password/:token', chooseNewPassword),
  openRoute('get', '/first/:token', firstUser),
  openRoute('post', '/first/:token', makeFirstUser),
  userRoute('get', '/account', account),
  userRoute('post', '/account', saveSelf),
  userRoute('post', '/account/password', changeOwnPassword),
  { ...userRoute('get', '/account/second-step', secondStep), setsUp: 'secondStep' },
  { ...userRoute('post', '/account/second-step', startSecondStep), setsUp: 'secondStep' },
  userRoute('post', '/account/second-step/stop', stopSecondStep),
  userRoute('post', '/account/passkeys/ask', askForNew),
  userRoute('post', '/account/passkeys', saveNew),
  userRoute('post', '/account/passkeys/:passkey/remove', removeOne),
  userRoute('post', '/account/sessions/end', endOtherSessions),
  userRoute('post', '/account/sessions/:session/end', endSession),
];
