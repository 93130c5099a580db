/**
 * Letters of other scripts that a reader takes for a Latin one (Cyrillic, Greek, Armenian, Cherokee, Lisu, small
 * capitals, letters in black circles), and stroked letters, which no decomposition takes apart. Folded for leaving
 * only (design 2, "Normal form"): a look-alike STOPP leaves, a look-alike START does not join (B-3).
 *
 * Written per Latin letter; both cases are listed, for Н looks like H and н looks like h.
 */
const LOOK_ALIKES: Record<string, string> = {
  a: 'АаΑαɑᴀꓮᎪȺⱥ🅐',
  b: 'ВвΒβЬьʙᏴꓐƀɃ🅑',
  c: 'СсᴄᏟꓚȼȻ🅒',
  d: 'ԁᴅᎠꓓđĐðÐɖƉ🅓',
  e: 'ЕеΕεҽᴇᎬꓰɇɆ🅔',
  f: 'ҒғϜꜰꓝ🅕',
  g: 'ԌɡɢᏀꓖǥǤ🅖',
  h: 'НнһҺΗʜᎻꓧħĦ🅗',
  i: 'ІіΙιıɪᎥꓲɨƗ🅘',
  j: 'ЈјϳᴊᎫꓙɉɈ🅙',
  k: 'КкΚκᴋᏦꓗꝁꝀ🅚',
  l: 'ӀӏʟᏞꓡłŁƚȽ🅛',
  m: 'МмΜμᴍᎷꓟ🅜',
  n: 'ΝηпոռɴꓠԤ🅝',
  o: 'ОоΟοՕօᴏꓳøØɵƟ🅞',
  p: 'РрΡρᴘᏢꓑᵽⱣꝑ🅟',
  q: 'Ԛԛ🅠',
  r: 'гᴦʀᎡꓣɍɌ🅡',
  s: 'ЅѕՏꜱᏚꓢ🅢',
  t: 'ТтΤτᴛᎢꓔŧŦⱦȾ🅣',
  u: 'ՍսυᴜꓴʉɄ🅤',
  v: 'ѴѵνᴠᏙꓦ🅥',
  w: 'ԜԝѡᴡᎳꓪ🅦',
  x: 'ХхΧχꓫ🅧',
  y: 'УуΥγҮүʏꓬɏɎ🅨',
  z: 'ΖᴢᏃꓜƶƵ🅩',
};

const LATIN = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, others]) =>
    [...others].map((other): [string, string] => [other, latin]),
  ),
);
const ANY_LOOK_ALIKE = new RegExp(`[${[...LATIN.keys()].join('')}]`, 'gu');

/** Every look-alike and stroked letter as its Latin letter, in lower case; all else untouched. Linear. */
export const foldLookAlikes = (text: string): string =>
  text.replace(ANY_LOOK_ALIKE, (letter) => LATIN.get(letter) ?? letter);
