// Trap: the smaller metadata knows lengths only and takes +46112 or a landline for a mobile; /max knows the ranges.
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';

/** ISO 3166 alpha-2, such as `SE`; an unknown one means that only numbers with a country code can be read. */
export type Country = string;

export type PhoneRefusal = 'not_a_number' | 'not_possible' | 'not_mobile';
/** `e164`: `+` and 7 to 15 digits. `smsOk`: the number's range can receive SMS (in the Americas: may). */
export type PhoneReading =
  | { ok: true; e164: string; smsOk: boolean }
  | { ok: false; why: Exclude<PhoneRefusal, 'not_mobile'> };

/** Longer is no number but an attempt; the parser must not be fed it. */
const LONGEST_INPUT = 100;

/**
 * Reads a phone number as people write it, in national form of `country` or with a country code. Also reads the number
 * of an extension's exchange ("ext. 4"). A number that no operator can have is `not_possible`.
 */
export function readPhone(input: string, country: Country): PhoneReading {
  const plain = undress(input);
  const number = plain.length > LONGEST_INPUT ? undefined : parse(plain, country);
  if (number === undefined) return { ok: false, why: looksDialled(plain) ? 'not_possible' : 'not_a_number' };
  if (!number.isValid()) return { ok: false, why: 'not_possible' };
  return { ok: true, e164: number.number, smsOk: canReceiveSms(number) };
}

/** As `readPhone`, for where only a number that can be texted is of use: members, writers, functionaries (S3-3). */
export function readMobile(
  input: string,
  country: Country,
): { ok: true; e164: string } | { ok: false; why: PhoneRefusal } {
  const swedish = readSwedish(input, country);
  if (swedish !== null) return { ok: true, e164: swedish };
  const reading = readPhone(input, country);
  if (!reading.ok) return reading;
  return reading.smsOk ? { ok: true, e164: reading.e164 } : { ok: false, why: 'not_mobile' };
}

/**
 * The way in which most numbers of an import are written, read in a thirtieth of the parser's time. The ranges are the
 * library's own (test/app/importFile.test.ts compares them); everything else goes to the library.
 */
function readSwedish(input: string, country: Country): string | null {
  const [, plus, digits] = /^(?:(\+46)|0)(7[023689]\d{7})$/.exec(input.replace(/[ -]/g, '')) ?? [];
  return digits === undefined || (plus === undefined && country !== 'SE') ? null : `+46${digits}`;
}

/** As one writes the number in `country`: "070-174 06 05" at home, "+46 70 174 06 05" elsewhere. */
export function formatNational(e164: string, country: Country): string {
  const number = parse(e164, country);
  if (!number?.isPossible()) return e164;
  return number.country === country ? number.formatNational() : number.formatInternational();
}

/** As it stands in an SMS: E.164 without spaces, which every phone makes tappable; at most 16 characters. */
export function formatSms(e164: string): string {
  return e164.replace(/[^\d+]/g, '');
}

function parse(input: string, country: Country): PhoneNumber | undefined {
  const defaultCountry: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  return parsePhoneNumberFromString(input, { ...(defaultCountry && { defaultCountry }), extract: false });
}

function canReceiveSms(number: PhoneNumber): boolean {
  const type = number.getType();
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE';
}

/**
 * Takes off what copying leaves around a number: direction marks of a contact list, a spreadsheet's `'` `=` or `.0`, a
 * `tel:`. Only at the ends: inside, strange characters mean that it is something else.
 */
function undress(input: string): string {
  return (
    input
      // Trap: the parser reads a full-width + as none, and then +49… as a number of the default country.
      .replace(/[\uff0b\uff10-\uff19]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
      .replace(/^[\s\p{Cf}'"=]+/u, '')
      .replace(/^(?:tel|sms):/i, '')
      .replace(/(?<![\s\p{Cf}'"])[\s\p{Cf}'"]+$/u, '')
      // Trap: 358401234567.0 with its dot dropped is another person's number.
      .replace(/^(\+?\d{7,15})\.0+$/, '$1')
  );
}

/** Made of what one dials with, so that the fault lies in the digits. */
function looksDialled(text: string): boolean {
  return /\d/.test(text) && /^[\d\s+()./\-–]*$/.test(text);
}

/** "46" for SE; null where the country is not known. */
export const callingCode = (country: Country): string | null =>
  isSupportedCountry(country) ? getCountryCallingCode(country) : null;

/** Where numbers can be written without a country code, as ISO 3166 alpha-2. */
export const countries = (): readonly Country[] => getCountries();

/** Whether numbers can be written without a country code there. */
export const isCountry = (country: string): boolean => isSupportedCountry(country);
