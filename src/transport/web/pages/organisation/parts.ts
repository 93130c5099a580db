import type { AnyPage } from '../../page.ts';

const PARTS = [
  ['', 'settings'],
  ['/users', 'users'],
  ['/sign-on', 'signOn'],
  ['/log', 'log'],
] as const;

/** Links between the pages about an organisation. */
export const partsOf = (page: AnyPage, current: (typeof PARTS)[number][1]) =>
  PARTS.map(([path, part]) => ({
    partHref: `/organisation${path}`,
    partText: page.t(`organisation.part.${part}`),
    partCurrent: part === current,
  }));
