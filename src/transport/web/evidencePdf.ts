import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import { type Evidence, type EvidenceLine, wordsOfVersion } from '../../app/evidence.ts';
import type { Locale } from '../../core/locale.ts';
import { visibleText } from '../../core/visibleText.ts';
import { localClock, localDate } from '../../i18n/dates.ts';
import { isPageKey, type PageKey, pageText } from '../../i18n/pages/index.ts';

const require = createRequire(import.meta.url);
const font = (name: string): string => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
const FONTS = { plain: 'DejaVuSans', bold: 'DejaVuSans-Bold', mono: 'DejaVuSansMono' } as const;
type Font = keyof typeof FONTS;

const INK = '#1b1b1b';
const SOFT = '#555555';
const LINE = '#c8c4bb';
const MARGIN = 54;
const NL = '\n';

/** The part of pdfkit's own font that says which letters it has pictures of; its types do not show it. */
type Inside = { _font: { font: { hasGlyphForCodePoint(point: number): boolean } } };

/**
 * Writes an evidence pack as PDF (A4), page by page as lines are read: memory does not grow with the history. DejaVu has
 * Latin, Greek, Cyrillic, Arabic, Hebrew and more; what it has not stands as its code point (core/visibleText.ts).
 */
export async function writeEvidencePdf(
  { head, lines }: Evidence,
  { locale, timezone, madeBy }: { locale: Locale; timezone: string; madeBy: string },
  out: Writable,
): Promise<void> {
  // Only who asks for a pack waits for the fonts' reader.
  const { default: PDFDocument } = await import('pdfkit');
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN + 18, left: MARGIN, right: MARGIN },
    autoFirstPage: false,
    lang: locale,
    info: { Title: pageText(locale, 'person.pdf.title'), Creator: pageText(locale, 'site.name') },
  });
  for (const [name, file] of Object.entries(FONTS)) doc.registerFont(name, font(file));
  doc.pipe(out);
  const t = (key: PageKey, params?: Readonly<Record<string, string | number>>) => pageText(locale, key, params);
  const whole = (at: string): string => {
    const ms = Date.parse(at);
    return `${localDate(ms, timezone, locale, 0)} ${localClock(ms, timezone, locale)} (${at})`;
  };
  const width = () => doc.page.width - 2 * MARGIN;

  let page = 0;
  doc.on('pageAdded', () => {
    page += 1;
    const { x, y } = doc;
    const bottom = doc.page.margins.bottom;
    // The footer stands where text would begin a new page.
    doc.page.margins.bottom = 0;
    doc.font('plain').fontSize(7.5).fillColor(SOFT);
    const foot = t('person.pdf.foot', { page, made: head.madeAt, name: shown(head.organisation.name) });
    doc.text(foot, MARGIN, doc.page.height - MARGIN, { width: width(), lineBreak: false });
    doc.page.margins.bottom = bottom;
    doc.x = x;
    doc.y = y;
  });
  doc.addPage();

  /** What the font cannot show stands as its code point. */
  function shown(text: string, name: Font = 'plain'): string {
    doc.font(name);
    const { font: inside } = (doc as unknown as Inside)._font;
    return visibleText(text, (point) => inside.hasGlyphForCodePoint(point));
  }
  function put(text: string, size: number, name: Font = 'plain', color = INK, gap = 0): void {
    const printed = shown(text, name).replaceAll(`↵${NL}`, NL);
    doc.font(name).fontSize(size).fillColor(color).text(printed, MARGIN, doc.y, { width: width(), lineGap: 1.5 });
    doc.y += gap;
  }
  /** Word for word: every line end is shown. */
  function quote(text: string): void {
    const printed = shown(text);
    doc.font('plain').fontSize(11).fillColor(INK);
    const top = doc.y;
    const first = page;
    doc.text(printed, MARGIN + 12, top + 2, { width: width() - 12, lineGap: 2 });
    const from = first === page ? top : MARGIN;
    doc
      .moveTo(MARGIN + 4, from)
      .lineTo(MARGIN + 4, doc.y)
      .lineWidth(2)
      .strokeColor(LINE)
      .stroke();
    doc.y += 4;
  }
  function fact(name: string, value: string, mono = false): void {
    put(name, 8, 'plain', SOFT);
    put(value, mono ? 7.5 : 9.5, mono ? 'mono' : 'plain', INK, 3);
  }
  function rule(): void {
    doc.y += 4;
    doc
      .moveTo(MARGIN, doc.y)
      .lineTo(doc.page.width - MARGIN, doc.y)
      .lineWidth(0.5)
      .strokeColor(LINE)
      .stroke();
    doc.y += 8;
  }
  function room(height: number): void {
    if (doc.y + height > doc.page.height - doc.page.margins.bottom) {
      doc.addPage();
      doc.y = MARGIN;
    }
  }
  function heading(text: string): void {
    room(80);
    doc.y += 10;
    put(text, 13, 'bold', INK, 4);
  }

  put(t('person.pdf.title'), 20, 'bold', INK, 4);
  put(head.addresses.map(({ address }) => address).join(', '), 13, 'plain', INK, 4);
  put(t('person.pdf.lead', { organisation: head.organisation.name }), 10, 'plain', INK, 8);
  fact(t('person.pdf.made'), `${whole(head.madeAt)}, ${madeBy}`);
  if (head.ledger) {
    fact(t('person.pdf.head'), t('person.pdf.head.lines', { count: head.ledger.lines, at: head.ledger.readAt }));
    fact(t('person.pdf.head.hash'), head.ledger.hash, true);
    fact(t('person.pdf.head.mac'), head.ledger.mac, true);
  }
  if (!head.sealed) put(t('person.pdf.unsound'), 10, 'bold', INK, 6);
  for (const { address, addressHash } of head.addresses) fact(t('person.pdf.hashOf', { address }), addressHash, true);

  const bookName = (id: string | null): string =>
    head.books.find((book) => book.id === id)?.name ?? t('person.pdf.allBooks');
  heading(t('person.pdf.memberships'));
  if (head.memberships.length === 0) put(t('person.pdf.none'), 10);
  for (const one of head.memberships) {
    room(60);
    put(`${bookName(one.book)}: ${t(`member.${one.status}`)}`, 10.5, 'bold');
    put([one.name, one.phone, one.mail].filter((part) => part).join(', '), 9.5);
    put(t('person.pdf.since', { at: whole(one.since) }), 9.5, 'plain', SOFT, 6);
  }
  if (head.stops.length > 0) heading(t('person.pdf.stops'));
  for (const stop of head.stops)
    put(`${t(`person.pdf.stop.${stop.scope}`)}: ${stop.how}, ${whole(stop.since)}`, 9.5, 'plain', INK, 3);

  heading(t('person.pdf.lines'));
  const versions = new Set<string>();
  let count = 0;
  for await (const line of lines()) {
    count += 1;
    versions.add(line.wordingVersion);
    tell(line);
    // A slow reader must not fill the memory, and one who has gone ends it.
    if (out.destroyed) return;
    if (out.writableNeedDrain) await Promise.race([once(out, 'drain'), once(out, 'close')]);
  }
  if (count === 0) put(t('person.pdf.noLines'), 10);

  heading(t('person.pdf.how'));
  for (const key of HOW) put(t(key), 9.5, 'plain', INK, 4);
  heading(t('person.pdf.words'));
  for (const version of versions) {
    const words = wordsOfVersion(version);
    put(t('person.story.wording', { version }), 10, 'bold', INK, 2);
    if (!words) put(t('person.pdf.words.unknown'), 9.5, 'plain', INK, 4);
    else {
      put(t('person.pdf.words.join', { words: words.join.join(', ') }), 9.5, 'plain', INK, 2);
      put(t('person.pdf.words.leave', { words: words.leave.join(', ') }), 9.5, 'plain', INK, 4);
    }
  }
  doc.end();
  if (!out.writableFinished && !out.destroyed) await Promise.race([once(out, 'finish'), once(out, 'close')]);

  function tell(line: EvidenceLine): void {
    room(150);
    const no = line.no === null ? t('person.pdf.unsealed') : t('person.pdf.no', { no: line.no });
    put(`${no} · ${t(`members.event.${line.event}`)} ${t(`person.door.${line.door}`)}`, 11, 'bold');
    put(`${whole(line.at)} · ${bookName(line.book)}`, 9.5);
    const why = `person.rule.${line.rule}`;
    put(
      `${isPageKey(why) ? t(why) : t('person.rule.other', { rule: line.rule })} (${line.rule})`,
      9.5,
      'plain',
      SOFT,
      4,
    );
    if (line.personal === null)
      put(t(line.event === 'erased' ? 'person.pdf.noPersonal' : 'person.pdf.erased'), 10, 'plain', INK, 4);
    else {
      const { name, address, text, providerId } = line.personal;
      put([name, address].filter((part) => part !== '').join(', '), 10);
      if (text !== '') quote(text);
      if (providerId !== '') fact(t('person.pdf.providerId'), providerId, true);
    }
    fact(t('person.pdf.facts'), line.factsText, true);
    if (line.personalText !== null) fact(t('person.pdf.personal'), line.personalText, true);
    fact(t('person.pdf.personalHash'), line.personalHash === '' ? '–' : line.personalHash, true);
    fact(t('person.pdf.previous'), line.previousHash === '' ? t('person.pdf.first') : (line.previousHash ?? '–'), true);
    fact(t('person.pdf.chain'), line.chainHash ?? '–', true);
    rule();
  }
}

/** How to check a pack by hand; the JSON pack carries the same sentences. */
export const HOW = [
  'person.pdf.how.1',
  'person.pdf.how.2',
  'person.pdf.how.3',
  'person.pdf.how.4',
  'person.pdf.how.5',
] as const satisfies readonly PageKey[];
