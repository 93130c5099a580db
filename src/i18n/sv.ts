import type { Catalogue } from './catalogue.ts';

const people = (count: number) => (count === 1 ? '1 person' : `${count} personer`);

export const sv = {
  joined: ({ book }) => `Du är nu med i ${book}. Svara STOPP för att lämna.`,
  joinRequested: ({ book }) =>
    `Du har anmält dig till ${book}. En ansvarig går igenom anmälan och du får besked med sms.`,
  stillPending: ({ book }) =>
    `Din anmälan till ${book} väntar fortfarande på svar. Du får besked med sms och behöver inte göra något mer.`,
  requestRefused: ({ book }) =>
    `Din anmälan till ${book} godkändes inte. Svara HJÄLP om du vill veta vem du kan fråga.`,
  cannotJoin: ({ book }) => `Det går inte att gå med i ${book} från det här numret. Svara HJÄLP om du har frågor.`,
  left: ({ book }) => `Du har lämnat ${book} och får inga fler sms. Svara START för att komma tillbaka.`,
  leftAll: ({ organisation }) =>
    `Du har lämnat alla listor hos ${organisation} på det här numret och får inga fler sms. Svara START för att komma tillbaka.`,
  askLeave: ({ book }) =>
    `Vill du lämna ${book}? Svara JA eller NEJ. Du får inga sms så länge, och utan svar inom ett dygn tas du bort.`,
  askLeaveSoft: ({ book }) => `Vill du lämna ${book}? Svara i så fall STOPP. Annars behöver du inte göra något.`,
  askLeaveExempt: ({ book }) =>
    `Vill du verkligen lämna ${book}? Svara STOPP en gång till för att lämna, eller NEJ för att vara kvar. Du får inga sms så länge.`,
  stayed: ({ book }) => `Du är kvar i ${book} och får sms som vanligt. Svara STOPP om du vill lämna.`,
  hintJoin: ({ book }) => `Vill du gå med i ${book}? Skicka bara START, utan andra ord.`,
  hintLeave: ({ book }) => `Vill du lämna ${book}? Skicka bara STOPP, utan andra ord.`,
  paused: ({ book, date }) =>
    `Du har paus från ${book} till och med ${date}. Svara START för att få utskick igen tidigare.`,
  pausedAll: ({ date }) =>
    `Du har paus från alla listor på det här numret till och med ${date}. Svara START för att få utskick igen tidigare.`,
  pausedAlready: ({ book }) =>
    `Du får inga utskick från ${book} just nu, tills vidare. Svara START för att få dem igen.`,
  hintPause: ({ book }) =>
    `Hur länge vill du ha paus från ${book}? Svara till exempel PAUS 14D, PAUS 2 VECKOR eller PAUS TILL 1 DECEMBER.`,
  pauseNotIn: ({ book }) => `Du är inte med i ${book}, så det finns inget att pausa. Inget har skickats till någon.`,
  help: ({ book, organisation, contact }) =>
    `${book} drivs av ${organisation}. Svara START för att gå med, STOPP för att lämna. Kontakt: ${contact}`,
  helpNoContact: ({ book, organisation }) =>
    `${book} drivs av ${organisation}. Svara START för att gå med, STOPP för att lämna.`,
  reachedFunctionaries: ({ book }) => `Ditt sms har bara gått till de ansvariga för ${book}, inte till alla på listan.`,
  reachedNobody: ({ book }) =>
    `Tack, men ingen läser svar till ${book} på det här numret. Ditt sms har inte skickats vidare. Svara HJÄLP om du vill nå någon.`,
  receipt: ({ book, count, parts }) => `Meddelandet går nu ut till ${people(count)} i ${book}, ${parts} sms var.`,
  receiptEta: ({ book, count, parts, clock }) =>
    `Meddelandet går nu ut till ${people(count)} i ${book}, ${parts} sms var. Klart ca ${clock}.`,
  receiptNobody: ({ book }) => `Meddelandet gick inte till någon: ${book} har inga medlemmar just nu.`,
  confirmSend: ({ book, count, code }) => `Skicka detta till ${count} i ${book}? Svara SÄND ${code} inom 10 minuter.`,
  codeWrong: ({ left }) => `Fel kod. Du har ${left} försök kvar.`,
  codeGone: ({ book }) =>
    `Koden gäller inte längre och inget har skickats till ${book}. Skicka ditt sms igen för att få en ny.`,
  whichList: ({ options }) => `Vilken lista? Svara ${options}`,
  tooLong: ({ parts, limit }) =>
    `Inget har skickats: texten blir ${parts} sms lång och gränsen är ${limit}. Korta den och skicka igen.`,
  onlyText: ({ book }) =>
    `Bara text kan skickas till ${book}, så din bild har inte gått ut. Skriv det som text i stället.`,
  resend: ({ book }) =>
    `En del av ditt sms kom bort på vägen, så inget har skickats till ${book}. Skicka hela texten en gång till.`,
  slowDown: ({ book }) =>
    `Du kan skicka ett sms i minuten till ${book}. Det här gick inte ut: vänta en minut och skicka det igen.`,
  stormBrake: ({ book }) =>
    `Det har kommit många sms till ${book} på kort tid, så nu får bara skribenter skicka. Ditt sms gick inte ut till alla.`,
  joinCode: ({ book, code }) =>
    `Din kod för ${book} är ${code}. Den gäller i 10 minuter. Har du inte bett om den kan du strunta i det här sms:et.`,
  forwarded: ({ book, sender, text }) => `Meddelande ej skickat. ${book}, ${sender}: ${text}`,
  joinedSaying: ({ book, sender, text }) => `Ny i ${book}, ${sender}: ${text}`,
  forwardedPicture: ({ book, sender }) => `Meddelande ej skickat. ${book}, ${sender}: en bild utan text.`,
  noticeRequest: ({ book, sender }) => `${sender} vill gå med i ${book}. Godkänn eller neka i verktygslådan.`,
  noticeRequestAgain: ({ book, sender, date }) =>
    `${sender} vill komma tillbaka till ${book} (lämnade den ${date}). Godkänn eller neka i verktygslådan.`,
  noticeCannotJoin: ({ book, sender }) =>
    `${sender} ville gå med i ${book} men är spärrad eller har fått nej tidigare. Ändra det i verktygslådan om det är fel.`,
  noticeLeft: ({ book, sender }) => `${sender} har lämnat ${book}.`,
  noticeLeftMany: ({ book, count }) => `${people(count)} har lämnat ${book}.`,
  noticeAsked: ({ book, sender }) =>
    `${sender} verkar vilja lämna ${book} och har fått frågan. Inga utskick går dit förrän svaret har kommit.`,
  noticeExempt: ({ book, sender }) =>
    `${sender} vill lämna ${book}, som är undantagen från avanmälan, och har fått frågan. Ett STOPP till räknas.`,
  noticeBroadcast: ({ book, count, text }) => `Utskick till ${people(count)} i ${book}: ${text}`,
  noticeStorm: ({ book }) =>
    `Det har kommit många sms till ${book} på kort tid. Tills vidare får bara skribenter skicka. Läs mer i verktygslådan.`,
  noticePaused: ({ book, code }) =>
    `Utskicket till ${book} har stannat: operatören tar inte emot våra sms (fel ${code}). Åtgärda det i verktygslådan.`,
  noticeMissed: ({ book, count }) =>
    `Utskicket till ${book} hann inte fram i tid till ${people(count)}. Skicka det igen från verktygslådan om det fortfarande behövs.`,
  noticeBlocked: ({ book, sender }) =>
    `Operatören stoppar sms från ${book} till ${sender}. Bara personen själv kan ändra det: sms:a START till numret.`,
  noticeBounced: ({ book, sender }) =>
    `Mejl till ${sender} i ${book} är pausade: de studsar eller har anmälts. De går igen när personen själv mejlar START.`,
  crisisAsk: ({ book }) => `KRIS ${book}. Är du i säkerhet? Svara 1 = OK, 2 = hjälp. Ring 112 vid fara.`,
  crisisAnswer: () => 'Svara 1 = OK, 2 = hjälp.',
  crisisStarted: ({ book, count, clock }) =>
    `Krisläge i ${book} till ${clock}. Meddelandet går nu ut till ${people(count)}. Avsluta: KRIS SLUT och din PIN.`,
  crisisRunning: ({ book, clock }) => `Krisläget i ${book} pågår redan, till ${clock}. Inget nytt har skickats.`,
  crisisEnded: ({ book }) => `Krisläget i ${book} är slut.`,
  crisisNone: ({ book }) => `Det är inget krisläge i ${book} just nu.`,
  crisisPinWrong: () => 'Fel PIN, eller så har ditt nummer ingen. Inget krisläge har startat eller slutat.',
  crisisPinLocked: () => 'För många fel PIN. Ditt nummer är spärrat för krisläge i ett dygn. Använd verktygslådan.',
  rollOk: () => 'Tack, noterat: OK. Svara 2 om du behöver hjälp.',
  rollHelp: () => 'Noterat: du behöver hjälp. De ansvariga är meddelade. Ring 112 vid fara.',
  rollHelpNobody: () => 'Noterat: du behöver hjälp. Ring 112 vid fara.',
  rollAsk: () => 'Svara 1 om du är OK, 2 om du behöver hjälp. Ditt sms gick inte ut till alla.',
  noticeCrisis: ({ book, count, clock }) =>
    `Krisläge i ${book} till ${clock}. Frågan går till ${people(count)}. Följ svaren i verktygslådan.`,
  noticeCrisisEnd: ({ book, ok, help, silent }) =>
    `Krisläget i ${book} är slut. OK: ${ok}, behöver hjälp: ${help}, inte svarat: ${silent}.`,
  noticePinLocked: ({ book, sender }) =>
    `${sender} har gett fel PIN för krisläge i ${book} fem gånger och är spärrad i ett dygn.`,
  noticeHelp: ({ book, sender, text }) => `BEHÖVER HJÄLP. ${book}, ${sender}: ${text}`,
  footerReply: () => 'Svara STOPP för att lämna.',
  footerText: ({ number }) => `Sms:a STOPP till ${number} för att lämna.`,
  readMore: () => 'Läs resten i verktygslådan.',
} satisfies Catalogue;
