// Counts characters and parts while one writes, by the rules of src/core/segments.ts (test/transport/composeScript.test.ts
// holds the two together), and puts tags in where the cursor stands. Everything works without it, a little later.
(() => {
  const BASIC =
    '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
  const EXTENSION = '\f^{}\\[~]|€';
  const TAG = /\{([\p{L}\p{N}][\p{L}\p{N} _.-]{0,39})\}/gu;
  const graphemes =
    typeof Intl.Segmenter === 'function' ? new Intl.Segmenter('und', { granularity: 'grapheme' }) : null;
  const septets = (char) => (BASIC.includes(char) ? 1 : EXTENSION.includes(char) ? 2 : 0);

  /** { gsm, units, parts, room }: what a text costs. */
  function count(text) {
    let units = 0;
    let used = 0;
    let parts = 1;
    let gsm = true;
    for (let i = 0; i < text.length && gsm; i += 1) {
      const cost = septets(text[i]);
      if (cost === 0) gsm = false;
      if (used + cost > 153) {
        parts += 1;
        used = 0;
      }
      used += cost;
      units += cost;
    }
    if (gsm) {
      if (units <= 160) parts = 1;
      return { gsm, units, parts, room: parts === 1 ? 160 : parts * 153 };
    }
    parts = text.length <= 70 ? 1 : wideParts(text);
    return { gsm, units: text.length, parts, room: parts === 1 ? 70 : parts * 67 };
  }

  /** What one reads as one character stays in one part. */
  function wideParts(text) {
    let parts = 1;
    let start = 0;
    while (text.length - start > 67) {
      let border = start + 67;
      if (text.charCodeAt(border - 1) >= 0x300 || text.charCodeAt(border) >= 0x300) {
        const from = graphemes
          ? start + (graphemes.segment(text.slice(start, border + 2)).containing(67)?.index ?? 67)
          : border;
        border = from > start ? from : codePointStart(text, border);
      }
      parts += 1;
      start = border;
    }
    return parts;
  }

  function codePointStart(text, index) {
    const low = text.charCodeAt(index);
    const high = text.charCodeAt(index - 1);
    return low >= 0xdc00 && low <= 0xdfff && high >= 0xd800 && high <= 0xdbff ? index - 1 : index;
  }

  const form = document.querySelector('form.compose');
  if (!form) return;
  form.countParts = count;
  const area = form.querySelector('textarea');
  const line = form.querySelector('[data-count]');
  const sender = form.querySelector('[name=sender]');
  const { before, after, afterName, count: words, one, many, limit } = line.dataset;
  const values = JSON.parse(line.dataset.values);

  /** The copy as it would go, with the longest values: as near as one gets before the server has looked. */
  function copy() {
    const text = area.value.trim().replace(TAG, (whole, tag) => (Object.hasOwn(values, tag) ? values[tag] : whole));
    return before + text + (sender && sender.value.trim() !== '' ? afterName : after);
  }
  const fill = (text, given) => text.replace(/\{(\w+)\}/g, (_, name) => given[name]);
  function show() {
    const { units, parts, room } = count(copy());
    line.textContent = fill(words, { units, room, parts: parts === 1 ? one : fill(many, { count: parts }) });
    line.classList.toggle('is-warn', parts > Number(limit));
  }
  area.addEventListener('input', show);
  sender?.addEventListener('input', show);
  form.addEventListener('click', (event) => {
    const tag = event.target.closest?.('[data-tag]')?.dataset.tag;
    if (tag === undefined) return;
    event.preventDefault();
    area.setRangeText(`{${tag}}`, area.selectionStart, area.selectionEnd, 'end');
    area.focus();
    area.dispatchEvent(new Event('input', { bubbles: true }));
  });
})();
