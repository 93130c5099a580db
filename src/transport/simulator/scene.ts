import type { Response } from 'express';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SimulatedNumber, SimulatedPerson, SimulatorDoor } from '../../ports/simulator.ts';
import type { Reader } from './bubble.ts';

export type SimulatorRoutes = {
  door: SimulatorDoor;
  /** The numbers whose provider is the simulator; with none of them every address here is a 404. Asked per request. */
  numbers: () => Promise<SimulatedNumber[]>;
  /** Whose phones stand on the shelf, in that order; at most a few hundred make sense. */
  people: () => Promise<SimulatedPerson[]>;
  /** Serve others than this machine, without a login: only where the operator asked for it. */
  allowRemote: boolean;
  clock: Clock;
  log: Log;
};

/** What one request has to hand. */
export type Scene = { numbers: SimulatedNumber[]; country: string; reader: Reader };

export const sceneOf = (res: Response): Scene => res.locals.scene as Scene;
