import { formatNational } from '../../core/phoneNumber.ts';
import { type PageKey, pageText } from '../../i18n/pages/index.ts';
import type { SimulatedNumber, SimulatorDoor } from '../../ports/simulator.ts';
import { type Bubble, bubbleOf, type Reader } from './bubble.ts';
import { mastOf } from './mast.ts';
import { addressOf, hueOf, initialOf, type Owner, openByDefault, shelfOf, toggled } from './shelf.ts';

/** How much of a phone's past the page shows; a browser scrolls through this without effort. */
const SHOWN = 100;

/** What went wrong with the last press, without JavaScript: said on the phone, with the text kept. */
export type Refused = { from: string; text: string; key: PageKey; params?: Record<string, string> };

export type PageRequest = {
  door: SimulatorDoor;
  numbers: readonly SimulatedNumber[];
  all: ReadonlyMap<string, Owner>;
  used: readonly string[];
  /** null: nobody has chosen. */
  open: readonly string[] | null;
  reader: Reader;
  refresh: boolean;
  refused: Refused | null;
};

/** The whole page as the template takes it. */
export async function pageModel({ door, numbers, all, used, open: chosen, reader, refresh, refused }: PageRequest) {
  const { locale } = reader;
  const open = chosen ?? openByDefault(all, used);
  const contacts = numbers.map(({ e164, name, country }) => ({
    number: e164,
    name,
    shown: formatNational(e164, country),
    initial: initialOf(name),
  }));
  const phones = await Promise.all(
    open.map((number) => phoneModel(number, { door, all, open, reader, refused, contacts })),
  );
  const here = addressOf(open);
  return {
    groups: shelfOf(all, open, locale),
    phones,
    open: open.join(','),
    mast: mastOf(door.weather(), door.failCodes, locale),
    refresh,
    here,
    refreshHere: `${here}&refresh=1`,
    notice: refused && !open.includes(refused.from) ? pageText(locale, refused.key, refused.params) : '',
    offline: pageText(locale, 'simulator.offline'),
  };
}

type Contact = { number: string; name: string; shown: string; initial: string };
type PhoneParts = Pick<PageRequest, 'door' | 'all' | 'reader' | 'refused'> & {
  open: readonly string[];
  contacts: readonly Contact[];
};

async function phoneModel(number: string, { door, all, open, reader, refused, contacts }: PhoneParts) {
  const { locale } = reader;
  const owner = all.get(number) ?? { number, name: number, role: 'other' as const, shown: number };
  const messages = await door.phone(number, SHOWN);
  const nameOf = contactName(contacts);
  const isHere = refused?.from === number;
  return {
    number,
    domId: number.replace(/\D/g, ''),
    name: owner.name,
    initial: initialOf(owner.name),
    hue: hueOf(number),
    role: pageText(locale, `simulator.role.${owner.role}`),
    shown: owner.name === owner.shown ? '' : owner.shown,
    closeHref: addressOf(toggled(open, number)),
    closeName: pageText(locale, 'simulator.close', { name: owner.name }),
    phoneName: pageText(locale, 'simulator.phone', { name: owner.name }),
    threadName: pageText(locale, 'simulator.thread', { name: owner.name }),
    bubbles: messages
      .map((message) => bubbleOf(message, reader, nameOf))
      .filter((bubble): bubble is Bubble => bubble !== null),
    contact: contacts[0],
    contacts,
    one: contacts.length === 1,
    open: open.join(','),
    quickWords: pageText(locale, 'simulator.quick.words').split(' '),
    draft: isHere ? refused.text : '',
    problem: isHere ? pageText(locale, refused.key, refused.params) : '',
    busy: pageText(locale, 'simulator.busy'),
    empty: pageText(locale, 'simulator.empty'),
  };
}

/** A number as it stands in a phone's contacts: the list's name, or the number itself. */
export const contactName =
  (contacts: readonly { number: string; name: string }[]) =>
  (number: string): string =>
    contacts.find((contact) => contact.number === number)?.name ?? number;
