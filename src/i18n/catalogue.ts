import type { ReplyKey, ReplyParams } from '../core/replyText.ts';

/**
 * One language's wording of every automatic text. Texts are GSM-7 and fit in one part with the longest parameters of
 * `ReplyParams` (`whichList`: options of at most 120 units); no HTML, no exclamation marks. Command words are the
 * reader's own; all languages' words are understood in every book.
 */
export type Catalogue = { [K in ReplyKey]: (params: ReplyParams[K]) => string };
