/**
 * Texts that only mail carries: too long for an SMS, or with a link in them. `i18n/mail` words them, beside its own wording
 * of those automatic texts (replyText.ts) that say "sms" or "reply".
 */
export type MailParams = {
  /** M-3: the whole of what somebody wrote, to functionaries; `subject` '' where there was none. */
  forwardedWhole: { book: string; sender: string; subject: string; text: string };
  /** M-2: nothing is sent until the link is used. `reasons`: codes (mailProof.ts, mailDoubts.ts). */
  confirmMail: { book: string; count: number; text: string; reasons: readonly string[]; link: string };
  /** Proof of an address before joining. */
  joinLink: { book: string; link: string };
  /** M-8 from an address that is not proven: whoever reads its mail may leave. */
  leaveLink: { book: string; link: string };
  /** B-10, answered by mail. */
  approvedNow: { book: string; sender: string };
  refusedNow: { book: string; sender: string };
  /** Somebody was first, the person left meanwhile, or the question is too old. */
  approvalOver: { book: string };
  /** The answer began with neither yes nor no. */
  approvalUnclear: { book: string };
};

export type MailKey = keyof MailParams;

export type MailText = { [K in MailKey]: { key: K; params: MailParams[K] } }[MailKey];
