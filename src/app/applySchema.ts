import { z } from 'zod';
import { readAddress, readMail } from '../core/address.ts';
import { LONG_MAIL, REPLY_TO } from '../core/book.ts';
import { JOIN_ASKS } from '../core/joinForm.ts';
import { LOCALES } from '../core/locale.ts';
import { isMailAddress } from '../core/mail.ts';
import { SECOND_STEPS } from '../core/organisation.ts';
import { isCountry, readPhone } from '../core/phoneNumber.ts';
import { LONGEST_CONSENT } from './join/consent.ts';
import {
  isBookAddress,
  isClock,
  isSmsName,
  isTimezone,
  LONGEST,
  MOST_LATEST_HOURS,
  MOST_PARTS_PER_SECOND,
  MOST_THRESHOLD,
  PART_LIMITS,
  readKeyword,
} from './settingRules.ts';

/**
 * The shape of the `apply` file (document 5). Every leaf checks and normalises itself, so that one reading finds every
 * error. Messages go on after the name of the setting: "books[1].keyword must be …".
 */
const text = z.string().trim().min(1, 'must not be empty');
const short = (most: number) => text.max(most, `is longer than ${most} characters`);
/** `off` may arrive as boolean false (YAML 1.1 habits). */
const threshold = z
  .union(
    [z.number().int().min(0).max(MOST_THRESHOLD), z.literal('off'), z.literal(false)],
    'must be a whole number from 0, or off',
  )
  .transform((value) => (typeof value === 'number' ? value : null));
const wholeNumber = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
};

const organisation = z.strictObject({
  name: short(LONGEST.name),
  locale: z.enum(LOCALES).optional(),
  timezone: text.refine(isTimezone, 'is no time zone; write one such as Europe/Stockholm').optional(),
  country: z.string().refine(isCountry, 'is no country; write two capital letters such as SE').optional(),
  contact: z.string().trim().max(40, 'is longer than 40 characters').optional(),
  daily_parts: threshold.optional(),
  second_step: z.enum(SECOND_STEPS).optional(),
});

const isHours = (text: string): boolean => {
  const [from = '', to = '', ...more] = text.split('-');
  return isClock(from) && isClock(to) && more.length === 0;
};
const QUIET_HELP = 'must be such as "21:00-07:00", or off';

/** `country` reads the numbers that are written without a country code. */
export function schemaFor(country: string) {
  const phone = z.string().transform((raw, context) => {
    const read = readPhone(raw, country);
    if (read.ok) return read.e164;
    return refuse(context, `"${raw}" is no phone number; write it as +46701740605 or 070-174 06 05`);
  });
  const anyAddress = z.string().transform((raw, context) => {
    const read = readAddress(raw, country);
    if (read) return read.kind === 'phone' ? read.e164 : read.mail;
    return refuse(context, `"${raw}" is neither a mobile number nor a mail address`);
  });
  const addresses = z.array(anyAddress).transform((list) => [...new Set(list)]);
  const named = z.strictObject({ address: anyAddress, confirm: z.enum(['always', 'in_doubt']).optional() });
  /** An address alone, or with when its mails are confirmed (M-2). */
  const writer = z.unknown().transform((raw, context): z.infer<typeof named> => {
    const read = named.safeParse(typeof raw === 'object' && raw !== null ? raw : { address: raw });
    if (read.success && (read.data.confirm === undefined || isMailAddress(read.data.address))) return read.data;
    if (read.success) return refuse(context, 'only mails are confirmed with a link; leave confirm out for a phone');
    for (const issue of read.error.issues)
      context.addIssue({ ...issue, path: typeof raw === 'object' ? issue.path : [] });
    return z.NEVER;
  });
  const mobile = z
    .string()
    .transform((raw, context) => readMobileCell(raw, country) ?? refuse(context, notMobile(raw)));
  const mail = z.string().transform((raw, context) => readMailCell(raw) ?? refuse(context, notMail(raw)));
  const person = z
    .strictObject({
      phone: mobile.nullable().optional(),
      mail: mail.nullable().optional(),
      name: z.string().trim().max(100, 'is longer than 100 characters').optional(),
      labels: z.array(short(LONGEST.label)).optional(),
    })
    .refine((value) => value.phone || value.mail, 'needs a phone or a mail address');
  const book = z.strictObject({
    name: short(LONGEST.name),
    address: z
      .string()
      .refine(isBookAddress, 'must be small letters and digits, with dots, dashes and underscores between them'),
    number: phone,
    keyword: z.string().transform(keywordCell).nullable().optional(),
    main: z.boolean().optional(),
    sms_name: text.refine(isSmsName, 'must be at most 20 plain SMS characters').optional(),
    locale: z.enum(LOCALES).optional(),
    opt_in: z.enum(['keyword', 'any_text']).optional(),
    approval: z.enum(['automatic', 'manual']).optional(),
    senders: z.enum(['writers', 'members']).optional(),
    confirm_above: threshold.optional(),
    header: z.string().max(40, 'is longer than 40 characters').optional(),
    footer: z.boolean().optional(),
    part_limit: wholeNumber(PART_LIMITS.least, PART_LIMITS.most).optional(),
    leaving: z.enum(['free', 'exempt']).optional(),
    tell_broadcast: z.boolean().optional(),
    tell_leave: z.boolean().optional(),
    latest_hours: z
      .number()
      .positive('must be more than 0')
      .max(MOST_LATEST_HOURS, `must be at most ${MOST_LATEST_HOURS}`)
      .optional(),
    quiet_hours: z
      .union([z.string().refine(isHours, QUIET_HELP), z.literal('off'), z.literal(false)], QUIET_HELP)
      .transform((value) => (value === false || value === 'off' ? null : value))
      .optional(),
    reply_to: z.enum(REPLY_TO).optional(),
    long_mail: z.enum(LONG_MAIL).optional(),
    subject_first: z.boolean().optional(),
    join_page: z
      .union(
        [
          z.strictObject({
            ask: z.enum(JOIN_ASKS),
            consent: text.max(LONGEST_CONSENT, `is longer than ${LONGEST_CONSENT} characters`).optional(),
          }),
          z.literal('off'),
          z.literal(false),
        ],
        `must be { ask: ${JOIN_ASKS.join(' | ')}, consent: what people say yes to }, or off`,
      )
      .transform((value) => (typeof value === 'object' ? value : null))
      .optional(),
    writers: z.array(writer).optional(),
    functionaries: addresses.optional(),
    members: z.array(person).nullable().optional(),
  });
  return z.strictObject({
    organisation,
    numbers: z
      .array(
        z.strictObject({
          number: phone,
          provider: z.enum(['twilio', 'simulator']),
          parts_per_second: wholeNumber(1, MOST_PARTS_PER_SECOND).optional(),
          provider_keywords: z
            .union([z.enum(['default', 'advanced', 'off']), z.literal(false)], 'must be default, advanced or off')
            .transform((value) => (value === false ? 'off' : value))
            .optional(),
        }),
      )
      .nullable()
      .optional(),
    books: z.array(book).nullable().optional(),
    users: z
      .array(
        z.strictObject({
          mail,
          role: z.enum(['operator', 'admin', 'sender', 'viewer']),
          access: z.array(z.string()).optional(),
        }),
      )
      .nullable()
      .optional(),
  });
}

/** Keys whose value is a text though YAML may read a number in it: "keyword: 2012", "phone: +46701740605". */
export const TEXT_KEYS: ReadonlySet<string> = new Set(
  'name contact number address keyword sms_name header phone mail writers functionaries labels access consent'.split(
    ' ',
  ),
);

export const readMobileCell = (raw: string, country: string): string | null => {
  const read = readAddress(raw, country);
  return read?.kind === 'phone' ? read.e164 : null;
};
export const readMailCell = (raw: string): string | null => {
  const read = readMail(raw);
  return read.ok ? read.mail : null;
};
export const notMobile = (raw: string): string =>
  `"${shown(raw)}" is no mobile number; write it as +46701740605 or 070-174 06 05`;
export const notMail = (raw: string): string => `"${shown(raw)}" is no mail address`;

/** A cell may hold a novel; its beginning is enough to find it. */
const shown = (raw: string): string => (raw.length > 60 ? `${raw.slice(0, 60)}…` : raw);

function keywordCell(raw: string, context: z.RefinementCtx): string {
  const read = readKeyword(raw);
  if (read.ok) return read.word;
  if (read.why === 'form') return refuse(context, 'must be one word of at most 12 letters and digits');
  return refuse(context, `"${read.word}" is a leave, join or help word and cannot be a keyword`);
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
