import { readMail } from './address.ts';
import type { MailContent, MailProof } from './mail.ts';

/** As RFC 8601 names results, without the few that nobody gives. */
export type CheckResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'policy' | 'temperror' | 'permerror';

/** How a checked domain stands to the one in From: the same, only of the same organisation, or another. */
export type Alignment = 'exact' | 'organisation' | 'none';

export type SpfCheck = {
  result: CheckResult;
  /** What was looked up: the envelope sender's domain, or the peer's own name for the null sender. */
  domain: string;
  alignment: Alignment;
  /**
   * It passes for every address on the net (`+all`, `0.0.0.0/0` and the like), so it says nothing. Only looked for where
   * something hangs on SPF: where it passes in line with From and no signature proves the mail (`isSigned`).
   */
  plusAll: boolean;
  /** The null sender: a mail that nobody may answer. */
  nullSender: boolean;
};

export type DkimCheck = {
  result: CheckResult;
  domain: string;
  selector: string;
  alignment: Alignment;
  /** Header names in lower case that nobody can change, add or take away without breaking the signature. */
  covers: readonly string[];
  /** It has `l=`: whatever follows those octets is not signed. */
  bodyLength: boolean;
  /** SHA-1, or an RSA key under 1024 bits (RFC 8301). */
  weak: boolean;
};

export type DmarcCheck = {
  result: CheckResult;
  /** There is exactly one DMARC record for the domain or its organisation. */
  record: boolean;
  /** `none`, `quarantine`, `reject`, '' = no record. Never permission to send: only a pass is. */
  policy: string;
  strictDkim: boolean;
  strictSpf: boolean;
};

/** What the checks found, as plain data; transport/smtp/authenticate.ts makes it. */
export type Authentication = {
  /** Domain of the one address in From as the checks read it; '' = there was not exactly one. */
  fromDomain: string;
  /** Headers of which a mail has one, and this one has more. */
  doubled: readonly string[];
  spf: SpfCheck;
  dkim: readonly DkimCheck[];
  dmarc: DmarcCheck;
  /** A hint for the page, never a proof: anybody can seal (RFC 8617 9.4). */
  arc: { result: CheckResult; sealer: string; saidDmarc: string };
  /** A lookup got no answer, or the time for all lookups ran out. */
  temporary: boolean;
  /** Built so that checking it would stop the door: header block too large, endless lines. It was not checked. */
  unreadable: boolean;
};

/**
 * Why a mail is not proven; the toolbox has a sentence for each (`mail.proof.<code>`). `late`: the checks did not end in
 * time, or the door did not wait for them.
 */
export const PROOF_REASONS = [
  'from_missing',
  'from_many',
  'from_odd',
  'from_unclear',
  'doubled',
  'unreadable',
  'late',
  'dns',
  'dmarc_fail',
  'no_dmarc',
  'spf_none',
  'spf_fail',
  'spf_other',
  'spf_plus_all',
  'dkim_none',
  'dkim_fail',
  'dkim_other',
  'dkim_length',
  'dkim_weak',
  'dkim_headers',
] as const;
export type ProofReason = (typeof PROOF_REASONS)[number];

/** RFC 5322 3.6 allows one of each; with two, the checks may read one and people the other. */
export const SINGLE_HEADERS = ['from', 'subject', 'to', 'date', 'message-id', 'content-type'] as const;

/** M-1: what a signature that stands alone must cover, or its text could be shown under another subject or as another kind. */
const COVERED = ['from', 'to', 'subject', 'date', 'content-type'];

/** Row M-1, as far as it is about who wrote the mail; the book's address in To and machines' mail are decided elsewhere. */
export function mailProof(content: MailContent, checks: Authentication): MailProof {
  const { from, reasons } = readFrom(content);
  if (isDoubled(content, checks)) reasons.push('doubled');
  // Two readings of one From are two mails: the one that is checked, and the one that is believed.
  const unclear = from !== '' && checks.fromDomain !== from.slice(from.lastIndexOf('@') + 1);
  if (checks.unreadable) reasons.push('unreadable');
  else if (unclear) reasons.push(checks.temporary && checks.fromDomain === '' ? 'dns' : 'from_unclear');
  const readable = from !== '' && !checks.unreadable && !unclear;
  const found = readable ? provenBy(checks) : '';
  if (readable && found === '') reasons.push(...whyNot(checks));
  const by = reasons.length === 0 ? found : '';
  return {
    from,
    proven: by !== '',
    by,
    reasons,
    spf: checks.spf.result,
    dkim: (checks.dkim.find((one) => one.result === 'pass') ?? checks.dkim[0])?.result ?? 'none',
    dmarc: checks.dmarc.result,
    arc: checks.arc.sealer === '' ? checks.arc.result : `${checks.arc.result} (${checks.arc.sealer})`,
  };
}

function readFrom(content: MailContent): { from: string; reasons: ProofReason[] } {
  if (content.fromHeaders === 0) return { from: '', reasons: ['from_missing'] };
  if (content.fromHeaders > 1 || content.from.length > 1) return { from: '', reasons: ['from_many'] };
  const read = readMail(content.from[0] ?? '');
  if (content.fromOdd || !read.ok) return { from: '', reasons: ['from_odd'] };
  return { from: read.mail, reasons: [] };
}

function isDoubled(content: MailContent, checks: Authentication): boolean {
  if (checks.doubled.length > 0) return true;
  return SINGLE_HEADERS.some(
    (single) => content.headers.filter((header) => header.name.trim().toLowerCase() === single).length > 1,
  );
}

/** Without a record only the identical domain counts: who holds a sub-domain does not speak for the domain (M-1). */
function isAligned(alignment: Alignment, record: boolean, strict: boolean): boolean {
  return alignment === 'exact' || (record && !strict && alignment === 'organisation');
}

const spfAligned = ({ spf, dmarc }: Authentication): boolean =>
  spf.result === 'pass' && !spf.nullSender && isAligned(spf.alignment, dmarc.record, dmarc.strictSpf);

const dkimAligned = ({ dkim, dmarc }: Pick<Authentication, 'dkim' | 'dmarc'>): DkimCheck[] =>
  dkim.filter((one) => isAligned(one.alignment, dmarc.record, dmarc.strictDkim));

const isWhole = (one: DkimCheck): boolean => one.result === 'pass' && !one.bodyLength && !one.weak;

const coversAll = (one: DkimCheck): boolean => COVERED.every((name) => one.covers.includes(name));

/** A signature of the sender's own that needs nothing beside it. */
export const isSigned = (checks: Pick<Authentication, 'dkim' | 'dmarc'>): boolean =>
  dkimAligned(checks).some((one) => isWhole(one) && coversAll(one));

function provenBy(checks: Authentication): MailProof['by'] {
  const { dmarc, spf } = checks;
  if (dmarc.result !== (dmarc.record ? 'pass' : 'none')) return '';
  const signed = isSigned(checks);
  if (!signed && !(spfAligned(checks) && !spf.plusAll)) return '';
  if (dmarc.record) return 'dmarc';
  return signed ? 'dkim' : 'spf';
}

function whyNot(checks: Authentication): ProofReason[] {
  const { dmarc, spf } = checks;
  const reasons: ProofReason[] = [];
  if (checks.temporary) reasons.push('dns');
  if (dmarc.record && dmarc.result !== 'pass') reasons.push('dmarc_fail');
  if (dmarc.result === 'none') reasons.push('no_dmarc');
  if (spfAligned(checks)) {
    if (spf.plusAll) reasons.push('spf_plus_all');
  } else if (spf.result === 'pass') reasons.push('spf_other');
  else if (spf.result !== 'temperror') reasons.push(spf.result === 'none' ? 'spf_none' : 'spf_fail');
  const signature = whyNotSigned(checks);
  if (signature !== null) reasons.push(signature);
  return reasons;
}

function whyNotSigned(checks: Authentication): ProofReason | null {
  if (checks.dkim.every((one) => one.result === 'none')) return 'dkim_none';
  const own = dkimAligned(checks);
  if (own.length === 0) return 'dkim_other';
  if (own.some((one) => isWhole(one) && !coversAll(one))) return 'dkim_headers';
  if (own.some((one) => one.bodyLength)) return 'dkim_length';
  if (own.some((one) => one.weak)) return 'dkim_weak';
  if (own.some(isWhole) || own.every((one) => one.result === 'temperror')) return null;
  return 'dkim_fail';
}
