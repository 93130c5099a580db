import { describe, expect, test } from '@jest/globals';
import { decodeBody } from '../../src/core/decode.ts';

const base64 = (text: string, encoding: 'utf8' | 'latin1' | 'utf16le' = 'utf8') =>
  Buffer.from(text, encoding).toString('base64');
const LONG = 'Träningen på lördag börjar halv tio i stället för tio. Ta med västar! 🎉';

describe('B-34: base64 bodies', () => {
  test.each([
    ['Swedish and emoji', LONG],
    ['lines', `${LONG}\r\nVi ses\t!\n`],
    ['one more than sixty', 'a'.repeat(46)],
    ['very long', LONG.repeat(300)],
    ['a leave word among spaces', `STOPP${' '.repeat(50)}`],
  ])('%s is decoded', (_name, text) => {
    expect(decodeBody(base64(text))).toEqual({ text, decoded: true });
    expect(decodeBody(` ${base64(text)}\r\n`)).toEqual({ text, decoded: true });
    expect(decodeBody(base64(text).replace(/.{76}/g, '$&\r\n'))).toEqual({ text, decoded: true });
  });

  test.each([
    ['STOP'],
    ['STOPP'],
    [base64('STOPP')],
    [base64('a'.repeat(45))],
    ['STOP'.repeat(16)],
    ['a'.repeat(64)],
    ['0'.repeat(1600)],
    [LONG],
    [LONG.replaceAll(' ', '')],
    [base64(LONG, 'latin1')],
    [base64(LONG, 'utf16le')],
    [base64(`${LONG}\u0000`)],
    [base64(`${LONG}\u001b[2J`)],
    [`${base64(LONG)}=`],
    [`${base64(LONG)}====`],
    [base64(LONG).slice(1)],
    [`${base64('a'.repeat(47)).slice(0, -2)}B=`],
    [base64(LONG).replace(/.{40}/, '$& ')],
    [base64(LONG).replaceAll('A', '-').replace(/^./, '_')],
    [''],
    [' '.repeat(100)],
    ['='.repeat(64)],
  ])('%j is left as it is', (body) => expect(decodeBody(body)).toEqual({ text: body, decoded: false }));
});
