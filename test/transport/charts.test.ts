import { describe, expect, test } from '@jest/globals';
import { barChart, riseAndFall, stackChart } from '../../src/transport/web/charts.ts';

const count = (svg: string, piece: RegExp): number => svg.match(piece)?.length ?? 0;

describe('pictures of figures', () => {
  test('bars: one for each, the longest the widest, words beside the colour', () => {
    expect(
      barChart('Medlemmar', [
        { label: 'Med', value: 200, words: '200', tone: 'good' },
        { label: 'Har lämnat', value: 1, words: '1', tone: 'stop' },
        { label: 'Väntar', value: 0, words: '0', tone: 'soft' },
      ]),
    ).toMatchInlineSnapshot(
      `"<svg class="chart picture" viewBox="0 0 440 102" role="img" aria-label="Medlemmar"><defs><pattern id="bars-stop" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="c-stop"/><path d="M0 0V6" class="c-mark"/></pattern></defs><text x="0" y="21">Med</text><rect x="128" y="5" width="242" height="22" rx="3" class="c-good"/><text x="378" y="21">200</text><text x="0" y="55">Har lämnat</text><rect x="128" y="39" width="2" height="22" rx="3" fill="url(#bars-stop)"/><text x="138" y="55">1</text><text x="0" y="89">Väntar</text><rect x="128" y="73" width="0" height="22" rx="3" class="c-soft"/><text x="136" y="89">0</text></svg>"`,
    );
  });

  test('joins above the line and leaves below it, hatched', () => {
    const svg = riseAndFall('Rörelse', [
      { label: '1/11', up: 4, down: 0 },
      { label: '2/11', up: 0, down: 2 },
      { label: '3/11', up: 0, down: 0 },
    ]);
    expect(svg).toMatchInlineSnapshot(
      `"<svg class="chart picture" viewBox="0 0 440 184" role="img" aria-label="Rörelse"><defs><pattern id="rise-stop" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="c-stop"/><path d="M0 0V6" class="c-mark"/></pattern></defs><rect x="22" y="22" width="102.7" height="80" class="c-good"/><text x="73.4" y="16" text-anchor="middle" class="c-label">4</text><text x="0" y="178" class="c-label">1/11</text><rect x="168.7" y="102" width="102.7" height="40" fill="url(#rise-stop)"/><text x="220.1" y="157" text-anchor="middle" class="c-label">2</text><text x="146.7" y="178" class="c-label">2/11</text><text x="293.3" y="178" class="c-label">3/11</text><path d="M0 102H440" class="c-line"/></svg>"`,
    );
    expect(count(svg, /<rect [^>]*class="c-good"\/>/g)).toBe(1);
    expect(count(svg, /fill="url\(#rise-stop\)"/g)).toBe(1);
  });

  test('columns of pieces stand on each other and end at their sum', () => {
    const svg = stackChart('Utskick', [
      {
        label: '26-10',
        stack: [
          { value: 6, tone: 'good' },
          { value: 2, tone: 'stop' },
        ],
      },
      {
        label: '26-11',
        stack: [
          { value: 0, tone: 'good' },
          { value: 0, tone: 'stop' },
        ],
      },
    ]);
    expect(svg).toMatchInlineSnapshot(
      `"<svg class="chart picture" viewBox="0 0 440 178" role="img" aria-label="Utskick"><defs><pattern id="stack-stop" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="c-stop"/><path d="M0 0V6" class="c-mark"/></pattern></defs><rect x="44" y="60" width="132" height="90" class="c-good"/><rect x="44" y="30" width="132" height="30" fill="url(#stack-stop)"/><text x="110" y="24" text-anchor="middle" class="c-label">8</text><text x="110" y="168" text-anchor="middle" class="c-label">26-10</text><text x="330" y="168" text-anchor="middle" class="c-label">26-11</text><path d="M0 150H440" class="c-line"/></svg>"`,
    );
    const tops = [...svg.matchAll(/<rect x="[^"]+" y="([\d.]+)" width="[^"]+" height="([\d.]+)" (?:class|fill)/g)].map(
      Number0,
    );
    expect(tops[0]).toEqual([60, 90]);
    expect(tops[1]).toEqual([30, 30]);
  });
  const Number0 = (match: RegExpMatchArray): [number, number] => [Number(match[1]), Number(match[2])];

  test.each([
    barChart('<b>"', [{ label: '<i>', value: 1, words: '&', tone: 'good' }]),
    riseAndFall('<b>"', [{ label: '<i>', up: 1, down: 1 }]),
    stackChart('<b>"', [{ label: '<i>', stack: [] }]),
  ])('what stands in it is escaped, and its title is its name', (svg) => {
    expect(svg).not.toMatch(/<b>|<i>|style=/);
    expect(svg).toContain('aria-label="&#60;b&#62;&#34;"');
  });

  test('nothing to show is still a picture', () => {
    for (const svg of [barChart('x', []), riseAndFall('x', []), stackChart('x', [])])
      expect(svg).toMatch(/^<svg class="chart picture" viewBox="0 0 440 \d+(\.\d+)?" role="img"/);
  });
});
