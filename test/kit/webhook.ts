import { createHmac } from 'node:crypto';

/** What a webhook was answered; status 0 when no answer came. */
export type WebhookAnswer = { status: number; body: string };

/** Twilio's signature: HMAC-SHA1 over the public address and every name and value, sorted by name. */
export function signatureOf(signedUrl: string, form: Readonly<Record<string, string>>, token: string): string {
  const fields = Object.keys(form)
    .sort()
    .map((name) => name + form[name]);
  return createHmac('sha1', token)
    .update(signedUrl + fields.join(''))
    .digest('base64');
}

/** An inbound text as Twilio posts it. */
export const inboundForm = (
  of: { sid: string; account: string; from: string; to: string; body: string },
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  MessageSid: of.sid,
  SmsSid: of.sid,
  SmsMessageSid: of.sid,
  AccountSid: of.account,
  From: of.from,
  To: of.to,
  Body: of.body,
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  ApiVersion: '2010-04-01',
  ...more,
});

/** Posts a form over a real socket. `signature`: null sends none; absent signs it rightly over `url` with `token`. */
export async function postForm(
  url: string,
  form: Readonly<Record<string, string>>,
  by: { token: string; signature?: string | null; signedUrl?: string; ms?: number },
): Promise<WebhookAnswer> {
  const signature = by.signature === undefined ? signatureOf(by.signedUrl ?? url, form, by.token) : by.signature;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(signature === null ? {} : { 'x-twilio-signature': signature }),
      },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(by.ms ?? 20_000),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return { status: 0, body: '' };
  }
}
