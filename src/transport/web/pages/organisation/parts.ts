import type { AnyPage } from '../../page.ts';

const PARTS = [
  ['', 'settings'],
  ['/users', 'users'],
  ['/log', 'log'],
] as const;

/** Links between the pages about an organisation. */
export const partsOf = (page: AnyPage, current: 'settings' | 'users' | 'log') =>
  PARTS.map(([path, part]) => ({
    partHref: `/organisation${path}`,
    partText: page.t(`organisation.part.${part}`),
    partCurrent: part === current,
  }));
