import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * The simulator has no login, so only the machine itself may use it, unless it was opened on purpose. Three ways around
 * a loopback address are closed too: a reverse proxy that speaks for others, a name of somebody else's that was made to
 * point here (DNS rebinding), and another site's page in our user's browser (forged requests).
 */
export function mayUse(req: Request, allowRemote: boolean): boolean {
  if (isForged(req)) return false;
  if (allowRemote) return true;
  const speaksForOthers = req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined;
  // With a trusted proxy req.ip is the visitor (and req.ips has somebody); with any other nobody can tell who it is.
  if (speaksForOthers && req.ips.length === 0) return false;
  return isLoopback(req.ip ?? '') && isLocalName(req.hostname ?? '');
}

/** A change that another site's page asked for; programs send neither header. */
function isForged(req: Request): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return false;
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = req.headers;
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== host;
}

const isLoopback = (ip: string): boolean => /^(?:::ffff:)?127\./.test(ip) || ip === '::1';

function isLocalName(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) ? isLoopback(bare) : bare === 'localhost' || bare.endsWith('.localhost');
}
