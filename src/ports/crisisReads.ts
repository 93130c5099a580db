import type { CrisisPin, RollAnswer, RollCall } from '../core/crisis.ts';
import type { Member } from '../core/member.ts';

/** How many have answered what. `silent`: active members who were in the book when it was asked and have not answered. */
export type RollFigures = { ok: number; help: number; silent: number };

/** A person on the board, with what they answered. */
export type RollPerson = Pick<Member, 'id' | 'name' | 'phone' | 'mail' | 'otherPhone'> & {
  answer: RollAnswer['answer'] | null;
  text: string;
  at: number | null;
};

/** What the crisis switch asks of the store. */
export interface CrisisReads {
  /** The PINs of this address, in every book. */
  crisisPinsOf(address: string): Promise<CrisisPin[]>;
  /** Whose addresses have one in this book. */
  crisisPinsIn(bookId: string): Promise<string[]>;
  rollCall(id: string): Promise<RollCall | null>;
  /** Newest first. */
  rollCalls(bookId: string, limit: number): Promise<RollCall[]>;
  /** `over`: their time is up and nobody has closed them. `silent`: whoever has not answered is to be asked another way. */
  rollCallsDue(kind: 'over' | 'silent', now: number): Promise<RollCall[]>;
  /** How many of the silent ones can be asked another way: by mail where they got a text alone, or on a second number. */
  rollReachable(of: Pick<RollCall, 'id' | 'bookId' | 'startedAt'>): Promise<number>;
  rollFigures(of: Pick<RollCall, 'id' | 'bookId' | 'startedAt'>): Promise<RollFigures>;
  /** By when they answered (help), else by name. `search`: a part of a name, folded, or digits of a number; '' = all. */
  rollPeople(
    of: Pick<RollCall, 'id' | 'bookId' | 'startedAt'>,
    which: RollAnswer['answer'] | 'silent',
    page: { search: string; offset: number; limit: number },
  ): Promise<RollPerson[]>;
}
