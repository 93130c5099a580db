import type { Request, Response } from 'express';

/** One cookie of a request; null = it did not come. */
export function readCookie(req: Request, name: string): string | null {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/** With https the browser itself keeps others from setting it (OWASP ASVS 5.0, 3.3.1). */
const sessionName = (https: boolean): string => (https ? '__Host-session' : 'session');

/** The cookies of the toolbox: none of them can be read by a script, and none goes along from another site's form. */
export function createCookies(publicUrl: string) {
  const https = new URL(publicUrl).protocol === 'https:';
  const name = sessionName(https);
  const common = { httpOnly: true, sameSite: 'lax', secure: https, path: '/' } as const;
  return {
    session: (req: Request): string | null => readCookie(req, name),
    setSession: (res: Response, token: string): void => void res.cookie(name, token, common),
    dropSession: (res: Response): void => void res.clearCookie(name, common),
    /** What to say on the next page, once. */
    setNotice: (res: Response, notice: Notice): void =>
      void res.cookie('notice', Buffer.from(JSON.stringify(notice)).toString('base64url'), {
        ...common,
        maxAge: 60_000,
      }),
    takeNotice(req: Request, res: Response): Notice | null {
      const raw = readCookie(req, 'notice');
      if (raw === null) return null;
      res.clearCookie('notice', common);
      return readNotice(raw);
    },
    setLocale: (res: Response, locale: string): void =>
      void res.cookie('locale', locale, { ...common, maxAge: 31_536_000_000 }),
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
