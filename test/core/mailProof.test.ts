import { describe, expect, test } from '@jest/globals';
import type { MailContent } from '../../src/core/mail.ts';
import {
  type Authentication,
  type DkimCheck,
  mailProof,
  PROOF_REASONS,
  type ProofReason,
  type SpfCheck,
} from '../../src/core/mailProof.ts';

const COVERED = ['from', 'to', 'subject', 'date', 'content-type'];
const SPF: SpfCheck = { result: 'pass', domain: 'p12.se', alignment: 'exact', plusAll: false, nullSender: false };
const NO_SPF: SpfCheck = { ...SPF, result: 'fail', alignment: 'none' };
const OTHER_SPF: SpfCheck = { ...SPF, domain: 'else.example', alignment: 'none' };
const DKIM: DkimCheck = {
  ...{ result: 'pass', domain: 'p12.se', selector: 's1', alignment: 'exact', covers: COVERED },
  ...{ bodyLength: false, weak: false },
};
const RECORD: Authentication['dmarc'] = {
  ...{ result: 'pass', record: true, policy: 'reject', strictDkim: false, strictSpf: false },
};
const NO_RECORD: Authentication['dmarc'] = { ...RECORD, result: 'none', record: false, policy: '' };

const checks = (change: Partial<Authentication> = {}): Authentication => ({
  ...{ fromDomain: 'p12.se', doubled: [], spf: SPF, dkim: [DKIM], dmarc: RECORD },
  ...{ arc: { result: 'none', sealer: '', saidDmarc: '' }, temporary: false, unreadable: false },
  ...change,
});
const content = (change: Partial<MailContent> = {}): MailContent => ({
  ...{ messageId: '<1@p12.se>', subject: 'Hej', fromHeaders: 1, from: ['anna@p12.se'], fromOdd: false },
  ...{ fromName: '', to: ['p12@lists.example'], text: 'Hej', attachments: [], report: null, damaged: [] },
  headers: ['from', 'to', 'subject', 'date', 'message-id', 'content-type', 'received', 'received'].map((name) => ({
    name,
    value: 'x',
  })),
  ...change,
});

describe('M-1: proven', () => {
  const subdomain = { domain: 'mejl.p12.se', alignment: 'organisation' as const };
  const rows: [string, Partial<Authentication>, string][] = [
    ['DMARC by SPF and DKIM', {}, 'dmarc'],
    ['DMARC by SPF alone', { dkim: [] }, 'dmarc'],
    ['DMARC by DKIM alone: forwarded', { spf: OTHER_SPF }, 'dmarc'],
    ['DMARC by the organisation’s DKIM', { spf: NO_SPF, dkim: [{ ...DKIM, ...subdomain }] }, 'dmarc'],
    ['DMARC by the organisation’s SPF', { spf: { ...SPF, ...subdomain }, dkim: [] }, 'dmarc'],
    ['DMARC says p=none and passes', { dmarc: { ...RECORD, policy: 'none' } }, 'dmarc'],
    ['SPF’s lookup failed, DKIM proves', { spf: { ...NO_SPF, result: 'temperror' }, temporary: true }, 'dmarc'],
    ['DKIM with SPF need not cover all', { dkim: [{ ...DKIM, covers: ['from'] }] }, 'dmarc'],
    ['one of two signatures is whole', { spf: NO_SPF, dkim: [{ ...DKIM, bodyLength: true }, DKIM] }, 'dmarc'],
    ['no record, DKIM exact', { dmarc: NO_RECORD, spf: NO_SPF }, 'dkim'],
    ['no record, SPF exact', { dmarc: NO_RECORD, dkim: [] }, 'spf'],
    ['SPF +all beside a whole signature', { spf: { ...SPF, plusAll: true } }, 'dmarc'],
  ];
  test.each(rows)('%s', (_, change, by) => {
    expect(mailProof(content(), checks(change))).toMatchObject({
      ...{ from: 'anna@p12.se', proven: true, by, reasons: [] },
    });
  });

  test('ASCII case is no difference', () => {
    expect(mailProof(content({ from: ['ANNA@P12.SE'] }), checks())).toMatchObject({
      from: 'anna@p12.se',
      proven: true,
    });
  });
});

describe('M-1: not proven, by From and headers', () => {
  const twice = (name: string) => ({ headers: [...content().headers, { name, value: 'y' }] });
  const rows: [string, Partial<MailContent>, Partial<Authentication>, ProofReason[]][] = [
    ['no From', { fromHeaders: 0, from: [] }, {}, ['from_missing']],
    ['two From headers', { fromHeaders: 2, from: ['anna@p12.se'] }, {}, ['from_many']],
    ['two mailboxes', { from: ['anna@p12.se', 'x@evil.example'] }, {}, ['from_many']],
    ['a mailbox that is not plain', { from: [], fromOdd: true }, {}, ['from_odd']],
    ['one plain and one odd', { fromOdd: true }, {}, ['from_odd']],
    ['a Cyrillic а', { from: ['аnna@p12.se'] }, {}, ['from_odd']],
    ['a full-width letter, that NFKC would fold', { from: ['ａnna@p12.se'] }, {}, ['from_odd']],
    ['a long s, that case folding would make an s', { from: ['anna@p12.ſe'] }, {}, ['from_odd']],
    ['the checks read another From', {}, { fromDomain: 'evil.example' }, ['from_unclear']],
    ['the checks read none', {}, { fromDomain: '' }, ['from_unclear']],
    ...['from', 'subject', 'to', 'date', 'message-id', 'content-type', 'Subject '].map(
      (name): (typeof rows)[number] => [`two of ${name}`, twice(name), {}, ['doubled']],
    ),
    ['two of one as the checks count', {}, { doubled: ['subject'] }, ['doubled']],
    ['built so that it cannot be checked', {}, { unreadable: true, fromDomain: '' }, ['unreadable']],
    ['DNS gave out before anything was read', {}, { temporary: true, fromDomain: '' }, ['dns']],
  ];
  test.each(rows)('%s', (_, mail, change, reasons) => {
    expect(mailProof(content(mail), checks(change))).toMatchObject({ proven: false, by: '', reasons });
  });

  test('two of a header that may be there twice is nothing', () => {
    expect(mailProof(content(twice('received')), checks()).proven).toBe(true);
  });
});

describe('M-1: not proven, by what was checked', () => {
  const fails = { ...RECORD, result: 'fail' as const };
  const strict = { ...RECORD, strictDkim: true, strictSpf: true };
  const organisation = { domain: 'mejl.p12.se', alignment: 'organisation' as const };
  const without = (name: string): Partial<Authentication> => ({
    spf: OTHER_SPF,
    dkim: [{ ...DKIM, covers: COVERED.filter((other) => other !== name) }],
  });
  const rows: [string, Partial<Authentication>, ProofReason[]][] = [
    ['nothing passes', { dmarc: fails, spf: NO_SPF, dkim: [] }, ['dmarc_fail', 'spf_fail', 'dkim_none']],
    [
      'no record at all',
      { dmarc: NO_RECORD, spf: { ...NO_SPF, result: 'none' }, dkim: [] },
      ['no_dmarc', 'spf_none', 'dkim_none'],
    ],
    [
      'softfail',
      { dmarc: fails, spf: { ...NO_SPF, result: 'softfail' }, dkim: [] },
      ['dmarc_fail', 'spf_fail', 'dkim_none'],
    ],
    [
      'SPF and DKIM of somebody else',
      { dmarc: fails, spf: OTHER_SPF, dkim: [{ ...DKIM, alignment: 'none' }] },
      ['dmarc_fail', 'spf_other', 'dkim_other'],
    ],
    ['DMARC fails though both pass exactly', { dmarc: fails }, ['dmarc_fail']],
    [
      'strict, and only the organisation passes',
      { dmarc: strict, spf: { ...SPF, ...organisation }, dkim: [{ ...DKIM, ...organisation }] },
      ['spf_other', 'dkim_other'],
    ],
    [
      'no record, SPF of the organisation',
      { dmarc: NO_RECORD, spf: { ...SPF, ...organisation }, dkim: [] },
      ['no_dmarc', 'spf_other', 'dkim_none'],
    ],
    [
      'no record, DKIM of the organisation',
      { dmarc: NO_RECORD, spf: NO_SPF, dkim: [{ ...DKIM, ...organisation }] },
      ['no_dmarc', 'spf_fail', 'dkim_other'],
    ],
    ['SPF +all through DMARC', { spf: { ...SPF, plusAll: true }, dkim: [] }, ['spf_plus_all', 'dkim_none']],
    [
      'SPF +all alone',
      { dmarc: NO_RECORD, spf: { ...SPF, plusAll: true }, dkim: [] },
      ['no_dmarc', 'spf_plus_all', 'dkim_none'],
    ],
    ['DKIM l= through DMARC', { spf: NO_SPF, dkim: [{ ...DKIM, bodyLength: true }] }, ['spf_fail', 'dkim_length']],
    [
      'DKIM l= alone',
      { dmarc: NO_RECORD, spf: NO_SPF, dkim: [{ ...DKIM, bodyLength: true }] },
      ['no_dmarc', 'spf_fail', 'dkim_length'],
    ],
    [
      'both that prove nothing',
      { spf: { ...SPF, plusAll: true }, dkim: [{ ...DKIM, bodyLength: true }] },
      ['spf_plus_all', 'dkim_length'],
    ],
    [
      'a weak key',
      { dmarc: fails, spf: NO_SPF, dkim: [{ ...DKIM, result: 'policy', weak: true }] },
      ['dmarc_fail', 'spf_fail', 'dkim_weak'],
    ],
    ['SHA-1', { spf: NO_SPF, dkim: [{ ...DKIM, weak: true }] }, ['spf_fail', 'dkim_weak']],
    [
      'a broken signature',
      { dmarc: fails, spf: NO_SPF, dkim: [{ ...DKIM, result: 'fail' }] },
      ['dmarc_fail', 'spf_fail', 'dkim_fail'],
    ],
    ...COVERED.map((name): (typeof rows)[number] => [
      `DKIM alone without ${name}`,
      without(name),
      ['spf_other', 'dkim_headers'],
    ]),
    [
      'DKIM alone without a subject, no record',
      { ...without('subject'), dmarc: NO_RECORD },
      ['no_dmarc', 'spf_other', 'dkim_headers'],
    ],
    [
      'DKIM without a subject beside +all',
      { dkim: without('subject').dkim ?? [], spf: { ...SPF, plusAll: true } },
      ['spf_plus_all', 'dkim_headers'],
    ],
    [
      'the null sender’s SPF is the peer’s name',
      { dmarc: NO_RECORD, spf: { ...SPF, nullSender: true }, dkim: [] },
      ['no_dmarc', 'spf_other', 'dkim_none'],
    ],
    ['DMARC’s lookup failed', { dmarc: { ...NO_RECORD, result: 'temperror' }, temporary: true }, ['dns']],
    [
      'DKIM’s and SPF’s lookups failed',
      {
        dmarc: fails,
        spf: { ...NO_SPF, result: 'temperror' },
        dkim: [{ ...DKIM, result: 'temperror' }],
        temporary: true,
      },
      ['dns', 'dmarc_fail'],
    ],
    [
      'ARC of anybody is no proof',
      { dmarc: fails, spf: NO_SPF, dkim: [], arc: { result: 'pass', sealer: 'evil.example', saidDmarc: 'pass' } },
      ['dmarc_fail', 'spf_fail', 'dkim_none'],
    ],
  ];
  test.each(rows)('%s', (_, change, reasons) => {
    const proof = mailProof(content(), checks(change));
    expect(proof).toMatchObject({ from: 'anna@p12.se', proven: false, by: '', reasons });
    for (const reason of proof.reasons) expect(PROOF_REASONS).toContain(reason);
  });
});

test('the results are shown as the checks gave them', () => {
  const dkim = [{ ...DKIM, result: 'fail' as const }, DKIM];
  const arc = { result: 'pass' as const, sealer: 'forwarder.example', saidDmarc: 'pass' };
  expect(mailProof(content(), checks({ dkim, arc }))).toMatchObject({
    ...{ spf: 'pass', dkim: 'pass', dmarc: 'pass', arc: 'pass (forwarder.example)' },
  });
  expect(mailProof(content(), checks({ dkim: [] })).dkim).toBe('none');
});
