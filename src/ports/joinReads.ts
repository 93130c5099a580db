import type { JoinForm } from '../core/joinForm.ts';

/** What the join page asks of the store. */
export interface JoinReads {
  joinForm(id: string): Promise<JoinForm | null>;
  /** Begun since `since` by the same address for the same book, not used; newest first. */
  joinFormsOf(bookId: string, address: string, since: number): Promise<JoinForm[]>;
  /** Ran out before `before`; at most `limit`. */
  joinFormsOver(before: number, limit: number): Promise<JoinForm[]>;
}
