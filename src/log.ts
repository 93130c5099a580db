import { pino } from 'pino';
import type { Log } from './ports/log.ts';

/**
 * Structured logs without personal data. The rule is not to pass any; this is the second net: fields that could hold
 * an address, a text or a secret are struck out by name, and numbers and mail addresses inside strings by shape.
 */
const STRUCK_FIELDS = new Set([
  'from',
  'to',
  'phone',
  'mail',
  'address',
  'sender',
  'text',
  'body',
  'name',
  'token',
  'key',
  'password',
  'authorization',
  'url',
]);
const PHONE = /\+?\d[\d\s().-]{6,}\d/g;
const MAIL = /[^\s@<>"']+@[^\s@<>"']+/g;
const CREDENTIALS = /(\w+:\/\/)[^\s/@]*@/g;

/** Strikes out what looks like a number, a mail address or credentials. UUIDs, times and short ids stay. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) {
    const code = (value as { code?: unknown }).code;
    return {
      error: value.name,
      message: redactText(value.message),
      ...(code ? { code } : {}),
      stack: redactText(value.stack ?? ''),
    };
  }
  if (value === null || typeof value !== 'object' || depth > 4) return value;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => [
      field,
      STRUCK_FIELDS.has(field) && item != null ? '[redacted]' : redact(item, depth + 1),
    ]),
  );
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const DATE = /\d{4}-\d\d-\d\dT[\d:.]+Z?/g;

function redactText(value: string): string {
  if (value.length < 5) return value;
  const kept: string[] = [];
  const keep = (part: string) => `\uE000${kept.push(part) - 1}\uE000`;
  return value
    .replace(UUID, keep)
    .replace(DATE, keep)
    .replace(CREDENTIALS, (_, scheme: string) => keep(`${scheme}[redacted]@`))
    .replace(MAIL, '[address]')
    .replace(PHONE, '[number]')
    .replace(/\uE000(\d+)\uE000/g, (_, index: string) => kept[Number(index)] ?? '');
}

/** A logger that writes JSON lines to stdout, or to stderr (`stderr: true`: stdout is kept for a command's own answer). */
export function createLog(level: string, options: { stderr?: boolean } = {}): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redact(fields) as Record<string, unknown> },
      hooks: {
        logMethod(args, method) {
          const [fields, message] = args as unknown as [object, string];
          method.apply(this, [fields, redactText(message ?? '')] as never);
        },
      },
    },
    pino.destination({ dest: options.stderr ? 2 : 1, sync: true }),
  );
  return logger as unknown as Log;
}

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
