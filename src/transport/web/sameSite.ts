import type { Request } from 'express';

/**
 * Does this POST come from a page of ours? Browsers say so themselves (Fetch Metadata); where one is too old to, the
 * Origin must be the host that was asked. Beside the token in every form, not in place of it (OWASP ASVS 5.0, 3.5.1).
 */
export function isOurs(req: Request, publicUrl: string): boolean {
  const site = req.headers['sec-fetch-site'];
  if (typeof site === 'string') return site === 'same-origin' || site === 'none';
  const { origin } = req.headers;
  if (origin === undefined) return true;
  try {
    const { host } = new URL(origin);
    return host === req.headers.host || host === new URL(publicUrl).host;
  } catch {
    return false;
  }
}
