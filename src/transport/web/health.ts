import { Router } from 'express';
import type { Log } from '../../ports/log.ts';

/** `problems` are words for an operator ("database"), never personal data. */
export type Readiness = { ok: boolean; problems: string[] };

/** `/healthz`: the process is alive. `/readyz`: it can serve; 503 with what is missing when it cannot. */
export function healthRoutes(ready: () => Promise<Readiness>, closing: () => boolean, log: Log): Router {
  const routes = Router();
  routes.get('/healthz', (_req, res) => {
    res.json({ ok: true });
  });
  routes.get('/readyz', async (_req, res) => {
    const readiness = closing() ? { ok: false, problems: ['stopping'] } : await asked(ready, log);
    res.status(readiness.ok ? 200 : 503).json(readiness);
  });
  return routes;
}

/** A check that breaks is an answer too: we cannot serve. */
async function asked(ready: () => Promise<Readiness>, log: Log): Promise<Readiness> {
  try {
    return await ready();
  } catch (error) {
    log.error({ kind: error instanceof Error ? error.name : 'unknown' }, 'the readiness check broke');
    return { ok: false, problems: ['check'] };
  }
}
