import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF as pdfkit writes it, page by page: content streams read with each font's own map from glyphs to
 * letters. No PDF reader in general.
 */
export function pdfText(bytes: Buffer): string[] {
  const raw = bytes.toString('latin1');
  const objects = new Map<number, { dict: string; stream: Buffer | null }>();
  for (const found of raw.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const body = found[2] ?? '';
    const at = body.indexOf('stream\n');
    const dict = at < 0 ? body : body.slice(0, at);
    const end = body.lastIndexOf('\nendstream');
    const stream = at < 0 ? null : Buffer.from(body.slice(at + 7, end), 'latin1');
    objects.set(Number(found[1]), {
      dict,
      stream: stream && dict.includes('FlateDecode') ? inflateSync(stream) : stream,
    });
  }
  const refOf = (text: string, name: string): number => Number(new RegExp(`/${name} (\\d+) 0 R`).exec(text)?.[1] ?? 0);
  const maps = new Map<number, string[]>();
  const mapOf = (font: number): string[] => {
    const known = maps.get(font);
    if (known) return known;
    const cmap = objects.get(refOf(objects.get(font)?.dict ?? '', 'ToUnicode'))?.stream?.toString('latin1') ?? '';
    const letters: string[] = [];
    for (const range of cmap.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/gi)) {
      let glyph = Number.parseInt(range[1] ?? '0', 16);
      for (const one of (range[2] ?? '').matchAll(/<([0-9a-f ]*)>/gi))
        letters[glyph++] = Buffer.from((one[1] ?? '').replaceAll(' ', ''), 'hex')
          .swap16()
          .toString('utf16le');
    }
    maps.set(font, letters);
    return letters;
  };
  const pages: string[] = [];
  for (const { dict } of objects.values()) {
    if (!/\/Type \/Page\b/.test(dict)) continue;
    const resources = objects.get(refOf(dict, 'Resources'))?.dict ?? dict;
    const fonts = new Map([...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map((f) => [f[1], Number(f[2])]));
    const content = objects.get(refOf(dict, 'Contents'))?.stream?.toString('latin1') ?? '';
    let letters: string[] = [];
    let text = '';
    for (const step of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ|\bET\b/g)) {
      if (step[1]) letters = mapOf(fonts.get(step[1]) ?? 0);
      else if (step[2] === undefined) text += '\n';
      else
        for (const hex of step[2].matchAll(/<([0-9a-f]*)>/gi))
          for (const glyph of (hex[1] ?? '').match(/.{4}/g) ?? [])
            text += letters[Number.parseInt(glyph, 16)] ?? '\ufffd';
    }
    pages.push(text);
  }
  return pages;
}
