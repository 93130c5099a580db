/**
 * The automatic texts of Startstopp, as typed keys with their parameters. `core` names a text, `i18n` words it in four
 * languages, `app/render` puts them together. Every text here fits in one GSM-7 part with its longest parameters
 * (design 6, GSM 03.38), but `forwarded`, which carries somebody else's words and is cut to three parts (B-27).
 *
 * Longest parameters: book = 20 GSM-7 characters (the SMS name), organisation = 30, contact = 40, sender = 36
 * (a name of 20 and an E.164 number of 16), keyword = 12, counts = 7 digits, code = 4 digits.
 */
export type ReplyParams = {
  /** B-1, B-4, B-6, S3-8: who they joined and how to leave. */
  joined: { book: string };
  /** B-10. */
  joinRequested: { book: string };
  /** B-5: the same request still waits. */
  stillPending: { book: string };
  /** B-10: an admin refused the request. */
  requestRefused: { book: string };
  /** B-7: neutral, to banned or refused people. */
  cannotJoin: { book: string };
  /** B-11, B-12, B-15. */
  left: { book: string };
  /** B-18, STOPP ALLT. */
  leftAll: { organisation: string };
  /** B-13: "Vill du lämna …? Svara JA eller NEJ". Held back meanwhile. */
  askLeave: { book: string };
  /** B-13, a lone SLUT, NEJ or NO: to leave answer STOPP, else nothing needs doing. */
  askLeaveSoft: { book: string };
  /** B-48: a list that is exempted from leaving; a second STOPP leaves. */
  askLeaveExempt: { book: string };
  /** B-13: the question was answered with no; they get messages again. */
  stayed: { book: string };
  /** B-2, B-3: "Skicka bara START". */
  hintJoin: { book: string };
  /** B-14: "Skicka bara STOPP". */
  hintLeave: { book: string };
  /** B-49: until when, as a local date (the last day of the pause), and how to end it. */
  paused: { book: string; date: string };
  /** B-49, PAUS ALLT: every book on the number. */
  pausedAll: { date: string };
  /** B-49: staff have paused them without an end. */
  pausedAlready: { book: string };
  /** B-49: PAUS without a length, or with one that is too long. */
  hintPause: { book: string };
  /** B-17 for a writer who is no member: there is nothing to pause. */
  pauseNotIn: { book: string };
  /** B-19: who runs it, how to join and leave, contact. Also to strangers. */
  help: { book: string; organisation: string; contact: string };
  helpNoContact: { book: string; organisation: string };
  /** B-27: it reached the functionaries only; said once a day. */
  reachedFunctionaries: { book: string };
  /** B-27 in a book without functionaries: nobody reads it by phone, say so kindly. */
  reachedNobody: { book: string };
  /** B-20: how many people, parts each. */
  receipt: { book: string; count: number; parts: number };
  /** B-20 with a wait: `clock` is a local time such as 06:44. */
  receiptEta: { book: string; count: number; parts: number; clock: string };
  /** A writer's text to a book without active members. */
  receiptNobody: { book: string };
  /** B-21, B-22: "Skicka detta till 212? Svara SÄND 4821". */
  confirmSend: { book: string; count: number; code: string };
  /** A wrong code; how many tries are left. */
  codeWrong: { left: number };
  /** Too many tries or too late: nothing was sent, write the message again. */
  codeGone: { book: string };
  /** B-46: `options` = "1 P12, 2 P14", cut so that the text fits. */
  whichList: { options: string };
  /** B-33: over the book's part limit. */
  tooLong: { parts: number; limit: number };
  /** B-32: a picture without text from a writer. */
  onlyText: { book: string };
  /** B-35: a part of the message was lost on the way; send it again. */
  resend: { book: string };
  /** B-26: one message a minute per member. */
  slowDown: { book: string };
  /** B-26: the storm brake is on; only writers may send for now. */
  stormBrake: { book: string };
  /** S3-16: a six-digit code for the join page, to whoever has the phone. */
  joinCode: { book: string; code: string };
  // Notices to functionaries and admins
  /** B-27, S3-21: always begins with "Meddelande ej skickat" in the reader's language. Not bound to one part. */
  forwarded: { book: string; sender: string; text: string };
  /** B-9: they joined by any text, and said this. Not bound to one part. */
  joinedSaying: { book: string; sender: string; text: string };
  /** B-32. */
  forwardedPicture: { book: string; sender: string };
  noticeRequest: { book: string; sender: string };
  /** B-6 with approval: they have left before; `date` as a local date. */
  noticeRequestAgain: { book: string; sender: string; date: string };
  /** B-7. */
  noticeCannotJoin: { book: string; sender: string };
  /** T-7. */
  noticeLeft: { book: string; sender: string };
  /** T-7: at most one notice a minute; the rest are counted. */
  noticeLeftMany: { book: string; count: number };
  /** B-13. */
  noticeAsked: { book: string; sender: string };
  /** B-48. */
  noticeExempt: { book: string; sender: string };
  /** T-7: the first 40 characters of the broadcast. */
  noticeBroadcast: { book: string; count: number; text: string };
  /** B-26. */
  noticeStorm: { book: string };
  /** F9: the provider refuses our account or sender; the broadcast waits. `code` = the provider's. */
  noticePaused: { book: string; code: string };
  /** A broadcast that missed its latest time: what was not sent. */
  noticeMissed: { book: string; count: number };
  /** B-44, 21610: the provider blocks this person; how they come back. */
  noticeBlocked: { book: string; sender: string };
  /** Mail to this person came back, or they reported it: only they can begin again. */
  noticeBounced: { book: string; sender: string };
  // In a crisis (B-60 to B-62); `clock` is a local time such as 14:30
  /** What is asked where the writer gave no words. */
  crisisAsk: { book: string };
  /** Stands after the writer's own words. */
  crisisAnswer: Record<string, never>;
  crisisStarted: { book: string; count: number; clock: string };
  crisisRunning: { book: string; clock: string };
  crisisEnded: { book: string };
  crisisNone: { book: string };
  /** A wrong PIN, or a number without one: nothing was sent. */
  crisisPinWrong: Record<string, never>;
  /** Five wrong ones in an hour. */
  crisisPinLocked: Record<string, never>;
  rollOk: Record<string, never>;
  rollHelp: Record<string, never>;
  /** As `rollHelp`, where the book has no functionaries. */
  rollHelpNobody: Record<string, never>;
  rollAsk: Record<string, never>;
  noticeCrisis: { book: string; count: number; clock: string };
  noticeCrisisEnd: { book: string; ok: number; help: number; silent: number };
  noticePinLocked: { book: string; sender: string };
  /** B-61: somebody needs help, and said this. Not bound to one part. */
  noticeHelp: { book: string; sender: string; text: string };
  // Around a broadcast copy
  /** T-2, T-3. */
  footerReply: Record<string, never>;
  footerText: { number: string };
  /** B-27: stands after the cut text: where to read the rest. */
  readMore: Record<string, never>;
};

export type ReplyKey = keyof ReplyParams;

/** One automatic text: a key and its parameters, before it has a language. */
export type ReplyText = { [K in ReplyKey]: { key: K; params: ReplyParams[K] } }[ReplyKey];
