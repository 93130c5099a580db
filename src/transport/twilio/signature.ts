import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import type { Form, FormField } from './form.ts';

/** What arrived: the request line's target (path and query, as sent), the form, the raw body and `X-Twilio-Signature`. */
export type Signed = { target: string; form: Form; body: string; signature: string };

/** A base64 SHA-1 is always this long; other lengths need no HMAC. */
const SIGNATURE_LENGTH = 28;

/**
 * Returns the check of `X-Twilio-Signature`: HMAC-SHA1 over the public URL and the sorted form, in base64.
 * Source: Twilio, "Webhooks security"; tested against the SDK's own validator on every vector.
 *
 * The URL is `publicUrl` (the PUBLIC_URL setting, no trailing slash needed) and the target, never a request header. Twilio may sign it with
 * or without the port, so both are tried. The form that matched last is tried first: usually one HMAC.
 */
export function createSignatureCheck(authToken: string, publicUrl: string): (signed: Signed) => boolean {
  const bases = baseUrls(publicUrl.replace(/\/+$/, ''));
  let usual = bases[0] ?? '';

  const matches = (url: string, parameters: string, signature: Buffer): boolean => {
    const expected = createHmac('sha1', authToken)
      .update(url + parameters)
      .digest('base64');
    return timingSafeEqual(Buffer.from(expected, 'latin1'), signature);
  };

  return ({ target, form, body, signature }) => {
    if (signature.length !== SIGNATURE_LENGTH) return false;
    const given = Buffer.from(signature, 'latin1');
    const hash = bodyHash(target);
    if (hash !== null && !sameHash(body, hash)) return false;
    const parameters = hash === null ? signedParameters(form) : '';
    if (matches(usual + target, parameters, given)) return true;
    for (const rest of targets(target)) {
      for (const base of bases) {
        if (base === usual && rest === target) continue;
        if (!matches(base + rest, parameters, given)) continue;
        usual = base;
        return true;
      }
    }
    return false;
  };
}

/** Name and value of every field, without separators, sorted by both; a repeated pair counts once, as in the SDK. */
function signedParameters(form: Form): string {
  const sorted = [...form].sort(byNameThenValue);
  let text = '';
  let last: FormField | undefined;
  for (const one of sorted) {
    if (last?.name !== one.name || last.value !== one.value) text += one.name + one.value;
    last = one;
  }
  return text;
}

function byNameThenValue(a: FormField, b: FormField): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

/** The public URL as given, without its port, with the port spelt out, and the same of its normal form. */
function baseUrls(publicUrl: string): string[] {
  const normal = new URL(publicUrl).href.replace(/\/+$/, '');
  return [...new Set([publicUrl, ...withAndWithoutPort(publicUrl), ...withAndWithoutPort(normal)])];
}

function withAndWithoutPort(url: string): string[] {
  const parts = /^(https?:\/\/)((?:[^/?#]*@)?)(\[[^\]]*\]|[^:/?#]*)(:\d+)?(.*)$/i.exec(url);
  if (!parts) return [url];
  const [, scheme = '', user = '', host = '', port, rest = ''] = parts;
  const standard = scheme.toLowerCase() === 'https://' ? ':443' : ':80';
  return [scheme + user + host + rest, scheme + user + host + (port ?? standard) + rest];
}

/** A query may have been signed as sent, in the URL standard's escaping, or in that of Node's `querystring`. */
function targets(target: string): string[] {
  const query = target.indexOf('?');
  if (query === -1) return [target];
  const normal = new URL(target, 'http://localhost');
  return [
    ...new Set([
      target,
      normal.pathname + normal.search,
      `${normal.pathname}?${stringify(parse(normal.search.slice(1)))}`,
    ]),
  ];
}

/** Bodies that are not forms are signed by their hash in the query, and their parameters are then not part of it. */
function bodyHash(target: string): string | null {
  if (!target.includes('bodySHA256=')) return null;
  return new URL(target, 'http://localhost').searchParams.get('bodySHA256');
}

function sameHash(body: string, hash: string): boolean {
  const expected = createHash('sha256').update(body).digest('hex');
  return expected.length === hash.length && timingSafeEqual(Buffer.from(expected), Buffer.from(hash, 'latin1'));
}
