import type { Letters } from './catalogue.ts';

const people = (count: number) => (count === 1 ? '1 person' : `${count} people`);

export const en = {
  texts: {
    forwardedWhole: ({ book, sender, subject, text }) =>
      `Message not sent. ${sender} has written to ${book} but may not send to everybody on the list. Only the people in charge see it.${subject === '' ? '' : `\n\nSubject: ${subject}`}\n\n${text}`,
    confirmMail: ({ book, count, text, reasons, link }) =>
      `A mail with your address as its sender is meant for ${people(count)} in ${book}. Nothing has been sent yet, because ${reasons.join('; ')}.\n\nDid you write it? Open the link within a day and confirm, and it goes out:\n${link}\n\nIf you did not, there is nothing to do. It will never be sent.\n\nIt begins like this:\n\n${text}`,
    joinLink: ({ book, link }) =>
      `Somebody, probably you, wants this address to join ${book}. Open the link within a day to confirm:\n${link}\n\nIf it was not you, there is nothing to do.`,
    leaveLink: ({ book, link }) =>
      `You want to leave ${book}, but we cannot see that the mail came from you. Open the link and you are taken off:\n${link}\n\nIf it was not you who wrote, there is nothing to do.`,
    approvedNow: ({ book, sender }) => `${sender} is now in ${book}.`,
    refusedNow: ({ book, sender }) => `${sender} has been told no and is not in ${book}.`,
    approvalOver: ({ book }) =>
      `That request to join ${book} no longer waits for an answer: somebody else was first, or it was taken back. Nothing has changed.`,
    approvalUnclear: ({ book }) =>
      `We did not understand the answer to the request for ${book}. Answer the earlier mail with only YES or NO.`,
    joined: ({ book }) => `You are now in ${book}. Reply STOP to leave, HELP for help.`,
    joinRequested: ({ book }) =>
      `You have asked to join ${book}. Somebody in charge will look at it and you will be told by mail.`,
    stillPending: ({ book }) =>
      `Your request to join ${book} still waits for an answer. You will be told by mail and need do nothing more.`,
    cannotJoin: ({ book }) => `This address cannot join ${book}. Reply HELP if you have questions.`,
    left: ({ book }) => `You have left ${book} and will get nothing more from it. Reply START to come back.`,
    leftAll: ({ organisation }) =>
      `You have left all lists of ${organisation} and will get nothing more from them. Reply START to come back.`,
    askLeave: ({ book }) =>
      `Do you want to leave ${book}? Reply YES or NO. You get no messages meanwhile, and without an answer within a day you are taken off.`,
    askLeaveExempt: ({ book }) =>
      `Do you really want to leave ${book}? Reply STOP once more to leave, or NO to stay. You get no messages meanwhile.`,
    stayed: ({ book }) => `You are still in ${book} and get its messages as usual. Reply STOP if you want to leave.`,
    reachedFunctionaries: ({ book }) =>
      `Your mail has reached only the people in charge of ${book}, not everybody on the list.`,
    reachedNobody: ({ book }) =>
      `Thank you, but nobody reads what is written to ${book}. Your mail has not been passed on. Reply HELP if you want to reach somebody.`,
    receipt: ({ book, count, parts }) =>
      `Your message is going out to ${people(count)} in ${book}. Those with a phone get it as ${parts} SMS each.`,
    receiptEta: ({ book, count, parts, clock }) =>
      `Your message is going out to ${people(count)} in ${book}. Those with a phone get it as ${parts} SMS each, done at about ${clock}.`,
    tooLong: ({ parts, limit }) =>
      `Nothing has been sent: the text comes to ${parts} SMS and the limit is ${limit}. Shorten the mail and send it again.`,
    onlyText: ({ book }) =>
      `The mail to ${book} had no text, so nothing has been sent. Write something in the subject or in the mail and send it again.`,
    slowDown: ({ book }) =>
      `You can send one message a minute to ${book}. This one did not go out: wait a minute and send it again.`,
    stormBrake: ({ book }) =>
      `Many messages have come to ${book} in a short time, so only writers may send for now. Your mail did not go out to everybody.`,
    noticeRequest: ({ book, sender }) =>
      `${sender} wants to join ${book}.\n\nAnswer this mail with YES to approve or NO to refuse. You can also do it in the toolbox.`,
    noticeRequestAgain: ({ book, sender, date }) =>
      `${sender} wants to come back to ${book} (left on ${date}).\n\nAnswer this mail with YES to approve or NO to refuse. You can also do it in the toolbox.`,
  },
  subjects: {
    needsHelp: 'Needs help',
    crisis: 'Crisis',
    joined: 'You are in',
    request: 'Your request',
    refused: 'Your request',
    left: 'You have left the list',
    paused: 'Your pause',
    question: 'Do you want to leave the list?',
    help: 'Help',
    onlyFunctionaries: 'Your mail to the list',
    sending: 'Your message is going out',
    notSent: 'Your message did not go out',
    confirm: 'Confirm before we send',
    notForwarded: 'Message not sent',
    newRequest: 'Somebody wants to join',
    notice: 'For the people in charge',
    broadcast: 'Broadcast',
    approved: 'Your answer to a request',
    confirmJoin: 'Confirm that you want to join',
    confirmLeave: 'Leave the list',
  },
  reasons: {
    unproven: 'we cannot see that it came from you',
    always_confirm: 'your mails are always to be confirmed',
    not_addressed: 'the list’s address stands neither in To nor in Cc',
    doubtful: 'the text is so short that it may not have been meant for everybody',
    repeated: 'you have sent the same only just now',
    answers_ours: 'it is an answer to a mail from the list',
  },
} satisfies Letters;
