import type { MailKey, MailParams } from '../../core/mailReplyText.ts';
import type { ReplyKey, ReplyParams } from '../../core/replyText.ts';

/** What a mail of ours is about, in its subject. */
export type Subject =
  | 'joined'
  | 'request'
  | 'refused'
  | 'left'
  | 'paused'
  | 'question'
  | 'help'
  | 'onlyFunctionaries'
  | 'sending'
  | 'notSent'
  | 'confirm'
  | 'notForwarded'
  | 'newRequest'
  | 'notice'
  | 'broadcast'
  | 'approved'
  | 'confirmJoin'
  | 'confirmLeave'
  | 'needsHelp'
  | 'crisis';

/**
 * One language's wording of what goes by mail. A text that is missing here is worded as for SMS (catalogue.ts). Plain
 * text, paragraphs parted by an empty line; no HTML, no exclamation marks; links stand on a line of their own.
 */
export type Letters = {
  texts: { [K in MailKey]: (params: MailParams[K]) => string } & {
    [K in ReplyKey]?: (params: ReplyParams[K]) => string;
  };
  subjects: Record<Subject, string>;
  /** Why a mail waits for its link (M-2), by code; each a clause that follows "because". */
  reasons: Record<LetterReason, string>;
};

/** Codes of mailProof.ts come in many; these are what a writer can do something about. */
export type LetterReason = 'unproven' | 'always_confirm' | 'not_addressed' | 'answers_ours' | 'repeated' | 'doubtful';
