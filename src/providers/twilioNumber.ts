import { Pool } from 'undici';
import { exchange } from './twilioExchange.ts';

/** How a number is set up at Twilio: where it sends texts that come in. '' = nowhere. */
export type NumberSetup = { smsUrl: string; smsMethod: string; smsFallbackUrl: string };

/**
 * Asks Twilio for a number's webhooks, for `doctor`. null: the account has no such number, or it could not be asked.
 * Twilio shows the URL without its fragment in some places, so a missing `#rc=5` is no proof.
 */
export async function readNumberSetup(
  options: { accountSid: string; authToken: string; apiUrl: string },
  e164: string,
): Promise<NumberSetup | null> {
  const api = new URL(options.apiUrl);
  const pool = new Pool(api.origin, { connections: 1, connect: { timeout: 5_000 } });
  const authorization = `Basic ${Buffer.from(`${options.accountSid}:${options.authToken}`).toString('base64')}`;
  const path = `${api.pathname.replace(/\/+$/, '')}/2010-04-01/Accounts/${options.accountSid}/IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(e164)}`;
  try {
    const answer = await exchange(
      pool,
      { method: 'GET', path, headers: ['authorization', authorization, 'accept', 'application/json'], body: null },
      10_000,
    );
    if (answer.kind !== 'answered' || answer.status !== 200) return null;
    const page = JSON.parse(answer.body) as {
      incoming_phone_numbers?: { sms_url?: string; sms_method?: string; sms_fallback_url?: string }[];
    };
    const [number] = page.incoming_phone_numbers ?? [];
    return number
      ? {
          smsUrl: number.sms_url ?? '',
          smsMethod: number.sms_method ?? '',
          smsFallbackUrl: number.sms_fallback_url ?? '',
        }
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  } finally {
    await pool.close();
  }
}
