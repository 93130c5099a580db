import { createHmac } from 'node:crypto';
import { ACCOUNT_SID, AUTH_TOKEN, NUMBER, PUBLIC_URL } from './world.mjs';

const PATH = '/webhooks/twilio/sms';

/** One inbound webhook as Twilio sends it: 19 fields, signed, as the bytes of an HTTP/1.1 request. */
export function inboundRequest({ from, to = NUMBER, text, sid }) {
  const fields = {
    ...{ ToCountry: 'SE', ToState: '', SmsMessageSid: sid, NumMedia: '0', ToCity: '', FromZip: '', SmsSid: sid },
    ...{ FromState: '', SmsStatus: 'received', FromCity: '', Body: text, FromCountry: 'SE', To: to, ToZip: '' },
    ...{ NumSegments: '1', MessageSid: sid, AccountSid: ACCOUNT_SID, From: from, ApiVersion: '2010-04-01' },
  };
  const body = new URLSearchParams(fields).toString();
  let signed = PUBLIC_URL + PATH;
  for (const name of Object.keys(fields).sort()) signed += name + fields[name];
  const signature = createHmac('sha1', AUTH_TOKEN).update(signed).digest('base64');
  return Buffer.from(
    `POST ${PATH} HTTP/1.1\r\nHost: sms.example.se\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n` +
      'Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n' +
      `X-Twilio-Signature: ${signature}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** A message id of 34 characters, unique by run and number. */
export const messageSid = (run, n) => `SM${run.toString(16).padStart(8, '0')}${n.toString(16).padStart(24, '0')}`;
