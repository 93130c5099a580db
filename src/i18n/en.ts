import type { Catalogue } from './catalogue.ts';

const people = (count: number) => (count === 1 ? '1 person' : `${count} people`);
const texts = (parts: number) => (parts === 1 ? '1 text each' : `${parts} texts each`);

export const en = {
  joined: ({ book }) => `You have joined ${book}. Reply STOP to leave or HELP for help.`,
  joinRequested: ({ book }) =>
    `You have asked to join ${book}. Someone in charge will look at it and you will get a text with the answer.`,
  stillPending: ({ book }) =>
    `Your request to join ${book} is still waiting. You will get a text with the answer; there is nothing more to do.`,
  requestRefused: ({ book }) =>
    `Your request to join ${book} was not approved. Reply HELP to find out who you can ask.`,
  cannotJoin: ({ book }) => `You cannot join ${book} from this number. Reply HELP if you have any questions.`,
  left: ({ book }) => `You have left ${book} and will get no more texts. Reply START to come back.`,
  leftAll: ({ organisation }) =>
    `You have left every list that ${organisation} has on this number and will get no more texts. Reply START to come back.`,
  askLeave: ({ book }) =>
    `Do you want to leave ${book}? Reply YES or NO. You get no texts meanwhile. With no answer in 24 hours we take you off the list.`,
  askLeaveSoft: ({ book }) =>
    `Do you want to leave ${book}? If so, reply STOP. If not, there is nothing you need to do.`,
  askLeaveExempt: ({ book }) =>
    `Do you really want to leave ${book}? Reply STOP once more to leave, or NO to stay. You get no texts meanwhile.`,
  stayed: ({ book }) => `You are still in ${book} and will get texts as usual. Reply STOP if you want to leave.`,
  hintJoin: ({ book }) => `Do you want to join ${book}? Just send START, with no other words.`,
  hintLeave: ({ book }) => `Do you want to leave ${book}? Just send STOP, with no other words.`,
  paused: ({ book, date }) =>
    `You have paused ${book} up to and including ${date}. Reply START to get messages again sooner.`,
  pausedAll: ({ date }) =>
    `You have paused every list on this number up to and including ${date}. Reply START to get messages again sooner.`,
  pausedAlready: ({ book }) => `You get nothing from ${book} for the time being. Reply START to get messages again.`,
  hintPause: ({ book }) =>
    `For how long do you want to pause ${book}? Reply for example PAUSE 14D, PAUSE 2 WEEKS or PAUSE UNTIL 1 DECEMBER.`,
  pauseNotIn: ({ book }) => `You are not in ${book}, so there is nothing to pause. Nothing was sent to anyone.`,
  help: ({ book, organisation, contact }) =>
    `${book} is run by ${organisation}. Reply START to join, STOP to leave. Contact: ${contact}`,
  helpNoContact: ({ book, organisation }) => `${book} is run by ${organisation}. Reply START to join, STOP to leave.`,
  reachedFunctionaries: ({ book }) =>
    `Your text went only to the people in charge of ${book}, not to everyone on the list.`,
  reachedNobody: ({ book }) =>
    `Thank you, but nobody reads replies to ${book} on this number. Your text was not passed on. Reply HELP if you need to reach someone.`,
  receipt: ({ book, count, parts }) => `Your message is on its way to ${people(count)} in ${book}, ${texts(parts)}.`,
  receiptEta: ({ book, count, parts, clock }) =>
    `Your message is on its way to ${people(count)} in ${book}, ${texts(parts)}. Done at about ${clock}.`,
  receiptNobody: ({ book }) => `Your message did not go to anyone: ${book} has no members right now.`,
  confirmSend: ({ book, count, code }) => `Send this to ${count} in ${book}? Reply SEND ${code} within 10 minutes.`,
  codeWrong: ({ left }) => `Wrong code. You have ${left} ${left === 1 ? 'try' : 'tries'} left.`,
  codeGone: ({ book }) =>
    `That code is no longer valid, and nothing was sent to ${book}. Send your text again to get a new one.`,
  whichList: ({ options }) => `Which list? Reply ${options}`,
  tooLong: ({ parts, limit }) =>
    `Nothing was sent: your message takes ${parts} texts and the limit is ${limit}. Shorten it and send it again.`,
  onlyText: ({ book }) => `Only text can be sent to ${book}, so your picture did not go out. Write it as text instead.`,
  resend: ({ book }) =>
    `Part of your text got lost on the way, so nothing was sent to ${book}. Please send the whole text again.`,
  slowDown: ({ book }) =>
    `You can send one text a minute to ${book}. This one did not go out: wait a minute and send it again.`,
  stormBrake: ({ book }) =>
    `There have been many texts to ${book} in a short time, so only its writers may send for now. Yours did not go out to everyone.`,
  joinCode: ({ book, code }) =>
    `Your code for ${book} is ${code}. It is good for 10 minutes. If you did not ask for it, ignore this message.`,
  forwarded: ({ book, sender, text }) => `Message not sent. ${book}, ${sender}: ${text}`,
  joinedSaying: ({ book, sender, text }) => `New in ${book}, ${sender}: ${text}`,
  forwardedPicture: ({ book, sender }) => `Message not sent. ${book}, ${sender}: a picture with no text.`,
  noticeRequest: ({ book, sender }) => `${sender} wants to join ${book}. Approve or refuse in the toolbox.`,
  noticeRequestAgain: ({ book, sender, date }) =>
    `${sender} wants to come back to ${book}, having left on ${date}. Approve or refuse in the toolbox.`,
  noticeCannotJoin: ({ book, sender }) =>
    `${sender} tried to join ${book} but is banned or was refused before. Change it in the toolbox if that is wrong.`,
  noticeLeft: ({ book, sender }) => `${sender} has left ${book}.`,
  noticeLeftMany: ({ book, count }) => `${people(count)} ${count === 1 ? 'has' : 'have'} left ${book}.`,
  noticeAsked: ({ book, sender }) =>
    `${sender} seems to want to leave ${book} and has been asked. They get nothing from the list until they answer.`,
  noticeExempt: ({ book, sender }) =>
    `${sender} wants to leave ${book}, which is exempt from leaving, and has been asked. A second STOP will count.`,
  noticeBroadcast: ({ book, count, text }) => `Sent to ${people(count)} in ${book}: ${text}`,
  noticeStorm: ({ book }) =>
    `There have been many texts to ${book} in a short time. For now only its writers may send. Read more in the toolbox.`,
  noticePaused: ({ book, code }) =>
    `The message to ${book} has stopped: the provider refuses our texts (error ${code}). Put it right in the toolbox.`,
  noticeMissed: ({ book, count }) =>
    `The message to ${book} did not get to ${people(count)} in time. Send it again from the toolbox if it is still needed.`,
  noticeBlocked: ({ book, sender }) =>
    `The provider blocks texts from ${book} to ${sender}. Only they can change that, by texting START to the number.`,
  noticeBounced: ({ book, sender }) =>
    `Mail to ${sender} in ${book} is paused: it bounces or was reported. It resumes when they mail START themselves.`,
  crisisAsk: ({ book }) => `CRISIS ${book}. Are you safe? Reply 1 = OK, 2 = help. Call 112 if in danger.`,
  crisisAnswer: () => 'Reply 1 = OK, 2 = help.',
  crisisStarted: ({ book, count, clock }) =>
    `Crisis in ${book} until ${clock}. Your message is on its way to ${people(count)}. To end it: CRISIS END and your PIN.`,
  crisisRunning: ({ book, clock }) => `The crisis in ${book} is already on, until ${clock}. Nothing new was sent.`,
  crisisEnded: ({ book }) => `The crisis in ${book} is over.`,
  crisisNone: ({ book }) => `There is no crisis in ${book} right now.`,
  crisisPinWrong: () => 'Wrong PIN, or your number has none. No crisis was started or ended.',
  crisisPinLocked: () => 'Too many wrong PINs. Your number cannot start a crisis for 24 hours. Use the toolbox.',
  rollOk: () => 'Thank you, noted: OK. Reply 2 if you need help.',
  rollHelp: () => 'Noted: you need help. The people in charge have been told. Call 112 if in danger.',
  rollHelpNobody: () => 'Noted: you need help. Call 112 if in danger.',
  rollAsk: () => 'Reply 1 if you are OK, 2 if you need help. Your text did not go out to everyone.',
  noticeCrisis: ({ book, count, clock }) =>
    `Crisis in ${book} until ${clock}. The question is going to ${people(count)}. Follow the answers in the toolbox.`,
  noticeCrisisEnd: ({ book, ok, help, silent }) =>
    `The crisis in ${book} is over. OK: ${ok}, need help: ${help}, no answer: ${silent}.`,
  noticePinLocked: ({ book, sender }) =>
    `${sender} gave a wrong crisis PIN for ${book} five times and is locked out for 24 hours.`,
  noticeHelp: ({ book, sender, text }) => `NEEDS HELP. ${book}, ${sender}: ${text}`,
  footerReply: () => 'Reply STOP to leave.',
  footerText: ({ number }) => `Text STOP to ${number} to leave.`,
  readMore: () => 'Read the rest in the toolbox.',
} satisfies Catalogue;
