import { describe, expect, test } from '@jest/globals';
import type { InboundText } from '../../src/core/inbound.ts';
import { type Form, parseForm } from '../../src/transport/twilio/form.ts';
import { readInbound } from '../../src/transport/twilio/inboundForm.ts';
import { readReceipt } from '../../src/transport/twilio/receiptForm.ts';

describe('the form is read as the URL standard reads it', () => {
  test.each([
    '',
    '&',
    '&&a=1&&',
    'a',
    'a=',
    '=a',
    '=',
    'a=b=c',
    'a=1&a=2',
    'Body=Hej+p%C3%A5+dig%21&From=%2B46701000001',
    'Body=a%2Bb+c%20d',
    'Body=%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9',
    'Body=%',
    'Body=%%%&To=1',
    'Body=100%+sure',
    'Body=%zz%41',
    'Body=%C3',
    'Body=%C3%28+%2B',
    'Body=%ED%A0%80',
    'Body=%FF%FEx',
    'Body=%00',
    'a%3Db=c%26d',
    'a%zz=1',
    'Body=rå+text',
    '__proto__=1&constructor=2&a[b]=3',
  ])('%s', (text) => {
    const expected = [...new URLSearchParams(text)];
    expect(parseForm(text, 200)?.map(({ name, value }) => [name, value])).toEqual(expected);
  });

  test('past the limit there is no form', () => {
    expect(parseForm('a=1&b=2&&c=3', 3)).toHaveLength(3);
    expect(parseForm('a=1&b=2&c=3&d=4', 3)).toBeNull();
  });
});

const form = (fields: Record<string, string>): Form => Object.entries(fields).map(([name, value]) => ({ name, value }));
const SID = `SM${'0a'.repeat(16)}`;
const SMS = {
  MessageSid: SID,
  AccountSid: `AC${'0'.repeat(32)}`,
  From: '+46701000001',
  To: '+46766861001',
  Body: 'START',
  NumMedia: '0',
};
const READ: InboundText = {
  providerId: SID,
  from: '+46701000001',
  to: '+46766861001',
  text: 'START',
  mediaCount: 0,
  missingPart: false,
  optOut: null,
  providerAt: null,
};

describe('an inbound text', () => {
  test.each<[string, Record<string, string>, Partial<InboundText>]>([
    ['as it is', {}, {}],
    ['without text', { Body: '' }, { text: '' }],
    ['text word for word', { Body: ' \u202eSTOPP.\r\n\u0000 ' }, { text: ' \u202eSTOPP.\r\n\u0000 ' }],
    ['a picture', { NumMedia: '2', Body: '' }, { mediaCount: 2, text: '' }],
    ['absurd counts', { NumMedia: '99999999999999999999', NumSegments: '-1e9' }, {}],
    ['a negative count', { NumMedia: '-1' }, {}],
    ['a broken count', { NumMedia: '1.5' }, {}],
    ['opted out at Twilio', { OptOutType: 'STOP' }, { optOut: 'STOP' }],
    ['opted in at Twilio', { OptOutType: 'START' }, { optOut: 'START' }],
    ['helped by Twilio', { OptOutType: 'HELP' }, { optOut: 'HELP' }],
    ['a type that Twilio does not have', { OptOutType: 'stop' }, {}],
    ['a missing part (B-35)', { ErrorCode: '30009' }, { missingPart: true }],
    ['another error', { ErrorCode: '30008' }, {}],
    ['a name as sender (B-31)', { From: 'MyBank' }, { from: 'MyBank' }],
    ['no sender (B-31)', { From: '' }, { from: '' }],
    ['fields of the future', { NewParam2027: 'x', __proto__x: 'y' }, {}],
  ])('%s', (_name, changed, expected) => {
    expect(readInbound(form({ ...SMS, ...changed }))).toEqual({ ...READ, ...expected });
  });

  test.each(['MessageSid', 'From', 'To'])('without %s it is none', (name) => {
    expect(readInbound(form(SMS).filter((one) => one.name !== name))).toBeNull();
  });

  test.each(['', `${SID}NumMedia0`, `${SID} `, 'SM/../x', 'x'.repeat(5000)])(
    'an id that Twilio would not give: case %#',
    (MessageSid) => {
      expect(readInbound(form({ ...SMS, MessageSid }))).toBeNull();
    },
  );
});

describe('a receipt', () => {
  const STATUS = { MessageSid: SID, MessageStatus: 'sent', SmsStatus: 'sent' };
  test.each([
    ['queued', 'accepted'],
    ['accepted', 'accepted'],
    ['scheduled', 'accepted'],
    ['sending', 'accepted'],
    ['sent', 'sent'],
    ['partially_delivered', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['undelivered', 'undelivered'],
    ['failed', 'failed'],
  ])('%s is %s', (MessageStatus, status) => {
    expect(readReceipt(form({ ...STATUS, MessageStatus }), 7, 99)).toEqual({
      deliveryId: 7,
      providerId: SID,
      status,
      reason: null,
      at: 99,
    });
  });

  test.each<[Record<string, string>, string | null]>([
    [{ ErrorCode: '30003' }, '30003'],
    [{ ErrorCode: '0' }, null],
    [{ ErrorCode: '' }, null],
    [{ ErrorCode: '+46701000001' }, null],
    [{ ErrorCode: '99999999999999999999' }, null],
    [{ MessageStatus: 'canceled' }, 'canceled'],
  ])('why: %j', (changed, reason) => {
    expect(readReceipt(form({ ...STATUS, MessageStatus: 'failed', ...changed }), 7, 99)).toMatchObject({
      status: 'failed',
      reason,
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['a state of the future', { MessageStatus: 'teleported' }, 'ignored'],
    ['an inbound state', { MessageStatus: 'received' }, 'ignored'],
    ['a state that is a property of objects', { MessageStatus: 'constructor' }, 'ignored'],
    ['no id', { MessageSid: '' }, 'malformed'],
    ['no state', { MessageStatus: '' }, 'malformed'],
  ])('%s', (_name, changed, expected) => {
    expect(readReceipt(form({ ...STATUS, ...changed }), 7, 99)).toBe(expected);
  });

  test('the older name of the state does as well', () => {
    expect(readReceipt(form({ MessageSid: SID, SmsStatus: 'delivered' }), 7, 99)).toMatchObject({
      status: 'delivered',
    });
  });
});
