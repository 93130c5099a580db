import type { Locale } from '../../core/locale.ts';
import { formatNational } from '../../core/phoneNumber.ts';
import { pageText } from '../../i18n/pages/index.ts';
import type { SimulatedPerson } from '../../ports/simulator.ts';

/** More phones than this cannot stand side by side. */
export const MOST_OPEN = 4;
/** A shelf is for looking; whoever stands further back is taken out by number. */
const MOST_IN_GROUP = 60;

type Role = SimulatedPerson['role'] | 'other';
const ROLES: readonly Role[] = ['writer', 'functionary', 'member', 'other'];

/** One phone: everybody it stands for, most telling role first. */
export type Owner = { number: string; name: string; role: Role; shown: string };

/** People by phone, and phones that nobody is known to own, in the order of the shelf. */
export function owners(
  people: readonly SimulatedPerson[],
  used: readonly string[],
  country: string,
): Map<string, Owner> {
  const found = new Map<string, Owner>();
  for (const { number, name, role } of people) {
    const known = found.get(number);
    const better = known ? Math.min(ROLES.indexOf(known.role), ROLES.indexOf(role)) : ROLES.indexOf(role);
    const shown = formatNational(number, country);
    found.set(number, { number, name: known?.name || name, role: ROLES[better] ?? 'member', shown });
  }
  for (const number of used)
    if (!found.has(number))
      found.set(number, { number, name: '', role: 'other', shown: formatNational(number, country) });
  for (const owner of found.values()) owner.name ||= owner.shown;
  return found;
}

/** Without a choice: a writer and a functionary, then the phones last used, then members; in the order of the shelf. */
export function openByDefault(all: ReadonlyMap<string, Owner>, used: readonly string[]): string[] {
  const rank = (number: string) => ROLES.indexOf(all.get(number)?.role ?? 'other');
  const ofRole = (role: Role) => [...all.values()].filter((owner) => owner.role === role).map(({ number }) => number);
  const first = [...ofRole('writer').slice(0, 1), ...ofRole('functionary').slice(0, 1)];
  const wanted = new Set([...first, ...used, ...ofRole('member').slice(0, 2)]);
  return [...wanted].slice(0, MOST_OPEN).sort((a, b) => rank(a) - rank(b));
}

export const addressOf = (open: readonly string[]): string =>
  `/simulator?phones=${open.map((number) => encodeURIComponent(number)).join(',')}`;

/** A press takes a phone out or puts it back; a fifth pushes the first away. */
export const toggled = (open: readonly string[], number: string): string[] =>
  open.includes(number) ? open.filter((other) => other !== number) : [...open, number].slice(-MOST_OPEN);

/** The shelf as the page shows it. */
export function shelfOf(all: ReadonlyMap<string, Owner>, open: readonly string[], locale: Locale) {
  return ROLES.map((role) => ({
    groupName: pageText(locale, `simulator.group.${role}`),
    spots: [...all.values()]
      .filter((owner) => owner.role === role)
      .slice(0, MOST_IN_GROUP)
      .map(({ number, name, shown }) => ({
        number,
        name,
        initial: initialOf(name),
        hue: hueOf(number),
        shown: name === shown ? '' : shown,
        out: open.includes(number),
        href: addressOf(toggled(open, number)),
        action: pageText(locale, open.includes(number) ? 'simulator.close' : 'simulator.open', { name }),
      })),
  })).filter((group) => group.spots.length > 0);
}

export const initialOf = (name: string): string => [...name.replace(/[^\p{L}\p{N}]/gu, '')][0]?.toUpperCase() ?? '#';

/** One of six hues of the stylesheet, the same for a phone for ever. */
export const hueOf = (number: string): number => [...number].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 6;
