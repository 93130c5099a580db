import type { sv } from './sv.ts';

export const de: Record<keyof typeof sv, string> = {
  'account.signIn': 'Anmelden',
  'account.signIn.lead': 'Diese Seite ist für alle, die einen Verteiler betreuen oder an ihn schreiben.',
  'account.mail': 'E-Mail-Adresse',
  'account.password': 'Passwort',
  'account.signIn.wrong':
    'Adresse und Passwort passen nicht zusammen. Versuch es noch einmal oder bitte um ein neues Passwort.',
  'account.signIn.wait': 'Es wurde zu oft geraten. Warte {time} und versuch es dann noch einmal.',
  'account.minutes': '{count} Minuten',
  'account.minute': 'eine Minute',
  'account.forgot': 'Passwort vergessen?',
  'account.forgot.text':
    'Bitte jemanden, der deine Organisation verwaltet, um einen Link für ein neues. Er steht unter Die Organisation, Benutzer. Wer die Installation betreibt, kann auch auf der Kommandozeile einen machen.',
  'account.ended': 'Du bist abgemeldet.',

  'account.code.title': 'Code eingeben',
  'account.code': 'Code aus der App',
  'account.code.hint': 'Sechs Ziffern. Ein Wiederherstellungscode geht auch.',
  'account.code.wrong':
    'Der Code stimmt nicht oder wurde schon benutzt. Warte auf den nächsten und versuch es noch einmal.',
  'account.code.submit': 'Weiter',

  'account.link.invite': 'Willkommen bei Startstopp',
  'account.link.reset': 'Neues Passwort wählen',
  'account.link.for': 'Das Konto ist {mail}.',
  'account.link.save': 'Passwort speichern',
  'account.link.done': 'Das Passwort ist gespeichert. Melde dich damit an.',
  'account.link.gone': 'Dieser Link gilt nicht mehr',
  'account.link.gone.text':
    'Er wurde benutzt, ist zu alt oder nicht ganz kopiert. Bitte die Person, von der er kam, um einen neuen.',
  'account.name': 'Name',
  'account.name.hint': 'So, wie ihn deine Kolleginnen und Kollegen kennen.',
  'account.password.hint': 'Mindestens 12 Zeichen. Am besten ein Satz, auf den nur du kommst.',
  'account.password.short': 'Das Passwort ist zu kurz. Es braucht mindestens 12 Zeichen.',
  'account.password.long': 'Das Passwort ist zu lang. Höchstens 128 Zeichen gehen.',
  'account.password.common': 'Dieses Passwort ist so häufig, dass es zuerst geraten wird. Wähl ein eigenes.',
  'account.password.own': 'Das Passwort darf nicht dein Name, deine Adresse oder der Name dieser Seite sein.',

  'account.first': 'Los geht’s',
  'account.first.lead': 'Hier entsteht das erste Konto. Es darf alles, auch andere einladen.',
  'account.first.organisation': 'Name der Organisation',
  'account.first.organisation.hint': 'Die Gemeinde, die Schule oder der Verein, dem die Verteiler gehören.',
  'account.first.organisation.missing': 'Schreib, wie die Organisation heißt.',
  'account.first.mail.wrong': 'Das sieht nicht wie eine E-Mail-Adresse aus.',
  'account.first.save': 'Konto anlegen',
  'account.first.gone.text':
    'Er gilt einmal und nur, bis sich jemand anmelden kann. Starte den Server neu, dann gibt er einen neuen aus, wenn es kein Konto gibt.',
  'account.first.done': 'Das Konto ist angelegt. Melde dich damit an.',

  'account.title': 'Dein Konto',
  'account.own': 'Du',
  'account.language': 'Sprache',
  'account.language.auto': 'Wie der Browser',
  'account.role': 'Rolle',
  'account.role.operator': 'Betreibt die Installation',
  'account.role.admin': 'Verwaltet',
  'account.role.sender': 'Versendet',
  'account.role.viewer': 'Liest',
  'account.change': 'Passwort ändern',
  'account.current': 'Jetziges Passwort',
  'account.current.wrong': 'Das war nicht dein Passwort.',
  'account.new': 'Neues Passwort',
  'account.changed': 'Das Passwort ist geändert, und du bist überall sonst abgemeldet.',

  'account.second': 'Code beim Anmelden',
  'account.second.off.text':
    'Aus. Ist er an, reicht es nicht, dein Passwort zu kennen: Eine App auf dem Handy zeigt einen Code, der alle dreißig Sekunden wechselt.',
  'account.second.on.text': 'An. Es sind noch {count} Wiederherstellungscodes übrig.',
  'account.second.start': 'Einschalten',
  'account.second.stop': 'Ausschalten',
  'account.second.title': 'Code beim Anmelden einschalten',
  'account.second.scan': 'Lies das Bild mit einer App für Einmalcodes oder tipp den Schlüssel ab.',
  'account.second.image': 'QR-Code für die App',
  'account.second.key': 'Schlüssel',
  'account.second.code': 'Code, den die App jetzt zeigt',
  'account.second.code.wrong':
    'Der Code stimmt nicht. Prüf, ob die Uhr des Handys richtig geht, und versuch es noch einmal.',
  'account.second.done': 'Der Code beim Anmelden ist an',
  'account.second.recovery':
    'Bewahr diese Codes dort auf, wo du sie ohne Handy findest. Jeder gilt einmal. Sie werden nie wieder gezeigt.',
  'account.second.ready': 'Ich habe sie aufbewahrt',
  'account.second.stopped': 'Der Code beim Anmelden ist aus.',
  'account.second.demanded':
    'Deine Organisation verlangt einen Code beim Anmelden. Richte ihn hier ein, dann ist alles andere wieder offen.',
  'account.second.demanded.stop':
    'Deine Organisation verlangt ihn. Schaltest du ihn aus, etwa für ein neues Handy, richtest du gleich einen neuen ein.',

  'account.sessions': 'Hier bist du angemeldet',
  'account.sessions.this': 'Dieser Browser',
  'account.sessions.seen': 'Zuletzt {time}',
  'account.sessions.end': 'Abmelden',
  'account.sessions.endOthers': 'Alle anderen abmelden',
  'account.sessions.ended': 'Abgemeldet.',

  'more.title': 'Mehr',
};
