/** Named characters that mail programs write (HTML 4.01, 24); the rest they write as they are or as a number. */
const LATIN =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'.split(
    ' ',
  );
const NAMED = new Map<string, string>([
  ...LATIN.map((name, at): [string, string] => [name, String.fromCharCode(160 + at)]),
  ...Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", euro: '€', trade: '™', hellip: '…' }),
  ...Object.entries({
    lsquo: '‘',
    rsquo: '’',
    sbquo: '‚',
    ldquo: '“',
    rdquo: '”',
    bdquo: '„',
    lsaquo: '‹',
    rsaquo: '›',
  }),
  ...Object.entries({ ndash: '–', mdash: '—', bull: '•', dagger: '†', permil: '‰', minus: '−', larr: '←', rarr: '→' }),
  ...Object.entries({ ensp: ' ', emsp: ' ', thinsp: ' ', zwnj: '', zwj: '\u200d', lrm: '', rlm: '', hearts: '♥' }),
  ...Object.entries({ oelig: 'œ', OElig: 'Œ', scaron: 'š', Scaron: 'Š', check: '✓', newline: '\n', tab: '\t' }),
]);

/** A number that names no character, or a control, is dropped; windows-1252's quotes and dashes are what is meant. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Octets, one a character, as windows-1252. Node 20's own decoder of that name leaves these 32 as controls. */
export const windows1252 = (octets: string): string =>
  octets.replace(/[\x80-\x9f]/g, (octet) => WINDOWS.charAt(octet.charCodeAt(0) - 128));

function numbered(code: number): string {
  if (code >= 128 && code < 160) return WINDOWS.charAt(code - 128);
  if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return '';
  return String.fromCodePoint(code);
}

/** Turns `&aring;`, `&#229;` and `&#xe5;` into the character; what is none stays as it was written. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]{1,8}));?/gi, (whole, hex, dec, name) => {
    if (hex !== undefined) return numbered(Number.parseInt(hex, 16));
    if (dec !== undefined) return numbered(Number(dec));
    return NAMED.get(name) ?? NAMED.get(name.toLowerCase()) ?? whole;
  });
}
