import { describe, expect, test } from '@jest/globals';
import { htmlToText } from '../../src/core/mailText/htmlText.ts';
import { spentMs } from '../kit/spent.ts';

describe('M-1: HTML to text', () => {
  test.each([
    ['blocks', '<div>Rad 1</div><div>Rad 2</div>', 'Rad 1\nRad 2'],
    ['breaks', 'Rad 1<br>Rad 2<br/><br>Rad 3', 'Rad 1\nRad 2\n\nRad 3'],
    ['paragraphs', '<p>Ett</p><p>Två</p>', 'Ett\n\nTvå'],
    [
      'Outlook lines',
      '<p class=MsoNormal>Ett<o:p></o:p></p><p class=MsoNormal>Två</p><p class="MsoNormal">&nbsp;</p><p class="MsoNormal">Tre</p>',
      'Ett\nTvå\n\nTre',
    ],
    ['Gmail blank line', '<div>Ett</div><div><br></div><div>Två</div>', 'Ett\n\nTvå'],
    ['white space', '<p>  Kl\n  18 <b> på </b> torsdag </p>', 'Kl 18 på torsdag'],
    ['entities', 'Tr&auml;ning &amp; fika &#8211; 5&nbsp;&euro; &#x1F389; &ouml', 'Träning & fika – 5 € 🎉 ö'],
    ['no entities', 'a & b &x; &#0; AT&T', 'a & b &x; AT&T'],
    ['a list', '<ul><li>Bollar<li>Vatten</li></ul>', '- Bollar\n- Vatten'],
    ['a table', '<table><tr><td>Tors</td><td>18</td></tr><tr><td>Fre</td><td>19</td></tr></table>', 'Tors 18\nFre 19'],
    [
      'a link with words',
      'Se <a href="https://p12.se/a?b=1&amp;c=2">sidan</a>.',
      'Se sidan (https://p12.se/a?b=1&c=2).',
    ],
    [
      'a link that is its words',
      '<a href="https://www.p12.se/">p12.se</a> <a href="mailto:a@p12.se">a@p12.se</a>',
      'p12.se a@p12.se',
    ],
    ['a telephone', '<a href="tel:+4670">Ring Anna</a>', 'Ring Anna (+4670)'],
    ['a link round a picture', 'Hej<a href="https://x.se"><img src="a.png" alt="logo"></a>', 'Hej'],
    ['no link', '<a href="javascript:alert(1)">Hej</a> <a name="x">du</a>', 'Hej du'],
    [
      'silent parts',
      '<head><title>T</title><style>p{a:b}</style></head><body>Hej<script>x<1</script><!-- dold > -->!</body>',
      'Hej!',
    ],
    ['a style that never ends', '<style>p{} <p>Hej</p>', 'p{}\n\nHej'],
    ['a quote', '<div>Ja.</div><blockquote><p>Kommer du?</p></blockquote>', 'Ja.\n>\n> Kommer du?\n>'],
    ['a sign', '1 < 2 och 3 > 2', '1 < 2 och 3 > 2'],
    ['a sign in a value', '<img alt="a > b">Hej', 'Hej'],
    ['preformatted', '<pre>a\n  b</pre>', 'a\n  b'],
    ['no HTML', 'Kl 18\nbara', 'Kl 18 bara'],
    ['a tag that never ends', 'Hej <a href="x', 'Hej'],
  ])('%s', (_, html, text) => expect(htmlToText(html)).toBe(text));

  test.each([
    '<style>',
    '<',
    '<a ',
    '<a b="',
    '<blockquote>',
    '<!--',
    '&',
    '<a href="x">',
    '<p> ',
    '\u00a0',
    '<p>&nbsp;</p>',
    '=',
  ])('a long text of %j takes no longer than a moment', (part) => {
    const from = spentMs();
    htmlToText(part.repeat(Math.ceil(1_000_000 / part.length)));
    expect(spentMs() - from).toBeLessThan(6_000);
  });
});
