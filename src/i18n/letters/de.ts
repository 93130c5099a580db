import type { Letters } from './catalogue.ts';

const people = (count: number) => (count === 1 ? '1 Person' : `${count} Personen`);

export const de = {
  texts: {
    forwardedWhole: ({ book, sender, subject, text }) =>
      `Nachricht nicht gesendet. ${sender} hat an ${book} geschrieben, darf aber nicht an alle im Verteiler senden. Nur ihr Zuständigen seht es.${subject === '' ? '' : `\n\nBetreff: ${subject}`}\n\n${text}`,
    confirmMail: ({ book, count, text, reasons, link }) =>
      `Eine Mail mit deiner Adresse als Absender soll an ${people(count)} in ${book} gehen. Noch ist nichts gesendet, denn ${reasons.join('; ')}.\n\nHast du sie geschrieben? Öffne den Link innerhalb eines Tages und bestätige, dann geht sie hinaus:\n${link}\n\nWenn du es nicht warst, brauchst du nichts zu tun. Dann wird sie nie gesendet.\n\nSo beginnt sie:\n\n${text}`,
    joinLink: ({ book, link }) =>
      `Jemand, vermutlich du, möchte diese Adresse bei ${book} anmelden. Öffne den Link innerhalb eines Tages, um das zu bestätigen:\n${link}\n\nWenn du es nicht warst, brauchst du nichts zu tun.`,
    leaveLink: ({ book, link }) =>
      `Du möchtest ${book} verlassen, aber wir sehen nicht, dass die Mail von dir kam. Öffne den Link, dann wirst du abgemeldet:\n${link}\n\nWenn du nicht geschrieben hast, brauchst du nichts zu tun.`,
    approvedNow: ({ book, sender }) => `${sender} ist jetzt in ${book}.`,
    refusedNow: ({ book, sender }) => `${sender} wurde abgelehnt und ist nicht in ${book}.`,
    approvalOver: ({ book }) =>
      `Diese Anmeldung bei ${book} wartet nicht mehr auf Antwort: Jemand war schneller, oder sie wurde zurückgezogen. Es hat sich nichts geändert.`,
    approvalUnclear: ({ book }) =>
      `Wir haben die Antwort auf die Anmeldung bei ${book} nicht verstanden. Antworte auf die frühere Mail nur mit JA oder NEIN.`,
    joined: ({ book }) => `Du bist jetzt in ${book}. Antworte STOP, um auszutreten, HILFE für Hilfe.`,
    joinRequested: ({ book }) =>
      `Du hast dich bei ${book} angemeldet. Jemand Zuständiges sieht es sich an, und du bekommst per Mail Bescheid.`,
    stillPending: ({ book }) =>
      `Deine Anmeldung bei ${book} wartet noch auf Antwort. Du bekommst per Mail Bescheid und brauchst nichts mehr zu tun.`,
    cannotJoin: ({ book }) =>
      `Mit dieser Adresse kann man ${book} nicht beitreten. Antworte HILFE, wenn du Fragen hast.`,
    left: ({ book }) =>
      `Du hast ${book} verlassen und bekommst nichts mehr von dort. Antworte START, um zurückzukommen.`,
    leftAll: ({ organisation }) =>
      `Du hast alle Verteiler von ${organisation} verlassen und bekommst nichts mehr von dort. Antworte START, um zurückzukommen.`,
    askLeave: ({ book }) =>
      `Möchtest du ${book} verlassen? Antworte JA oder NEIN. Solange bekommst du keine Nachrichten, und ohne Antwort innerhalb eines Tages wirst du abgemeldet.`,
    askLeaveExempt: ({ book }) =>
      `Möchtest du ${book} wirklich verlassen? Antworte noch einmal STOP, um zu gehen, oder NEIN, um zu bleiben. Solange bekommst du keine Nachrichten.`,
    stayed: ({ book }) =>
      `Du bleibst in ${book} und bekommst die Nachrichten wie gewohnt. Antworte STOP, wenn du gehen möchtest.`,
    reachedFunctionaries: ({ book }) =>
      `Deine Mail ging nur an die Zuständigen von ${book}, nicht an alle im Verteiler.`,
    reachedNobody: ({ book }) =>
      `Danke, aber niemand liest, was an ${book} geschrieben wird. Deine Mail wurde nicht weitergeleitet. Antworte HILFE, wenn du jemanden erreichen möchtest.`,
    receipt: ({ book, count, parts }) =>
      `Deine Nachricht geht jetzt an ${people(count)} in ${book}. Wer ein Telefon hat, bekommt sie als je ${parts} SMS.`,
    receiptEta: ({ book, count, parts, clock }) =>
      `Deine Nachricht geht jetzt an ${people(count)} in ${book}. Wer ein Telefon hat, bekommt sie als je ${parts} SMS, fertig gegen ${clock}.`,
    tooLong: ({ parts, limit }) =>
      `Nichts wurde gesendet: Der Text wird ${parts} SMS lang, die Grenze ist ${limit}. Kürze die Mail und sende sie noch einmal.`,
    onlyText: ({ book }) =>
      `Die Mail an ${book} hatte keinen Text, deshalb wurde nichts gesendet. Schreib etwas in den Betreff oder in die Mail und sende sie noch einmal.`,
    slowDown: ({ book }) =>
      `Du kannst eine Nachricht pro Minute an ${book} senden. Diese ging nicht hinaus: Warte eine Minute und sende sie noch einmal.`,
    stormBrake: ({ book }) =>
      `An ${book} kamen in kurzer Zeit viele Nachrichten, deshalb dürfen jetzt nur Schreibende senden. Deine Mail ging nicht an alle.`,
    noticeRequest: ({ book, sender }) =>
      `${sender} möchte ${book} beitreten.\n\nAntworte auf diese Mail mit JA, um zuzustimmen, oder mit NEIN, um abzulehnen. Das geht auch im Werkzeugkasten.`,
    noticeRequestAgain: ({ book, sender, date }) =>
      `${sender} möchte zurück zu ${book} (ausgetreten am ${date}).\n\nAntworte auf diese Mail mit JA, um zuzustimmen, oder mit NEIN, um abzulehnen. Das geht auch im Werkzeugkasten.`,
  },
  subjects: {
    needsHelp: 'Braucht Hilfe',
    crisis: 'Krise',
    joined: 'Du bist dabei',
    request: 'Deine Anmeldung',
    refused: 'Deine Anmeldung',
    left: 'Du hast den Verteiler verlassen',
    paused: 'Deine Pause',
    question: 'Möchtest du den Verteiler verlassen?',
    help: 'Hilfe',
    onlyFunctionaries: 'Deine Mail an den Verteiler',
    sending: 'Deine Nachricht geht hinaus',
    notSent: 'Deine Nachricht ging nicht hinaus',
    confirm: 'Bestätige, bevor wir senden',
    notForwarded: 'Nachricht nicht gesendet',
    newRequest: 'Jemand möchte beitreten',
    notice: 'An die Zuständigen',
    broadcast: 'Rundnachricht',
    approved: 'Deine Antwort auf eine Anmeldung',
    confirmJoin: 'Bestätige deine Anmeldung',
    confirmLeave: 'Verteiler verlassen',
  },
  reasons: {
    unproven: 'wir sehen nicht, dass sie von dir kam',
    always_confirm: 'deine Mails sollen immer bestätigt werden',
    not_addressed: 'die Adresse des Verteilers steht weder in An noch in Kopie',
    doubtful: 'der Text ist so kurz, dass er vielleicht nicht für alle gemeint war',
    repeated: 'du hast gerade schon dasselbe gesendet',
    answers_ours: 'sie ist die Antwort auf eine Mail vom Verteiler',
  },
} satisfies Letters;
