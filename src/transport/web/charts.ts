/**
 * Statistics as pictures: SVG text drawn on the server, without a library. Colours come from classes, so that the page's
 * policy and its dark side hold; what a colour says is also said by a pattern, a label and the table beside the picture.
 */

/** `words` stand on the bar and are the whole of it for a reader who sees no picture. */
export type Bar = { label: string; value: number; words: string; tone: Tone };
export type Tone = 'good' | 'stop' | 'warn' | 'signal' | 'soft';

/** One step of time with two figures: `up` above the line, `down` below it. */
export type Step = { label: string; up: number; down: number };
export type StackStep = { label: string; stack: readonly { value: number; tone: Tone }[] };

/** Narrow, for a phone shows it whole; on a desk it is drawn a little larger. */
const WIDTH = 440;
const ROW = 34;
const LABEL = 128;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
const round = (value: number): number => Math.round(value * 10) / 10;
/** Several pictures stand on one page, so each kind names its own patterns. */
type Kind = 'bars' | 'rise' | 'stack';
const pattern = (kind: Kind, tone: Tone): string =>
  `<pattern id="${kind}-${tone}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="c-${tone}"/><path d="M0 0V6" class="c-mark"/></pattern>`;
/** Tones that are hatched as well: red and amber must not depend on being seen as such. */
const HATCHED: ReadonlySet<Tone> = new Set(['stop', 'warn']);
const fillOf = (kind: Kind, tone: Tone): string =>
  HATCHED.has(tone) ? `fill="url(#${kind}-${tone})"` : `class="c-${tone}"`;

function svg(kind: Kind, height: number, title: string, body: string, tones: Iterable<Tone>): string {
  const patterns = [...new Set(tones)].filter((tone) => HATCHED.has(tone)).map((tone) => pattern(kind, tone));
  const defs = patterns.length > 0 ? `<defs>${patterns.join('')}</defs>` : '';
  return `<svg class="chart picture" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">${defs}${body}</svg>`;
}

/** Lying bars with their words, the longest across the whole width. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const room = WIDTH - LABEL - 70;
  const rows = bars.map(({ label, value, words, tone }, index) => {
    const y = index * ROW;
    const width = value === 0 ? 0 : Math.max(2, round((value / most) * room));
    return `<text x="0" y="${y + 21}">${escaped(label)}</text><rect x="${LABEL}" y="${y + 5}" width="${width}" height="22" rx="3" ${fillOf('bars', tone)}/><text x="${LABEL + width + 8}" y="${y + 21}">${escaped(words)}</text>`;
  });
  return svg(
    'bars',
    bars.length * ROW,
    title,
    rows.join(''),
    bars.map(({ tone }) => tone),
  );
}

/** Joins above the line, leaves below it and hatched; every few steps have their label. */
export function riseAndFall(title: string, steps: readonly Step[]): string {
  const above = Math.max(0, ...steps.map(({ up }) => up));
  const below = Math.max(0, ...steps.map(({ down }) => down));
  const scale = 120 / Math.max(1, above + below);
  const line = round(22 + above * scale);
  const height = round(line + below * scale + 42);
  const wide = WIDTH / Math.max(1, steps.length);
  const every = Math.max(1, Math.ceil(steps.length / 6));
  const columns = steps.map(({ label, up, down }, index) => {
    const x = round(index * wide + wide * 0.15);
    const width = round(wide * 0.7);
    const parts: string[] = [];
    if (up > 0) {
      const tall = Math.max(2, round(up * scale));
      parts.push(
        `<rect x="${x}" y="${round(line - tall)}" width="${width}" height="${tall}" ${fillOf('rise', 'good')}/>`,
      );
      if (index === steps.findIndex((step) => step.up === above))
        parts.push(middle(x + width / 2, line - tall - 6, String(up)));
    }
    if (down > 0) {
      const tall = Math.max(2, round(down * scale));
      parts.push(`<rect x="${x}" y="${line}" width="${width}" height="${tall}" ${fillOf('rise', 'stop')}/>`);
      if (index === steps.findIndex((step) => step.down === below))
        parts.push(middle(x + width / 2, line + tall + 15, String(down)));
    }
    if (index % every === 0) parts.push(under(round(index * wide), height - 6, label));
    return parts.join('');
  });
  const axis = `<path d="M0 ${line}H${WIDTH}" class="c-line"/>`;
  return svg('rise', height, title, columns.join('') + axis, ['stop']);
}

/** Standing columns made of pieces, the first at the bottom. */
export function stackChart(title: string, steps: readonly StackStep[]): string {
  const totals = steps.map(({ stack }) => stack.reduce((sum, { value }) => sum + value, 0));
  const most = Math.max(1, ...totals);
  const line = 150;
  const wide = WIDTH / Math.max(1, steps.length);
  const columns = steps.map(({ label, stack }, index) => {
    const x = round(index * wide + wide * 0.2);
    const width = round(wide * 0.6);
    let y = line;
    const pieces = stack.map(({ value, tone }) => {
      if (value === 0) return '';
      const tall = Math.max(2, round((value / most) * 120));
      y = round(y - tall);
      return `<rect x="${x}" y="${y}" width="${width}" height="${tall}" ${fillOf('stack', tone)}/>`;
    });
    const total = totals[index] ?? 0;
    const words = total > 0 ? middle(x + width / 2, y - 6, String(total)) : '';
    return `${pieces.join('')}${words}${middle(x + width / 2, line + 18, label)}`;
  });
  const axis = `<path d="M0 ${line}H${WIDTH}" class="c-line"/>`;
  return svg(
    'stack',
    line + 28,
    title,
    columns.join('') + axis,
    steps.flatMap(({ stack }) => stack.map(({ tone }) => tone)),
  );
}

/** A label that begins where its step does, or ends where the picture does. */
const under = (x: number, y: number, text: string): string =>
  x > WIDTH - 40
    ? `<text x="${WIDTH}" y="${y}" text-anchor="end" class="c-label">${escaped(text)}</text>`
    : `<text x="${x}" y="${y}" class="c-label">${escaped(text)}</text>`;

const middle = (x: number, y: number, text: string): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="middle" class="c-label">${escaped(text)}</text>`;
