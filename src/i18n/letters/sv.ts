import type { Letters } from './catalogue.ts';

const people = (count: number) => (count === 1 ? '1 person' : `${count} personer`);

export const sv = {
  texts: {
    forwardedWhole: ({ book, sender, subject, text }) =>
      `Meddelande ej skickat. ${sender} har skrivit till ${book}, men får inte skicka till alla på listan. Bara ni ansvariga ser det.${subject === '' ? '' : `\n\nÄmne: ${subject}`}\n\n${text}`,
    confirmMail: ({ book, count, text, reasons, link }) =>
      `Ett mejl med din adress som avsändare ska till ${people(count)} i ${book}. Inget har skickats än, för ${reasons.join('; ')}.\n\nÄr det du som har skrivit det? Öppna länken inom ett dygn och bekräfta, så går det ut:\n${link}\n\nOm det inte är du behöver du inte göra något. Då skickas det aldrig.\n\nSå här börjar det:\n\n${text}`,
    joinLink: ({ book, link }) =>
      `Någon, troligen du, vill anmäla den här adressen till ${book}. Öppna länken inom ett dygn för att bekräfta:\n${link}\n\nOm det inte är du behöver du inte göra något.`,
    leaveLink: ({ book, link }) =>
      `Du vill lämna ${book}, men vi kan inte se att mejlet kom från dig. Öppna länken, så tas du bort:\n${link}\n\nOm det inte är du som har skrivit behöver du inte göra något.`,
    approvedNow: ({ book, sender }) => `${sender} är nu med i ${book}.`,
    refusedNow: ({ book, sender }) => `${sender} har fått nej och är inte med i ${book}.`,
    approvalOver: ({ book }) =>
      `Den anmälan till ${book} väntar inte längre på svar: någon annan har redan svarat, eller så har den tagits tillbaka. Inget har ändrats.`,
    approvalUnclear: ({ book }) =>
      `Vi förstod inte svaret på anmälan till ${book}. Svara på det förra mejlet med bara JA eller NEJ.`,
    joined: ({ book }) => `Du är nu med i ${book}. Svara STOPP för att lämna.`,
    joinRequested: ({ book }) =>
      `Du har anmält dig till ${book}. En ansvarig går igenom anmälan och du får besked med ett mejl.`,
    stillPending: ({ book }) =>
      `Din anmälan till ${book} väntar fortfarande på svar. Du får besked med ett mejl och behöver inte göra något mer.`,
    cannotJoin: ({ book }) => `Det går inte att gå med i ${book} från den här adressen. Svara HJÄLP om du har frågor.`,
    left: ({ book }) => `Du har lämnat ${book} och får inget mer därifrån. Svara START för att komma tillbaka.`,
    leftAll: ({ organisation }) =>
      `Du har lämnat alla listor hos ${organisation} och får inget mer därifrån. Svara START för att komma tillbaka.`,
    askLeave: ({ book }) =>
      `Vill du lämna ${book}? Svara JA eller NEJ. Du får inga utskick så länge, och utan svar inom ett dygn tas du bort.`,
    askLeaveExempt: ({ book }) =>
      `Vill du verkligen lämna ${book}? Svara STOPP en gång till för att lämna, eller NEJ för att vara kvar. Du får inga utskick så länge.`,
    stayed: ({ book }) => `Du är kvar i ${book} och får utskicken som vanligt. Svara STOPP om du vill lämna.`,
    reachedFunctionaries: ({ book }) =>
      `Ditt mejl har bara gått till de ansvariga för ${book}, inte till alla på listan.`,
    reachedNobody: ({ book }) =>
      `Tack, men ingen läser det som skrivs till ${book}. Ditt mejl har inte skickats vidare. Svara HJÄLP om du vill nå någon.`,
    receipt: ({ book, count, parts }) =>
      `Meddelandet går nu ut till ${people(count)} i ${book}. De som har telefon får det som ${parts} sms var.`,
    receiptEta: ({ book, count, parts, clock }) =>
      `Meddelandet går nu ut till ${people(count)} i ${book}. De som har telefon får det som ${parts} sms var, klart ca ${clock}.`,
    tooLong: ({ parts, limit }) =>
      `Inget har skickats: texten blir ${parts} sms lång och gränsen är ${limit}. Korta mejlet och skicka det igen.`,
    onlyText: ({ book }) =>
      `Mejlet till ${book} hade ingen text, så inget har skickats. Skriv något i ämnet eller i mejlet och skicka det igen.`,
    slowDown: ({ book }) =>
      `Du kan skicka ett meddelande i minuten till ${book}. Det här gick inte ut: vänta en minut och skicka det igen.`,
    stormBrake: ({ book }) =>
      `Det har kommit många meddelanden till ${book} på kort tid, så nu får bara skribenter skicka. Ditt mejl gick inte ut till alla.`,
    noticeRequest: ({ book, sender }) =>
      `${sender} vill gå med i ${book}.\n\nSvara på det här mejlet med JA för att godkänna eller NEJ för att neka. Det går också i verktygslådan.`,
    noticeRequestAgain: ({ book, sender, date }) =>
      `${sender} vill komma tillbaka till ${book} (lämnade den ${date}).\n\nSvara på det här mejlet med JA för att godkänna eller NEJ för att neka. Det går också i verktygslådan.`,
  },
  subjects: {
    needsHelp: 'Behöver hjälp',
    crisis: 'Krisläge',
    joined: 'Du är med',
    request: 'Din anmälan',
    refused: 'Din anmälan',
    left: 'Du har lämnat listan',
    paused: 'Din paus',
    question: 'Vill du lämna listan?',
    help: 'Hjälp',
    onlyFunctionaries: 'Ditt mejl till listan',
    sending: 'Ditt meddelande går ut',
    notSent: 'Ditt meddelande gick inte ut',
    confirm: 'Bekräfta innan vi skickar',
    notForwarded: 'Meddelande ej skickat',
    newRequest: 'Någon vill gå med',
    notice: 'Till dig som är ansvarig',
    broadcast: 'Utskick',
    approved: 'Ditt svar på en anmälan',
    confirmJoin: 'Bekräfta din anmälan',
    confirmLeave: 'Lämna listan',
  },
  reasons: {
    unproven: 'vi kan inte se att det kom från dig',
    always_confirm: 'dina mejl ska alltid bekräftas',
    not_addressed: 'listans adress står varken i Till eller Kopia',
    doubtful: 'texten är så kort att den kanske inte var tänkt för alla',
    repeated: 'du har skickat samma sak nyss',
    answers_ours: 'det är ett svar på ett mejl från listan',
  },
} satisfies Letters;
