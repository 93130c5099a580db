import type { CookieOptions, Request, Response } from 'express';
import { CHALLENGE_MS } from '../../core/account.ts';

/** One cookie of a request; null = it did not come. */
function readCookie(req: Request, name: string): string | null {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/**
 * `locale` and `theme` outlive the browser; `organisation` is what an operator looks at; `notice` lasts a page; `passkey`
 * and `signOn` hold the token of what we asked a browser or a sign-on provider (app/account/challenges.ts).
 */
type CookieName = 'session' | 'notice' | 'organisation' | 'locale' | 'theme' | 'passkey' | 'signOn';

const YEAR = 31_536_000_000;

/**
 * Every cookie of ours: none can be read by a script, and none goes along with another site's form. With https the
 * browser itself keeps a neighbouring host from setting them, by their name (OWASP ASVS 5.0, 3.3.1 and 3.3.3).
 */
export function createCookies(publicUrl: string) {
  const https = new URL(publicUrl).protocol === 'https:';
  const common = { httpOnly: true, sameSite: 'lax', secure: https, path: '/' } as const;
  const named = (name: CookieName): string => (https ? `__Host-${name}` : name);
  const set = (res: Response, name: CookieName, value: string, more: CookieOptions = {}): void =>
    void res.cookie(named(name), value, { ...common, ...more });
  const read = (req: Request, name: CookieName): string | null => readCookie(req, named(name));
  return {
    read,
    session: (req: Request): string | null => read(req, 'session'),
    setSession: (res: Response, token: string): void => set(res, 'session', token),
    dropSession: (res: Response): void => void res.clearCookie(named('session'), common),
    /** What to say on the next page, once. */
    setNotice: (res: Response, notice: Notice): void =>
      set(res, 'notice', Buffer.from(JSON.stringify(notice)).toString('base64url'), { maxAge: 60_000 }),
    takeNotice(req: Request, res: Response): Notice | null {
      const raw = read(req, 'notice');
      if (raw === null) return null;
      res.clearCookie(named('notice'), common);
      return readNotice(raw);
    },
    setAsked: (res: Response, name: 'passkey' | 'signOn', token: string): void =>
      set(res, name, token, { maxAge: CHALLENGE_MS }),
    /** An answer counts once, so its token goes with it. */
    takeAsked(req: Request, res: Response, name: 'passkey' | 'signOn'): string | null {
      const token = read(req, name);
      if (token !== null) res.clearCookie(named(name), common);
      return token;
    },
    setOrganisation: (res: Response, id: string): void => set(res, 'organisation', id),
    setLocale: (res: Response, locale: string): void => set(res, 'locale', locale, { maxAge: YEAR }),
    setTheme: (res: Response, theme: string): void => set(res, 'theme', theme, { maxAge: YEAR }),
  };
}
export type Cookies = ReturnType<typeof createCookies>;

export type Notice = { key: string; params: Record<string, string | number>; tone: 'good' | 'warn' | 'stop' };

function readNotice(raw: string): Notice | null {
  try {
    const { key, params, tone } = JSON.parse(Buffer.from(raw, 'base64url').toString('utf8'));
    if (typeof key !== 'string' || typeof params !== 'object' || params === null) return null;
    return { key, params, tone: tone === 'warn' || tone === 'stop' ? tone : 'good' };
  } catch {
    return null;
  }
}
