import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { sameText } from '../../app/account/credentials.ts';
import { openSession, type SignedIn } from '../../app/account/sessions.ts';
import type { User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import type { Locale } from '../../core/locale.ts';
import type { Organisation } from '../../core/organisation.ts';
import {
  mayInBook,
  mayInInstallation,
  mayInOrganisation,
  mustHaveSecondStep,
  reachesBook,
} from '../../core/permissions.ts';
import { isLocale, isPageKey, pageText } from '../../i18n/pages/index.ts';
import { type Cookies, createCookies } from './cookies.ts';
import { sendProblem } from './errors.ts';
import { formOf } from './form.ts';
import { frameOf } from './frame.ts';
import type { AnyPage, BookPage, PageRoute, ToolboxDeps, UserPage } from './page.ts';
import { routes } from './routes.ts';
import { isOurs } from './sameSite.ts';

/** A form of the toolbox at most: a text of 1,600 characters, or some thousand ticked boxes. */
const FORM = { extended: false, limit: '256kb', parameterLimit: 6_000 } as const;

/**
 * The toolbox as Express sees it. Every route stands in one table (routes.ts) with the access that it needs, and this is
 * the only place that looks at sessions, access and forged forms: a page that forgets to ask cannot exist. A book that
 * the reader does not reach is not there (404), as guessed ids must tell nothing.
 */
export function toolbox(deps: ToolboxDeps, table: readonly PageRoute[] = routes): Router {
  const router = Router();
  const parse = express.urlencoded(FORM);
  const readAny = express.text({ type: () => true, limit: '16kb' });
  const cookies = createCookies(deps.publicUrl);
  for (const route of table) {
    const handlers: RequestHandler[] = [];
    if (route.need === 'link') handlers.push(readAny);
    else if (route.method === 'post' && (route.body ?? 'form') === 'form') handlers.push(parse);
    router[route.method](route.path, ...handlers, (req, res, next) => answer(route, req, res, next, deps, cookies));
  }
  return router;
}

async function answer(
  route: PageRoute,
  req: Request,
  res: Response,
  next: NextFunction,
  deps: ToolboxDeps,
  cookies: Cookies,
): Promise<void> {
  if (route.need === 'link') return route.handle(anyPage(req, res, deps, cookies, res.locals.locale as Locale, null));
  const token = cookies.session(req);
  // Whatever a person does ends in a page or a form; parts are fetched by pages that renew themselves.
  const byItself = req.method === 'GET' && req.headers['hx-request'] === 'true';
  const signedIn = await openSession(token, deps, byItself);
  if (token !== null && !signedIn) cookies.dropSession(res);
  if (signedIn) res.locals.actor = signedIn.user.id;
  const locale = localeOf(req, res, signedIn, cookies);
  res.locals.locale = locale;
  res.setHeader('Content-Language', locale);

  if (req.method === 'POST') {
    const csrf = formOf(req.body).text('csrf');
    // Before anybody is signed in there is no session to forge a form for; the site that it comes from is looked at.
    const known = signedIn === null || route.body === 'upload' || sameText(csrf, signedIn.session.csrf);
    if (!isOurs(req, deps.publicUrl) || !known) return sendProblem(res, 403, 'forged');
  }

  const page = anyPage(req, res, deps, cookies, locale, signedIn);
  if (route.need === 'nobody') {
    frame(page, signedIn, null, [], null);
    return route.handle(page);
  }
  if (!signedIn) return route.orElse === 'next' ? next() : toSignIn(req, page);
  if (signedIn.session.stage === 'password' && route.need !== 'password') return page.redirect('/sign-in/code');

  const organisation = await organisationOf(signedIn, req, deps, cookies);
  if (!organisation) return sendProblem(res, 404);
  const { user, session } = signedIn;
  const secondStepDemanded = await demandsSecondStep(user, organisation, deps);
  const isBarred = secondStepDemanded && user.totp === null && session.stage !== 'strong';
  if (isBarred && route.setsUp !== 'secondStep' && route.need !== 'password')
    return page.redirect('/account/second-step');
  const accesses = await deps.store.reads.accesses(user.id);
  const all = await deps.store.reads.books();
  const books = all
    .filter((book) => book.organisationId === organisation.id && reachesBook(user, book, accesses))
    .sort((a, b) => a.name.localeCompare(b.name, locale));
  const userPage: UserPage = Object.assign(page, { user, session, organisation, books, secondStepDemanded });

  if (typeof route.need === 'object') {
    const book = all.find(({ address }) => address === req.params.book);
    if (!book || !reachesBook(user, book, accesses)) return missing(page, signedIn, organisation, books, 404);
    if (!mayInBook(user, route.need.book)) return missing(page, signedIn, organisation, books, 403);
    const [number, own] = await Promise.all([
      deps.store.reads.numbers().then((numbers) => numbers.find(({ id }) => id === book.numberId)),
      book.organisationId === organisation.id ? organisation : deps.store.reads.organisation(book.organisationId),
    ]);
    if (!number || !own) throw new Error('a book without its number or organisation');
    const may = {
      see: true,
      edit: mayInBook(user, 'edit'),
      settings: mayInBook(user, 'settings'),
      send: mayInBook(user, 'send'),
      person: mayInBook(user, 'person'),
    };
    const bookPage: BookPage = Object.assign(userPage, { book, number, may, organisation: own });
    frame(page, signedIn, own, books, book);
    return route.handle(bookPage);
  }
  if (isBarred) frame(page, null, organisation, [], null, signedIn.session.csrf);
  else frame(page, signedIn, organisation, books, null);
  if (route.need === 'organisation' && !mayInOrganisation(user, organisation.id)) return page.refuse(403);
  if (route.need === 'installation' && !mayInInstallation(user)) return page.refuse(403);
  return route.handle(userPage);
}

function missing(
  page: AnyPage,
  signedIn: SignedIn,
  organisation: Organisation,
  books: readonly Book[],
  status: 403 | 404,
): void {
  frame(page, signedIn, organisation, books, null);
  page.refuse(status);
}

/** An operator looks at one organisation at a time, chosen by a cookie that only an operator's request reads. */
async function organisationOf(
  { user }: SignedIn,
  req: Request,
  deps: ToolboxDeps,
  cookies: Cookies,
): Promise<Organisation | null> {
  const chosen = user.role === 'operator' ? cookies.read(req, 'organisation') : null;
  const other = chosen === null ? null : await deps.store.reads.organisation(chosen);
  return other ?? deps.store.reads.organisation(user.organisationId);
}

/** The rule is that of the organisation which the account belongs to, wherever an operator looks. */
async function demandsSecondStep(user: User, shown: Organisation, { store }: ToolboxDeps): Promise<boolean> {
  const own = user.organisationId === shown.id ? shown : await store.reads.organisation(user.organisationId);
  return mustHaveSecondStep(user, own?.secondStep ?? 'everybody');
}

function localeOf(req: Request, res: Response, signedIn: SignedIn | null, cookies: Cookies): Locale {
  const cookie = cookies.read(req, 'locale') ?? '';
  return signedIn?.user.locale ?? (isLocale(cookie) ? cookie : (res.locals.locale as Locale));
}

/** After signing in one comes back to where one was going, if that was a page to look at. */
function toSignIn(req: Request, page: AnyPage): void {
  const back = req.method === 'GET' ? req.originalUrl : '/';
  const path = `/sign-in${back === '/' ? '' : `?back=${encodeURIComponent(back)}`}`;
  if (page.partial) page.res.status(401).setHeader('HX-Redirect', path).end();
  else page.redirect(path);
}

function anyPage(
  req: Request,
  res: Response,
  deps: ToolboxDeps,
  cookies: Cookies,
  locale: Locale,
  signedIn: SignedIn | null,
): AnyPage {
  const partial = req.headers['hx-request'] === 'true' && req.headers['hx-boosted'] !== 'true';
  res.vary('HX-Request');
  return {
    req,
    res,
    deps,
    locale,
    cookies,
    visitor: signedIn,
    partial,
    now: deps.clock.now(),
    form: formOf(req.method === 'POST' ? req.body : {}),
    query: formOf(req.query),
    param(name) {
      const value: unknown = req.params[name];
      return typeof value === 'string' ? value : '';
    },
    t: (key, params) => pageText(locale, key, params),
    render(view, model, status = 200) {
      const notice = partial ? null : cookies.takeNotice(req, res);
      const said = notice && isPageKey(notice.key) ? noticeOf(locale, notice) : null;
      res.status(status).render(view, { notice: said, ...model });
    },
    redirect(path, notice) {
      if (notice) cookies.setNotice(res, { key: notice.key, params: notice.params ?? {}, tone: notice.tone ?? 'good' });
      if (partial) res.status(204).setHeader('HX-Redirect', path).end();
      else res.redirect(303, path);
    },
    refuse: (status) => sendProblem(res, status, status === 403 ? 'denied' : undefined),
  };
}

function noticeOf(locale: Locale, notice: NonNullable<ReturnType<Cookies['takeNotice']>>) {
  try {
    return { noticeText: pageText(locale, notice.key as never, notice.params), noticeTone: notice.tone };
  } catch {
    // Somebody's own cookie, or one from before an update: nothing to say.
    return null;
  }
}

function frame(
  page: AnyPage,
  signedIn: SignedIn | null,
  organisation: Organisation | null,
  books: readonly Book[],
  book: Book | null,
  csrf = signedIn?.session.csrf ?? '',
): void {
  page.res.locals.frame = frameOf({
    locale: page.locale,
    path: page.req.path,
    csrf,
    user: signedIn && signedIn.session.stage !== 'password' ? signedIn.user : null,
    organisation,
    books,
    book,
    now: page.now,
  });
}
