import type { Request, Response } from 'express';
import type { AccountDeps } from '../../app/account/deps.ts';
import type { SignedIn } from '../../app/account/sessions.ts';
import type { Session, User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import type { Locale } from '../../core/locale.ts';
import type { Organisation, VirtualNumber } from '../../core/organisation.ts';
import type { BookNeed } from '../../core/permissions.ts';
import type { PageKey } from '../../i18n/pages/index.ts';
import type { Log } from '../../ports/log.ts';
import type { SignOnProvider } from '../../ports/signOn.ts';
import type { Cookies, Notice } from './cookies.ts';
import type { Form } from './form.ts';

/** What every page of the toolbox may lean on. */
export type ToolboxDeps = AccountDeps & {
  log: Log;
  publicUrl: string;
  /** Organisations' own accounts (OpenID Connect). */
  signOn: SignOnProvider;
  /** A book's mail address is `<book.address>@listDomain`. */
  listDomain: string;
  /** Is there a smarthost (MAIL_URL)? Without it copies to mail addresses wait. */
  mailOut: boolean;
};

export type Params = Readonly<Record<string, string | number>>;

/** One request, after the frame has looked at it. Handlers answer by `render`, `redirect` or `refuse`. */
export type AnyPage = {
  req: Request;
  res: Response;
  deps: ToolboxDeps;
  locale: Locale;
  cookies: Cookies;
  /** Who is signed in, if anybody; with `stage` 'password' their code is still to come. */
  visitor: SignedIn | null;
  /** ms since the epoch, one for the whole request. */
  now: number;
  /** The fields of a POST; empty for a GET. */
  form: Form;
  /** The fields of the address's query. */
  query: Form;
  /** A part of the page's address: `param('member')`. */
  param(name: string): string;
  t(key: PageKey, params?: Params): string;
  /** Asked by htmx for a part of a page: render a partial without the layout. */
  partial: boolean;
  /** `status` 422 = the form again, with what was typed and what is wrong. */
  render(view: string, model: object, status?: number): void;
  /** 303; the notice is said on the next page, once. `tone` defaults to good. */
  redirect(path: string, notice?: { key: PageKey; params?: Params; tone?: Notice['tone'] }): void;
  /** The page for 403, 404 and the like. */
  refuse(status: 400 | 403 | 404 | 409 | 413): void;
};

/** Somebody is signed in, with the second step if they have one. */
export type UserPage = AnyPage & {
  user: User;
  session: Session;
  /** Their organisation; an operator may have chosen another. */
  organisation: Organisation;
  /** Books that they reach, by name. */
  books: readonly Book[];
  /** Their own organisation demands the second step of them. */
  secondStepDemanded: boolean;
};

/** `/books/:book/…`: a book that they reach. */
export type BookPage = UserPage & {
  book: Book;
  number: VirtualNumber;
  may: Readonly<Record<BookNeed, boolean>>;
};

/** Where one mails the book. */
export const mailAddressOf = ({ book, deps }: Pick<BookPage, 'book' | 'deps'>): string =>
  `${book.address}@${deps.listDomain}`;

type Method = 'get' | 'post';
type Body = 'form' | 'upload' | 'none';
/** `orElse: 'next'`: a stranger gets what stands behind the toolbox (the front page), not the sign-in. */
type Common = {
  method: Method;
  path: string;
  body?: Body;
  orElse?: 'next';
  /** Open to somebody who must have the second step and has none yet: the page that sets it up. */
  setsUp?: 'secondStep';
};

/** One route of the toolbox. test/transport/routes.test.ts holds the golden table of all of them. */
export type PageRoute =
  /** `link`: whoever has the unguessable link; no session, no cookie, and the link itself is the proof of a POST. */
  | (Common & { need: 'nobody' | 'link'; handle(page: AnyPage): Promise<void> | void })
  | (Common & {
      need: 'password' | 'user' | 'organisation' | 'installation';
      handle(page: UserPage): Promise<void> | void;
    })
  | (Common & { need: { book: BookNeed }; handle(page: BookPage): Promise<void> | void });

/** A page of a book: `/books/:book` and what follows. */
export const bookRoute = (
  method: Method,
  path: string,
  need: BookNeed,
  handle: (page: BookPage) => Promise<void> | void,
  body?: Body,
): PageRoute => ({ method, path: `/books/:book${path}`, need: { book: need }, handle, ...(body && { body }) });

export const userRoute = (
  method: Method,
  path: string,
  handle: (page: UserPage) => Promise<void> | void,
  need: 'password' | 'user' | 'organisation' | 'installation' = 'user',
): PageRoute => ({ method, path, need, handle });

export const linkRoute = (
  method: Method,
  path: string,
  handle: (page: AnyPage) => Promise<void> | void,
): PageRoute => ({ method, path, need: 'link', handle });

export const openRoute = (
  method: Method,
  path: string,
  handle: (page: AnyPage) => Promise<void> | void,
): PageRoute => ({
  method,
  path,
  need: 'nobody',
  handle,
});
