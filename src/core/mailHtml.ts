/** HTML of our mails, made from their plain text: nothing of anybody's own markup, no pictures, nothing from elsewhere. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** A link as people type it: up to a space or a bracket, without the sentence's own punctuation at its end. */
const LINK = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,!?;:)\]]/gu;

/** Escaped text with its links clickable. Line breaks stay breaks. */
export function linesOf(text: string): string {
  let html = '';
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    const link = escapeHtml(found[0]);
    html += `${escapeHtml(text.slice(at, found.index))}<a href="${link}">${link}</a>`;
    at = found.index + found[0].length;
  }
  return (html + escapeHtml(text.slice(at))).replaceAll('\n', '<br>\n');
}

/** A paragraph for each stretch between empty lines. */
export const paragraphsOf = (text: string): string =>
  text
    .split(/\n{2,}/)
    .filter((stretch) => stretch.trim() !== '')
    .map((stretch) => `<p>${linesOf(stretch)}</p>`)
    .join('\n');

/** Reader's own colours, light or dark: none is set but a grey that shows on both. */
const GREY = '#8a8a8a';

/**
 * One whole page. Each of `links` stands at the beginning of a line of its own, so that whoever encodes the page need not
 * break it.
 */
export function pageOf(page: {
  lang: string;
  title: string;
  text: string;
  footer: string;
  links: readonly { label: string; href: string }[];
}): string {
  const links = page.links
    .map(({ label, href }) => `<br>\n<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`)
    .join('');
  return `<!doctype html>
<html lang="${escapeHtml(page.lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
</head>
<body style="font-family:sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:40em;margin:0 auto;padding:8px">
${paragraphsOf(page.text)}
<hr style="border:0;border-top:1px solid ${GREY}">
<p style="font-size:14px">${linesOf(page.footer)}${links}</p>
</div>
</body>
</html>
`;
}
