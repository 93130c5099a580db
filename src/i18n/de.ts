import type { Catalogue } from './catalogue.ts';

const people = (count: number) => (count === 1 ? '1 Person' : `${count} Personen`);

export const de = {
  joined: ({ book }) => `Du bist jetzt bei ${book} dabei. Abmelden mit STOP, Hilfe mit HILFE.`,
  joinRequested: ({ book }) =>
    `Du hast dich bei ${book} angemeldet. Jemand prüft die Anmeldung, dann bekommst du per SMS Bescheid.`,
  stillPending: ({ book }) =>
    `Deine Anmeldung bei ${book} wird noch geprüft. Du bekommst per SMS Bescheid und musst nichts weiter tun.`,
  requestRefused: ({ book }) =>
    `Deine Anmeldung bei ${book} wurde nicht angenommen. Antworte mit HILFE, wenn du nachfragen möchtest.`,
  cannotJoin: ({ book }) =>
    `Mit dieser Nummer kannst du ${book} nicht beitreten. Antworte mit HILFE, wenn du Fragen hast.`,
  left: ({ book }) => `Du hast ${book} verlassen und bekommst keine SMS mehr. Antworte mit START, um zurückzukommen.`,
  leftAll: ({ organisation }) =>
    `Du hast alle Verteiler von ${organisation} unter dieser Nummer verlassen und bekommst keine SMS mehr. Zurück mit START.`,
  askLeave: ({ book }) =>
    `Möchtest du ${book} verlassen? Antworte mit JA oder NEIN. Solange bekommst du keine SMS, ohne Antwort melden wir dich nach 24 Stunden ab.`,
  askLeaveSoft: ({ book }) => `Möchtest du ${book} verlassen? Dann antworte mit STOP. Sonst musst du nichts tun.`,
  askLeaveExempt: ({ book }) =>
    `Möchtest du ${book} wirklich verlassen? Antworte noch einmal mit STOP oder zum Bleiben mit NEIN. Solange bekommst du keine SMS.`,
  stayed: ({ book }) =>
    `Du bleibst bei ${book} und bekommst wie gewohnt SMS. Antworte mit STOP, wenn du dich abmelden möchtest.`,
  hintJoin: ({ book }) => `Möchtest du bei ${book} dabei sein? Schick einfach nur START, ohne weitere Wörter.`,
  hintLeave: ({ book }) => `Möchtest du ${book} verlassen? Schick einfach nur STOP, ohne weitere Wörter.`,
  paused: ({ book, date }) =>
    `Du hast bis einschließlich ${date} Pause von ${book}. Antworte START, um vorher wieder Nachrichten zu bekommen.`,
  pausedAll: ({ date }) =>
    `Du hast bis einschließlich ${date} Pause von allen Verteilern auf dieser Nummer. Antworte START, um vorher wieder Nachrichten zu bekommen.`,
  pausedAlready: ({ book }) =>
    `Du bekommst bis auf Weiteres nichts von ${book}. Antworte START, um wieder Nachrichten zu bekommen.`,
  hintPause: ({ book }) =>
    `Wie lange soll die Pause von ${book} dauern? Antworte zum Beispiel PAUSE 14 TAGE, PAUSE 2 WOCHEN oder PAUSE BIS 1. DEZEMBER.`,
  pauseNotIn: ({ book }) => `Du bist nicht in ${book}, es gibt also nichts zu pausieren. Es wurde nichts verschickt.`,
  help: ({ book, organisation, contact }) =>
    `${book} ist ein Verteiler von ${organisation}. Anmelden: START, abmelden: STOP. Kontakt: ${contact}`,
  helpNoContact: ({ book, organisation }) =>
    `${book} ist ein Verteiler von ${organisation}. Anmelden: START, abmelden: STOP.`,
  reachedFunctionaries: ({ book }) =>
    `Deine SMS ging nur an die Zuständigen von ${book}, nicht an den ganzen Verteiler.`,
  reachedNobody: ({ book }) =>
    `Danke, aber Antworten an ${book} liest unter dieser Nummer niemand. Deine SMS ging an niemanden. Kontakt bekommst du mit HILFE.`,
  receipt: ({ book, count, parts }) => `Deine Nachricht geht jetzt an ${people(count)} bei ${book}, je ${parts} SMS.`,
  receiptEta: ({ book, count, parts, clock }) =>
    `Deine Nachricht geht jetzt an ${people(count)} bei ${book}, je ${parts} SMS. Fertig gegen ${clock} Uhr.`,
  receiptNobody: ({ book }) => `Deine Nachricht ging an niemanden: ${book} hat zurzeit keine Mitglieder.`,
  confirmSend: ({ book, count, code }) =>
    `Das an ${people(count)} bei ${book} senden? Antworte innerhalb von 10 Minuten mit SENDEN ${code}`,
  codeWrong: ({ left }) => `Falscher Code. Du hast noch ${left === 1 ? '1 Versuch' : `${left} Versuche`}.`,
  codeGone: ({ book }) =>
    `Der Code gilt nicht mehr, an ${book} wurde nichts gesendet. Schick die Nachricht noch einmal, dann bekommst du einen neuen.`,
  whichList: ({ options }) => `Welcher Verteiler? Schick die Zahl: ${options}`,
  tooLong: ({ parts, limit }) =>
    `Es wurde nichts gesendet: Dein Text braucht ${parts} SMS, erlaubt sind ${limit}. Kürze ihn und schick ihn noch einmal.`,
  onlyText: ({ book }) =>
    `An ${book} kann man nur Text schicken. Dein Bild wurde nicht gesendet, schreib es bitte als Text.`,
  resend: ({ book }) =>
    `Ein Teil deiner SMS ging unterwegs verloren, an ${book} wurde nichts gesendet. Schick bitte den ganzen Text noch einmal.`,
  slowDown: ({ book }) =>
    `An ${book} kannst du eine SMS pro Minute schicken. Diese wurde nicht gesendet: Warte kurz und schick sie noch einmal.`,
  stormBrake: ({ book }) =>
    `An ${book} kamen sehr viele SMS in kurzer Zeit. Vorerst dürfen nur noch Berechtigte senden, deine SMS ging nicht an alle.`,
  joinCode: ({ book, code }) =>
    `Dein Code für ${book} ist ${code}. Er gilt 10 Minuten. Wenn du ihn nicht angefordert hast, beachte diese SMS nicht.`,
  forwarded: ({ book, sender, text }) => `Nachricht nicht gesendet. ${book}, ${sender}: ${text}`,
  joinedSaying: ({ book, sender, text }) => `Neu bei ${book}, ${sender}: ${text}`,
  forwardedPicture: ({ book, sender }) => `Nachricht nicht gesendet. ${book}, ${sender}: ein Bild ohne Text.`,
  noticeRequest: ({ book, sender }) =>
    `${sender} möchte ${book} beitreten. Bitte in der Verwaltung annehmen oder ablehnen.`,
  noticeRequestAgain: ({ book, sender, date }) =>
    `${sender} möchte zurück zu ${book} (abgemeldet am ${date}). Bitte in der Verwaltung entscheiden.`,
  noticeCannotJoin: ({ book, sender }) =>
    `${sender} wollte ${book} beitreten, ist aber gesperrt oder wurde abgelehnt. Ändern kannst du das in der Verwaltung.`,
  noticeLeft: ({ book, sender }) => `${sender} hat ${book} verlassen.`,
  noticeLeftMany: ({ book, count }) => `${people(count)} ${count === 1 ? 'hat' : 'haben'} ${book} verlassen.`,
  noticeAsked: ({ book, sender }) =>
    `${sender} möchte ${book} wohl verlassen und wurde gefragt. Bis zur Antwort bekommt die Person nichts vom Verteiler.`,
  noticeExempt: ({ book, sender }) =>
    `${sender} möchte ${book} verlassen, einen Verteiler ohne direkte Abmeldung, und wurde gefragt. Ein zweites STOP zählt.`,
  noticeBroadcast: ({ book, count, text }) => `Gesendet an ${people(count)} bei ${book}: ${text}`,
  noticeStorm: ({ book }) =>
    `An ${book} kamen sehr viele SMS in kurzer Zeit. Vorerst dürfen nur noch Berechtigte senden. Mehr in der Verwaltung.`,
  noticePaused: ({ book, code }) =>
    `Die Nachricht an ${book} steht: Der Anbieter nimmt unsere SMS nicht an (Fehler ${code}). Bitte in der Verwaltung beheben.`,
  noticeMissed: ({ book, count }) =>
    `Die Nachricht an ${book} hat ${people(count)} nicht rechtzeitig erreicht. Bei Bedarf in der Verwaltung neu senden.`,
  noticeBlocked: ({ book, sender }) =>
    `Der Anbieter sperrt SMS von ${book} an ${sender}. Ändern kann das nur die Person selbst, mit START an die Nummer.`,
  noticeBounced: ({ book, sender }) =>
    `Mails an ${sender} in ${book} ruhen: kamen zurück oder wurden gemeldet. Weiter geht es mit eigenem START.`,
  crisisAsk: ({ book }) => `KRISE ${book}. Bist du in Sicherheit? Antworte 1 = OK, 2 = Hilfe. Bei Gefahr 112 anrufen.`,
  crisisAnswer: () => 'Antworte 1 = OK, 2 = Hilfe.',
  crisisStarted: ({ book, count, clock }) =>
    `Krise in ${book} bis ${clock}. Die Nachricht geht an ${people(count)}. Beenden: KRISE ENDE und deine PIN.`,
  crisisRunning: ({ book, clock }) => `Die Krise in ${book} läuft schon, bis ${clock}. Es wurde nichts Neues gesendet.`,
  crisisEnded: ({ book }) => `Die Krise in ${book} ist beendet.`,
  crisisNone: ({ book }) => `In ${book} gibt es gerade keine Krise.`,
  crisisPinWrong: () => 'Falsche PIN, oder deine Nummer hat keine. Es wurde keine Krise begonnen oder beendet.',
  crisisPinLocked: () => 'Zu viele falsche PINs. Deine Nummer ist 24 Stunden gesperrt. Nimm die Verwaltung.',
  rollOk: () => 'Danke, notiert: OK. Antworte 2, wenn du Hilfe brauchst.',
  rollHelp: () => 'Notiert: Du brauchst Hilfe. Die Zuständigen wissen Bescheid. Bei Gefahr 112 anrufen.',
  rollHelpNobody: () => 'Notiert: Du brauchst Hilfe. Bei Gefahr 112 anrufen.',
  rollAsk: () => 'Antworte 1, wenn du OK bist, 2, wenn du Hilfe brauchst. Deine SMS ging nicht an alle.',
  noticeCrisis: ({ book, count, clock }) =>
    `Krise in ${book} bis ${clock}. Die Frage geht an ${people(count)}. Die Antworten stehen in der Verwaltung.`,
  noticeCrisisEnd: ({ book, ok, help, silent }) =>
    `Die Krise in ${book} ist beendet. OK: ${ok}, brauchen Hilfe: ${help}, keine Antwort: ${silent}.`,
  noticePinLocked: ({ book, sender }) =>
    `${sender} hat für ${book} fünfmal eine falsche Krisen-PIN gesendet und ist 24 Stunden gesperrt.`,
  noticeHelp: ({ book, sender, text }) => `BRAUCHT HILFE. ${book}, ${sender}: ${text}`,
  footerReply: () => 'Mit STOP meldest du dich ab.',
  footerText: ({ number }) => `Zum Abmelden STOP an ${number}.`,
  readMore: () => 'Der Rest steht in der Verwaltung.',
} satisfies Catalogue;
