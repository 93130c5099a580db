import type { sv } from './sv.ts';

export const de: Record<keyof typeof sv, string> = {
  'account.passkey': 'Passkeys',
  'account.passkey.text':
    'Melde dich mit dem Finger, dem Gesicht oder dem Code an, der dein Handy oder deinen Computer entsperrt. So gibt es kein Passwort zu erraten oder dir abzuluchsen und keinen Code abzutippen.',
  'account.passkey.made': 'hinzugefügt {time}',
  'account.passkey.used': 'zuletzt benutzt {time}',
  'account.passkey.name': 'Name für einen neuen Passkey',
  'account.passkey.name.hint': 'Damit du ihn wiedererkennst, zum Beispiel Arbeitslaptop.',
  'account.passkey.add': 'Passkey hinzufügen',
  'account.passkey.added': 'Der Passkey {name} ist hinzugefügt. Beim nächsten Mal kannst du dich damit anmelden.',
  'account.passkey.remove': 'Entfernen',
  'account.passkey.removeName': '{name} entfernen',
  'account.passkey.removed': '{name} ist hier entfernt. Entferne ihn auch auf dem Handy oder Computer.',
  'account.passkey.answer':
    'Der Passkey ließ sich nicht hinzufügen. Vielleicht hat es zu lange gedauert. Versuch es noch einmal.',
  'account.passkey.known': 'Diesen Passkey gibt es hier schon.',
  'account.passkey.many': 'Mehr als zehn gehen nicht. Entferne zuerst einen.',
  'account.passkey.use': 'Mit Passkey anmelden',
  'account.passkey.wrong': 'Mit diesem Passkey ging es nicht. Versuch es noch einmal oder melde dich anders an.',
  'account.passkey.cancelled': 'Das wurde abgebrochen. Versuch es wieder, wenn du magst.',
  'account.passkey.failed': 'Das ging nicht. Lade die Seite neu und versuch es noch einmal.',
  'account.passkey.first': 'Melde dich mit deinem Passkey an',
  'account.passkey.first.text':
    'Deine Organisation verlangt mehr als ein Passwort, und du hast einen Passkey. Geh zurück und melde dich damit an. Verloren? Bitte die Person, die die Installation betreibt, ihn zurückzusetzen.',
  'account.passkey.first.again': 'Zurück zur Anmeldung',
  'account.sso': 'Über deine Organisation anmelden',
  'account.sso.lead':
    'Gib deine Mailadresse bei der Arbeit ein. Dann meldest du dich dort an, wo du es sonst tust, und kommst hierher zurück.',
  'account.sso.next': 'Weiter',
  'account.sso.other': 'Anders anmelden',
  'account.sso.none': 'Mit dieser Adresse meldet sich hier keine Organisation so an. Melde dich anders an.',
  'account.sso.only': 'Mit dieser Adresse meldet man sich mit dem Konto der Organisation an, nicht mit einem Passwort.',
  'account.sso.instead': 'Du meldest dich mit dem Konto deiner Organisation an',
  'account.sso.instead.text':
    'Du brauchst hier kein Passwort. Melde dich mit demselben Konto an wie sonst bei der Arbeit.',
  'account.sso.going': 'Es geht weiter',
  'account.sso.going.text': 'Melde dich bei {host} an. Danach kommst du hierher zurück.',
  'account.sso.unknown': 'Du bist noch nicht eingeladen',
  'account.sso.unknown.text':
    'Du bist bei deiner Organisation angemeldet, aber dein Konto dort gehört hier zu niemandem. Bitte deine Administratorin oder deinen Administrator, dich einzuladen.',
  'account.sso.unverified.text':
    'Die Anmeldung der Organisation bestätigt deine Mailadresse nicht, deshalb wissen wir nicht, wer du hier bist. Bitte die Administration um Hilfe.',
  'account.sso.failed': 'Du bist nicht angemeldet',
  'account.sso.failed.text':
    'Die Antwort der Anmeldung deiner Organisation ließ sich nicht verwenden. Vielleicht ist sie zu alt oder schon benutzt. Versuch es noch einmal.',
  'account.sso.denied.text':
    'Die Anmeldung bei deiner Organisation wurde abgebrochen oder abgelehnt. Versuch es noch einmal.',
  'account.sso.down': 'Die Anmeldung der Organisation geht gerade nicht',
  'account.sso.down.text':
    'Versuch es in einer Weile wieder. Hast du hier ein Passwort oder einen Passkey, kannst du dich damit anmelden. Sag der Administration Bescheid, wenn es so bleibt.',
  'account.sso.again': 'Zur Anmeldung',
  'account.sso.fresh': 'Du hast hier kein Passwort. Melde dich ab und wieder an, dann geht es zehn Minuten lang.',
  'organisation.part.signOn': 'Anmeldung',
  'organisation.sso.title': 'Wollt ihr euch mit euren eigenen Konten anmelden?',
  'organisation.sso.lead':
    'Mit OpenID Connect melden sich eure Benutzer bei euch an, etwa in Microsoft Entra ID, Google Workspace oder Keycloak. Wer Benutzer ist und was sie dürfen, entscheidet ihr weiterhin hier.',
  'organisation.sso.callback': 'Tragt diese Adresse bei euch als Weiterleitungs-URI (Redirect URI) ein:',
  'organisation.sso.test': 'Adresse prüfen',
  'organisation.sso.fine':
    '{host} antwortet und kann, was nötig ist. Client-ID und Geheimnis werden geprüft, wenn sich jemand anmeldet.',
  'organisation.sso.fault.address':
    'Die Adresse muss mit https:// beginnen und zu einem anderen Rechner als diesem führen.',
  'organisation.sso.fault.inside':
    'Die Adresse führt in ein internes Netz. Bitte die Person, die die Installation betreibt, sie zu speichern.',
  'organisation.sso.fault.unreachable': 'Unter der Adresse antwortet niemand. Ist sie richtig geschrieben?',
  'organisation.sso.fault.slow':
    'Die Adresse hat nicht innerhalb von fünf Sekunden geantwortet. Versuch es in einer Weile wieder.',
  'organisation.sso.fault.certificate':
    'Dem Zertifikat der Adresse ist nicht zu trauen. Vielleicht ist es abgelaufen oder gilt für einen anderen Namen.',
  'organisation.sso.fault.missing':
    'Dort gibt es keine Beschreibung für OpenID Connect. Prüf, ob die Adresse des Ausstellers vollständig ist.',
  'organisation.sso.fault.odd': 'Was dort antwortet, hält sich nicht an OpenID Connect. Ist es die richtige Adresse?',
  'organisation.sso.fault.issuer':
    'Wer antwortet, nennt sich anders oder gilt für alle Organisationen. Nehmt den Aussteller, der nur euer ist, genau so geschrieben wie dort.',
  'organisation.sso.fault.unsuited': 'Er erlaubt den Autorisierungscode mit PKCE nicht, der hier nötig ist.',
  'organisation.sso.drop': 'Eigene Konten nicht mehr verwenden',
  'organisation.sso.drop.text':
    'Hört ihr damit auf, melden sich alle wieder mit Passwort oder Passkey an. Wer kein Passwort hat, braucht einen Link.',
  'organisation.setting.sso_issuer': 'Aussteller (Issuer)',
  'organisation.setting.sso_issuer.hint': 'Die Adresse eurer Anmeldung. Beginnt mit https://.',
  'organisation.setting.sso_client_id': 'Client-ID',
  'organisation.setting.sso_client_id.hint': 'So nennt eure Anmeldung Startstopp.',
  'organisation.setting.sso_secret': 'Client-Geheimnis',
  'organisation.setting.sso_secret.hint': 'Wird verschlossen aufbewahrt und nie wieder gezeigt.',
  'organisation.setting.sso_secret.kept':
    'Gespeichert und nie wieder gezeigt. Schreib hier nur etwas, um es zu ändern.',
  'organisation.setting.sso_domains': 'Maildomains',
  'organisation.setting.sso_domains.hint':
    'Wer eine solche Adresse eingibt, wird zu euch geschickt. Eine oder mehrere, zum Beispiel gemeinde.de.',
  'organisation.setting.sso_only': 'Nur mit eigenen Konten',
  'organisation.setting.sso_only.hint':
    'Passwörter und Passkeys gelten für Adressen dieser Domains nicht. Melde dich zuerst einmal so an. Wer die Installation betreibt, kommt immer hinein.',
  'organisation.users.unbind': 'Konto der Organisation lösen',
  'book.problem.issuer': 'Schreib eine ganze Adresse, die mit https:// beginnt, ohne Fragezeichen.',
  'book.problem.domain': 'Schreib Domains wie gemeinde.de, höchstens {most}.',
  'book.problem.domain_taken':
    '{domain} lässt sich hier nicht verwenden. Bitte die Person um Hilfe, die die Installation betreibt.',
  'book.event.passkey_added': 'Hat einen Passkey hinzugefügt',
  'book.event.passkey_removed': 'Hat einen Passkey entfernt',
  'book.event.passkey_refused': 'Ein Passkey wurde abgelehnt: Es scheint ihn zweimal zu geben',
  'book.event.signed_in_passkey': 'Hat sich mit Passkey angemeldet',
  'book.event.signed_in_sign_on': 'Hat sich mit dem Konto der Organisation angemeldet',
  'book.event.sign_on_bound': 'Kam zum ersten Mal mit dem Konto der Organisation',
  'book.event.sign_on_unbound': 'Hat das Konto der Organisation gelöst',
  'book.event.sign_on_refused': 'Hat eine Anmeldung mit dem Konto der Organisation abgelehnt',
  'book.event.sign_on_secret': 'Hat das Client-Geheimnis der Anmeldung geändert',
};
