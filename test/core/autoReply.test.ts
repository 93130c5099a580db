import { describe, expect, test } from '@jest/globals';
import { isAutoReply } from '../../src/core/autoReply.ts';
import { normalForm } from '../../src/core/normalForm.ts';

const auto = (text: string) => isAutoReply(normalForm(text));

describe('B-24: machines that answer', () => {
  test.each([
    ['Tack för ditt sms'],
    ['Tack för ditt SMS!'],
    ['Hej! Tack för ditt meddelande. Vi återkommer så snart vi kan.'],
    ['Autosvar: Jag är på semester till 5 augusti.'],
    ['AUTOMATISKT SVAR'],
    ['Jag kör bil just nu. Jag svarar när jag är framme.'],
    ['Jag är inte på kontoret, vid brådskande ärenden ring växeln'],
    ['I’m driving with Driving Focus turned on. I’ll see your message when I get where I’m going.'],
    ["I'm driving right now - I'll get back to you later."],
    ['(I’m not receiving notifications. If this is urgent, reply “urgent” to send a notification through.)'],
    ['Automatic reply: Out of office'],
    ['Out of office until Monday. For urgent matters please contact Lisa.'],
    ['Thank you for your message. We will get back to you within 24 hours.'],
    ['Thanks for contacting Acme! Our business hours are 9 to 5.'],
    ['Respuesta automática: estoy de vacaciones'],
    ['Gracias por su mensaje, le responderemos en breve.'],
    ['Estoy conduciendo, te llamo cuando llegue.'],
    ['Automatische Antwort: Ich bin im Urlaub'],
    ['Vielen Dank für Ihre Nachricht. Wir melden uns schnellstmöglich.'],
    ['Ich bin derzeit nicht im Büro und antworte ab Montag.'],
    ['Fra\u0308nvaromeddelande: åter den 5'.replace('Fra\u0308', 'Fra\u030a')],
  ])('%j', (text) => expect(auto(text)).toBe(true));

  test.each([
    ['Tack!'],
    ['Tack för ditt meddelande, men vi kan tyvärr inte komma på lördag eftersom Anna är sjuk'],
    ['Thanks for the message'],
    ['Jag kör, vem vill åka med?'],
    ["I'm driving on Saturday, who needs a lift?"],
    ['Tränaren är på semester till 5 maj, kontakta Lisa'],
    ['Anna är inte på kontoret idag, mötet ställs in'],
    ['Stäng av er autosvarare'],
    ['STOPP'],
    ['START'],
    ['Vi åker automatiskt med'],
    [''],
    ['👍'],
    ['Gracias'],
    ['Danke'],
    ['ok '.repeat(10_000)],
  ])('%j is a person', (text) => expect(auto(text)).toBe(false));
});
