import { isIPv4 } from 'node:net';
import { finished, type Readable } from 'node:stream';
import {
  type ARCData,
  arc,
  type DKIMResult,
  type DMARCResult,
  type DNSResolver,
  dkimVerify,
  dmarc,
  spf,
} from 'mailauth';
import {
  type Alignment,
  type Authentication,
  type CheckResult,
  type DkimCheck,
  type DmarcCheck,
  isSigned,
  type SpfCheck,
} from '../../core/mailProof.ts';
import type { Clock } from '../../ports/clock.ts';
import { type GuardedMail, guardMail } from './guardedMail.ts';
import { type BudgetedDns, type Resolve, withinBudget } from './resolver.ts';
import type { Authenticate, MailSession } from './types.ts';

/** All lookups of one mail together (issue 4). */
const DNS_BUDGET_MS = 5_000;

export type AuthenticatorOptions = {
  resolve: Resolve;
  /** For signatures that end (`x=`). */
  clock: Clock;
  dnsBudgetMs?: number;
};

/**
 * Who wrote a mail, by mailauth's own parts: SPF is asked while the mail still comes in, ARC only where there is some,
 * BIMI and report headers never. What its DMARC takes too lightly (4.13.3 accepts a sub-domain under `adkim=s`, and `l=`)
 * is decided here and in core/mailProof.ts. The body is hashed as it streams; nothing of it is kept.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate<Authentication> {
  return async (stream, session, signal) => {
    const guard = guardMail();
    const dns = withinBudget(options.resolve, options.dnsBudgetMs ?? DNS_BUDGET_MS);
    const cutOff = feed(stream, guard, signal);
    try {
      return await Promise.race([check(guard, dns, session, options.clock.now()), cutOff]);
    } catch {
      // Whatever a peer's mail makes the libraries throw, the mail is not lost: it is unproven, and held.
      return unproven(guard, !guard.unreadable && (signal.aborted || dns.hadFault()));
    } finally {
      stream.unpipe(guard.stream);
      stream.resume();
    }
  };
}

/** Rejects when the mail ends before its end or nobody waits for the result any longer. */
function feed(stream: Readable, guard: GuardedMail, signal: AbortSignal): Promise<never> {
  const cutOff = new Promise<never>((_, reject) => {
    const stop = (error: Error) => {
      guard.stream.destroy(error);
      reject(error);
    };
    guard.stream.on('error', () => undefined);
    finished(stream, { writable: false }, (error) => error && stop(error));
    if (signal.aborted) stop(new Error('aborted'));
    else signal.addEventListener('abort', () => stop(new Error('aborted')), { once: true });
  });
  cutOff.catch(() => undefined);
  stream.pipe(guard.stream);
  return cutOff;
}

async function check(guard: GuardedMail, dns: BudgetedDns, session: MailSession, now: number): Promise<Authentication> {
  const resolver = dns.resolve as DNSResolver;
  const remote = session.remote.replace(/^::ffff:(?=\d+\.)/i, '');
  const asked = { sender: session.envelopeFrom, helo: session.helo || `[${remote}]`, mta: session.mta, resolver };
  const [signed, sent] = await Promise.all([
    // A sender is named so that a Return-Path in the mail itself is not read.
    dkimVerify(guard.stream, { resolver, sender: session.envelopeFrom || '<>', curTime: now }),
    spf({ ...asked, ip: remote }),
  ]);
  if (guard.unreadable) return unproven(guard, false);
  const from = signed.headerFrom.length === 1 ? (signed.headerFrom[0] ?? '') : '';
  const fromDomain = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  const dkim = [
    ...signed.results.map((result) => dkimCheck(result as Signature, guard, fromDomain)),
    ...guard.skipped.map((one): DkimCheck => {
      const alignment = one.domain === fromDomain ? 'exact' : 'none';
      const why = { bodyLength: one.why === 'body_length', weak: one.why === 'sha1' };
      return { result: 'policy', domain: one.domain, selector: one.selector, alignment, covers: [], ...why };
    }),
  ];
  const nullSender = session.envelopeFrom === '';
  const spfPass = sent.status.result === 'pass' && !nullSender;
  const record =
    fromDomain === '' ? null : await dmarcRecord(from, spfPass ? sent.domain : null, signed.results, resolver);
  const alignment = spfPass ? alignmentOf(sent.domain, fromDomain, Boolean(record?.alignment?.spf.result)) : 'none';
  const spfCheck: SpfCheck = {
    result: sent.status.result as CheckResult,
    domain: sent.domain,
    alignment,
    plusAll: false,
    nullSender,
  };
  let dmarcFound = dmarcCheck(record, spfCheck, dkim);
  if (alignment !== 'none' && !isSigned({ dkim, dmarc: dmarcFound })) {
    const elsewhere = (await spf({ ...asked, ip: nobodysAddress(remote) })).status.result;
    spfCheck.plusAll = elsewhere === 'pass';
    if (elsewhere === 'temperror') spfCheck.result = 'temperror';
    dmarcFound = dmarcCheck(record, spfCheck, dkim);
  }
  return {
    fromDomain,
    doubled: guard.doubled,
    spf: spfCheck,
    dkim,
    dmarc: dmarcFound,
    arc: await arcCheck(guard, signed.arc as ARCData | undefined, resolver),
    temporary: dns.hadFault(),
    unreadable: false,
  };
}

/** What dkimVerify gives beyond its declared type. */
type Signature = DKIMResult & {
  signature?: string;
  signingHeaders?: { keys: string };
  canonBodyLengthLimited?: boolean;
};

function dkimCheck(result: Signature, guard: GuardedMail, fromDomain: string): DkimCheck {
  const domain = (result.signingDomain ?? '').toLowerCase();
  const covers = (result.signingHeaders?.keys ?? '').toLowerCase().split(': ');
  // A name that is signed though the mail has no such header cannot be added by anybody either (RFC 6376 5.4.2).
  const absent = (guard.signs.get(result.signature ?? '') ?? []).filter((name) => !guard.names.has(name));
  return {
    result: result.status.result as CheckResult,
    domain,
    selector: result.selector ?? '',
    alignment: domain === '' ? 'none' : alignmentOf(domain, fromDomain, Boolean(result.status.aligned)),
    covers: [...covers, ...absent].filter(Boolean),
    bodyLength: Boolean(result.canonBodyLengthLimited),
    weak: result.status.policy?.['dkim-rules'] === 'weak-key',
  };
}

const alignmentOf = (domain: string, fromDomain: string, sameOrganisation: boolean): Alignment => {
  if (domain.toLowerCase() === fromDomain) return 'exact';
  return sameOrganisation ? 'organisation' : 'none';
};

async function dmarcRecord(
  headerFrom: string,
  spfDomain: string | null,
  signatures: readonly DKIMResult[],
  resolver: DNSResolver,
): Promise<DMARCResult | null> {
  const passed = signatures.filter((one) => one.status.result === 'pass');
  const found = await dmarc({
    headerFrom: [headerFrom],
    spfDomains: spfDomain === null ? [] : [spfDomain],
    dkimDomains: passed.map((one) => ({ domain: one.signingDomain })),
    resolver,
  });
  return found || null;
}

/** Strictness is read from the record here: mailauth falls back to the organisation in any case (`getAlignment`). */
function dmarcCheck(found: DMARCResult | null, sent: SpfCheck, dkim: readonly DkimCheck[]): DmarcCheck {
  const record = found?.rr ?? '';
  const isStrict = (tag: string) => new RegExp(`;\\s*${tag}\\s*=\\s*s\\s*(;|$)`, 'i').test(record);
  const strictDkim = isStrict('adkim');
  const strictSpf = isStrict('aspf');
  const aligned = (alignment: Alignment, strict: boolean) =>
    alignment === 'exact' || (!strict && alignment === 'organisation');
  const passes =
    (sent.result === 'pass' && aligned(sent.alignment, strictSpf)) ||
    dkim.some((one) => one.result === 'pass' && aligned(one.alignment, strictDkim));
  const said = (found?.status.result ?? 'none') as CheckResult;
  return {
    result: said === 'pass' && !passes ? 'fail' : said,
    record: record !== '',
    policy: (found?.policy ?? '').trim().toLowerCase(),
    strictDkim,
    strictSpf,
  };
}

async function arcCheck(
  guard: GuardedMail,
  data: ARCData | undefined,
  resolver: DNSResolver,
): Promise<Authentication['arc']> {
  if (guard.arc === 'none') return { result: 'none', sealer: '', saidDmarc: '' };
  if (guard.arc === 'broken' || data === undefined) return { result: 'fail', sealer: '', saidDmarc: '' };
  const result = await arc(data, { resolver });
  if (result.status.result !== 'pass')
    return { result: result.status.result as CheckResult, sealer: '', saidDmarc: '' };
  const seal = data.lastEntry?.['arc-seal'] as { parsed?: { d?: { value?: unknown } } } | undefined;
  const said: unknown = result.authenticationResults?.['dmarc']?.result;
  return { result: 'pass', sealer: String(seal?.parsed?.d?.value ?? '').toLowerCase(), saidDmarc: String(said ?? '') };
}

/**
 * An address from which no mail can come, in the same quarter of the net as the peer's: a record that lets it pass as
 * well (`+all`, `0.0.0.0/0`, two halves of the net, an include of such) says nothing about the peer (M-1).
 */
function nobodysAddress(remote: string): string {
  if (!isIPv4(remote)) return '2001:db8::1';
  const quarter = Number(remote.split('.')[0]) >> 6;
  return ['0.0.0.1', '100.64.0.1', '169.254.0.1', '240.0.0.1'][quarter] ?? '240.0.0.1';
}

function unproven(guard: GuardedMail, temporary: boolean): Authentication {
  return {
    fromDomain: '',
    doubled: guard.doubled,
    spf: { result: 'none', domain: '', alignment: 'none', plusAll: false, nullSender: false },
    dkim: [],
    dmarc: { result: temporary ? 'temperror' : 'none', record: false, policy: '', strictDkim: false, strictSpf: false },
    arc: { result: 'none', sealer: '', saidDmarc: '' },
    temporary,
    unreadable: !temporary,
  };
}
