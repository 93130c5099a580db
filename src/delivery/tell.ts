import type { Log } from '../ports/log.ts';
import type { OnEvent, WorkerEvent } from '../ports/workerEvent.ts';

const TRIES = 6;
const FIRST_PAUSE_MS = 100;

/**
 * Hands an event to `app`; one that throws is told again, a few times with growing pauses (about 6 s in all). Resolves
 * whatever happens: a deaf listener must not keep a delivery from being settled.
 */
export async function tell(onEvent: OnEvent, event: WorkerEvent, log: Log): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      await onEvent(event);
      return true;
    } catch (error) {
      log.error({ err: error, event: event.kind, attempt }, 'an event of the worker was not taken');
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** attempt));
    }
  }
  return false;
}
