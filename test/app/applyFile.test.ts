import { describe, expect, test } from '@jest/globals';
import { readApplyFile } from '../../src/app/applyFile.ts';
import { fixture } from './world.ts';

const errorsOf = (source: string): string[] => {
  const read = readApplyFile(source);
  return read.ok ? [] : read.errors.map(({ line, message }) => `${line}: ${message}`);
};
const fileOf = (source: string) => {
  const read = readApplyFile(source);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.file;
};

const HEAD = 'organisation: { name: Lunds IK }\n';
const book = (more: string) =>
  `${HEAD}numbers: [{ number: "+46766861001", provider: simulator }]\nbooks:\n  - name: P12\n    address: p12\n    number: "+46766861001"\n    ${more}\n`;

describe('what a file says', () => {
  test('the whole of document 5, every address in its normal form', () => {
    const file = fileOf(fixture('p12.yaml'));
    expect(file.organisation).toMatchObject({ name: 'Lunds IK', locale: 'sv', country: 'SE', contact: '046-12 34 56' });
    expect(file.numbers).toEqual([
      { line: 4, e164: '+46766861001', provider: 'twilio', partsPerSecond: 10, providerKeywords: 'default' },
    ]);
    expect(file.books[0]).toMatchObject({
      line: 6,
      address: 'p12',
      smsName: 'P12',
      confirmAbove: 100,
      writers: ['+46701000001', 'coach@example.se'],
      functionaries: ['+46701000002', 'board@example.se'],
      members: [
        { line: 21, phone: '+46701000003', mail: null, name: 'Anna Lind', labels: null },
        { line: 22, phone: null, mail: 'bo@example.se', name: 'Bo Ek', labels: null },
        { line: 23, phone: '+46701000004', mail: 'cia@example.se', name: 'Cia Berg', labels: ['U12', 'målvakt'] },
      ],
    });
    expect(file.users).toEqual([{ line: 25, mail: 'admin@example.se', role: 'admin', access: ['p12'] }]);
  });

  test.each([
    ['reply_to: nobody', 'books[1].reply_to'],
    ['long_mail: cut', 'books[1].long_mail'],
    ['writers: [{ address: nobody }]', 'books[1].writers[1].address "nobody" is neither'],
    ['writers: [{ address: a@example.se, confirm: sometimes }]', 'books[1].writers[1].confirm'],
    ['writers: [{ address: "+46701000003", confirm: always }]', 'only mails are confirmed with a link'],
    ['writers: [{ adress: a@example.se }]', 'adress'],
    ['writers: [7]', 'books[1].writers[1]'],
    ['writers: [null]', 'books[1].writers[1]'],
    ['writers: [[a@example.se]]', 'books[1].writers[1]'],
  ])('%s is an error on its line', (line, message) => {
    expect(errorsOf(book(line))).toContainEqual(expect.stringMatching(/^7: /));
    expect(errorsOf(book(line)).join('\n')).toContain(message);
  });

  test('whose sign-in needs a second step', () => {
    expect(fileOf('organisation: { name: Lunds IK, second_step: admins }').organisation.secondStep).toBe('admins');
    expect(errorsOf('organisation: { name: Lunds IK, second_step: all }')[0]).toContain('organisation.second_step');
  });

  test.each([
    ['confirm_above: off', { confirmAbove: null }],
    ['confirm_above: false', { confirmAbove: null }],
    ['confirm_above: 0', { confirmAbove: 0 }],
    ['quiet_hours: off', { quietHours: null }],
    ['quiet_hours: "21:00-07:00"', { quietHours: '21:00-07:00' }],
    ['latest_hours: 0.5', { latestAfterMs: 1_800_000 }],
    ['header: ""', { header: '' }],
    ['keyword: p12', { keyword: 'P12' }],
    ['keyword: 2012', { keyword: '2012' }],
    ['keyword: 0x1F', { keyword: '0X1F' }],
    ['keyword: null', { keyword: null }],
    ['members: [{ phone: 0701000003 }]', { members: [expect.objectContaining({ phone: '+46701000003' })] }],
    ['members: [{ phone: +46701000003 }]', { members: [expect.objectContaining({ phone: '+46701000003' })] }],
    ['writers: [0701000003, 0701000003]', { writers: ['+46701000003'] }],
    ['members:', { members: [] }],
    ['reply_to: book', { replyTo: 'book' }],
    ['long_mail: refuse', { longMail: 'refuse' }],
    ['subject_first: true', { subjectFirst: true }],
    ['join_page: off', { joinPage: null }],
    ['join_page: { ask: phone }', { joinPage: { ask: 'phone' } }],
    ['join_page: { ask: either, consent: Ja tack. }', { joinPage: { ask: 'either', consent: 'Ja tack.' } }],
    [
      'writers: [{ address: Maja@Example.se, confirm: always }, { address: bo@example.se, confirm: in_doubt }, 0701000003]',
      {
        writers: ['maja@example.se', 'bo@example.se', '+46701000003'],
        confirming: { 'maja@example.se': true, 'bo@example.se': false },
      },
    ],
    ['writers: [{ address: 0701000003 }]', { writers: ['+46701000003'], confirming: {} }],
  ])('%s', (line, wanted) => {
    expect(fileOf(book(line)).books[0]).toMatchObject(wanted);
  });

  test('a name of figures is a name', () => {
    expect(fileOf('organisation: { name: 2012 }').organisation.name).toBe('2012');
  });

  test('numbers are read with the country of the file, else with that of the organisation', () => {
    const source = 'organisation: { name: TSV }\nnumbers: [{ number: 0151 23456789, provider: simulator }]';
    const read = readApplyFile(source, (name) => (name === 'TSV' ? 'DE' : 'SE'));
    expect(read.ok && read.file.numbers[0]?.e164).toBe('+4915123456789');
  });

  test('what a file does not name is not in it', () => {
    expect(fileOf(book('footer: false')).books[0]?.header).toBeUndefined();
  });
});

describe('every error, with its line', () => {
  test('all of them at once, in the order of the file', () => {
    expect(errorsOf(fixture('errors.yaml'))).toEqual([
      '1: organisation.timezone is no time zone; write one such as Europe/Stockholm',
      '3: numbers[1].parts_per_second must be a whole number from 1 to 10000',
      '4: numbers[2].number "12" is no phone number; write it as +46701740605 or 070-174 06 05',
      '4: numbers[2].provider must be one of twilio, simulator',
      '6: books[1].number is missing',
      '7: books[1].address must be small letters and digits, with dots, dashes and underscores between them',
      '8: books[1].keyword "STOPP" is a leave, join or help word and cannot be a keyword',
      '9: books[1].confirm_above must be a whole number from 0, or off',
      '10: books[1].writers[2] "nobody" is neither a mobile number nor a mail address',
      '12: books[1].members[1].phone "08-123 45 67" is no mobile number; write it as +46701740605 or 070-174 06 05',
      '13: books[1].members[2] needs a phone or a mail address',
      '14: books[1].members[3].mail "cia@example" is no mail address',
      '14: books[1].members[3].nmae is not a setting here',
      '15: books[2].sms_name must be at most 20 plain SMS characters',
      '16: books[3].address "p14" stands on line 15 already',
      '18: users[1].role must be one of operator, admin, sender, viewer',
    ]);
  });

  test.each([
    ['nothing', '', [/^1: the file must have the parts/]],
    ['a list', '- a\n- b', [/^1: the file must have the parts/]],
    ['no organisation', 'books: []', [/^1: organisation is missing/]],
    ['an unknown part', `${HEAD}boks: []`, [/^2: boks is not a setting here/]],
    ['a setting twice', `${HEAD}books: []\nbooks: []`, [/^3: Map keys must be unique/]],
    ['broken YAML', `${HEAD}books: [`, [/^2: .+/]],
    ['a tab for indenting', 'organisation:\n\tname: x', [/^2: .+/]],
    ['an alias of nothing', `${HEAD}books: *nothing`, [/^2: \*nothing stands for nothing/]],
    ['a country that is none', 'organisation: { name: x, country: XX }', [/^1: organisation.country is no country/]],
    [
      'parts_per_second: 0',
      `${HEAD}numbers:\n  - { number: "+46766861001", provider: twilio, parts_per_second: 0 }`,
      [/^3: .*from 1/],
    ],
    [
      'parts_per_second: fast',
      `${HEAD}numbers:\n  - { number: "+46766861001", provider: twilio, parts_per_second: fast }`,
      [/^3: .*whole number/],
    ],
    ['a keyword of two words', book('keyword: P 12'), [/^7: .*one word/]],
    ['HJÄLP as keyword', book('keyword: hjälp'), [/^7: .*cannot be a keyword/]],
    ['START as keyword', book('keyword: START'), [/^7: .*cannot be a keyword/]],
    ['quiet hours that are none', book('quiet_hours: "21-07"'), [/^7: .*21:00-07:00/]],
    ['members that are no list', book('members: { phone: 0701000003 }'), [/^7: .*must be a list/]],
    ['yes is not true in YAML 1.2', book('footer: yes'), [/^7: .*true or false/]],
  ])('%s', (_, source, wanted) => {
    const errors = errorsOf(source);
    expect(errors).toHaveLength(wanted.length);
    for (const [index, pattern] of wanted.entries()) expect(errors[index]).toMatch(pattern);
  });

  test('a file that unfolds into millions of rows is refused', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((key, i) => `${key}: &${key} [${Array(20).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
    ];
    expect(errorsOf(bomb.join('\n')).join()).toContain('more than 100 references');
  });
});
