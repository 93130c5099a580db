import type { sv } from './sv.ts';

export const de: Record<keyof typeof sv, string> = {
  'join.title': 'Bei {book} anmelden',
  'join.lead':
    '{organisation} betreibt den Verteiler und verschickt die Nachrichten. Du kannst dich jederzeit abmelden.',
  'join.name': 'Name',
  'join.phone': 'Handynummer',
  'join.phone.hint': 'Dorthin schicken wir einen Code, damit wir wissen, dass die Nummer dir gehört.',
  'join.mail': 'E-Mail-Adresse',
  'join.mail.hint': 'Dorthin schicken wir einen Link, damit wir wissen, dass die Adresse dir gehört.',
  'join.either.hint': 'Gib eine Nummer, eine E-Mail-Adresse oder beides an.',
  'join.consent': 'Dazu sagst du Ja',
  'join.do.phone': 'Code an mich schicken',
  'join.do.mail': 'Link an mich schicken',
  'join.do.either': 'Code oder Link an mich schicken',
  'join.problem.name.missing': 'Schreib deinen Namen.',
  'join.problem.name.name_long': 'Der Name ist zu lang. Kürze ihn.',
  'join.problem.phone.missing': 'Schreib deine Handynummer.',
  'join.problem.phone.not_a_number':
    'Das ist keine Telefonnummer. Schreib nur Ziffern, bei ausländischen Nummern mit Ländervorwahl.',
  'join.problem.phone.not_possible': 'Diese Nummer gibt es nicht. Fehlt eine Ziffer, oder ist eine zu viel?',
  'join.problem.phone.not_mobile': 'Diese Nummer kann keine SMS empfangen. Schreib eine Handynummer.',
  'join.problem.phone.own_number': 'Das ist die Nummer des Verteilers selbst. Schreib deine eigene.',
  'join.problem.phone.phone_or_mail': 'Schreib eine Handynummer oder eine E-Mail-Adresse.',
  'join.problem.mail.missing': 'Schreib deine E-Mail-Adresse.',
  'join.problem.mail.not_a_mail': 'Die E-Mail-Adresse stimmt so nicht. Sie sollte aussehen wie name@beispiel.de.',
  'join.problem.mail.own_mail': 'Das ist eine Adresse der Verteiler selbst. Schreib deine eigene.',
  'join.problem.yes.no_yes': 'Kreuze das Kästchen an, wenn du einverstanden bist.',
  'join.sms.title': 'Am schnellsten geht es per SMS',
  'join.sms.text': 'Schick {word} an {number}.',
  'join.sms.open': 'SMS mit {word} öffnen',
  'join.back.ask': 'Warst du schon einmal dabei?',
  'join.back.link': 'Nur mit deiner Nummer zurückkommen',
  'join.back.title': 'Zurück zu {book}',
  'join.back.lead': 'Schreib die Nummer, mit der du dabei warst. War sie dabei, schicken wir einen Code dorthin.',
  'join.back.do': 'Code an mich schicken',
  'join.new.link': 'Ich bin neu dabei',
  'join.code.title': 'Schreib den Code aus der SMS',
  'join.code.text':
    'Kann {phone} SMS von uns bekommen, kommt innerhalb einer Minute ein Code mit sechs Ziffern. Er gilt zehn Minuten.',
  'join.code.back':
    'War {phone} dabei und kann SMS von uns bekommen, kommt innerhalb einer Minute ein Code mit sechs Ziffern. Er gilt zehn Minuten.',
  'join.code': 'Code',
  'join.code.do': 'Anmelden',
  'join.code.do.back': 'Zurückkommen',
  'join.code.none': 'Kein Code gekommen?',
  'join.code.again': 'Von vorn anfangen',
  'join.code.not_a_code': 'Der Code hat sechs Ziffern und steht in der SMS.',
  'join.code.wrong': 'Der Code stimmt nicht. Du hast noch {left} Versuche.',
  'join.code.wrong.one': 'Der Code stimmt nicht. Du hast noch einen Versuch.',
  'join.code.unclear': 'Der Code stimmt nicht oder ist abgelaufen.',
  'join.over': 'Der Code gilt nicht mehr',
  'join.over.text':
    'Ein Code gilt zehn Minuten und einmal, und ein paar Tippfehler sind erlaubt. Fang von vorn an, dann kommt ein neuer.',
  'join.link': 'Öffne den Link in der E-Mail',
  'join.link.text':
    'Wir haben eine E-Mail an {mail} geschickt. Der Link darin gilt einen Tag. Du bist erst dabei, wenn du ihn geöffnet und auf den Knopf gedrückt hast.',
  'join.link.also':
    'Wir haben auch eine E-Mail an {mail} geschickt. Öffne den Link darin, wenn du die Nachrichten auch dort willst.',
  'join.own':
    'Auf deiner eigenen Seite wählst du, wie die Nachrichten kommen, machst eine Pause oder meldest dich ab. Speichere dir am besten die Adresse.',
  'join.limit': 'Warte eine Weile',
  'join.limit.text':
    'In kurzer Zeit wurden viele Codes angefordert, deshalb wird gerade keiner mehr verschickt. Versuch es in einer Stunde noch einmal.',
  'join.busy.text': 'Es wurde nichts verschickt. Versuch es in ein paar Minuten noch einmal.',
  'join.closed': 'Warst du schon einmal in einem Verteiler?',
  'join.closed.text':
    'Hier gibt es keine Seite für Neue. Warst du schon einmal dabei, kannst du zurückkommen: Schreib die Nummer, mit der du dabei warst. War sie dabei, schicken wir einen Code dorthin.',
  'join.closed.sms': 'Hast du noch eine SMS aus dem Verteiler? Antworte darauf mit START.',
  'join.closed.new': 'Bist du neu? Frag, wer den Verteiler betreibt, wohin du START schicken sollst.',
  'join.consent.default':
    'Ja, {organisation} darf mir Nachrichten von {book} schicken. Ich kann mich jederzeit abmelden, indem ich mit {word} antworte.',
};
