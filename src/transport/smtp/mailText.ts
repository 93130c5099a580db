import { htmlToText } from '../../core/mailText/htmlText.ts';
import type { MailNode, MailTree } from './mailTree.ts';

type Found = { text: string; html: boolean };

/** Deeper parts are not looked into: nobody nests so, but an attacker may. */
const DEEPEST = 30;

/**
 * The text of a mail: of alternatives the plain one where it says anything, else the HTML as text; parts of a mixed mail
 * one after the other. A mail inside it stands behind its own header lines, as a mail program shows it.
 */
export function textOfTree(tree: MailTree): string {
  if (tree.tree === false) return '';
  const { text } = read(tree, tree.tree, 0);
  return text === '' && tree.tree.children.length === 0 ? tree.preambleText() : text;
}

function read(tree: MailTree, node: MailNode, depth: number): Found {
  const type = node.contentType === false ? '' : node.contentType;
  if (depth > DEEPEST) return { text: '', html: false };
  if (node.children.length === 0) {
    if (node.isAttachment !== false) return { text: '', html: false };
    const text = tree.textOf(node);
    const html = type === 'text/html';
    return { text: blankless(html ? htmlToText(text) : text), html };
  }
  const parts = node.children.map((child) => read(tree, child, depth + 1)).filter(({ text }) => text !== '');
  if (type === 'multipart/alternative') {
    const best = parts.find(({ html }) => !html) ?? parts[0];
    return best ?? { text: '', html: false };
  }
  const text = parts.map((part) => part.text).join('\n\n');
  return { text: heading(node) + text, html: parts.some(({ html }) => html) };
}

const HEADING = ['from', 'date', 'to', 'subject'];

/** "From: …" and its companions above a mail inside the mail, so that it reads (and is cut) as the forwarded one it is. */
function heading(node: MailNode): string {
  const inner = node.contentType === 'message/rfc822' ? node.children[0] : undefined;
  const lines = HEADING.flatMap((key) => {
    const found = inner?.headerLines?.find((line) => line.key === key)?.line;
    return found === undefined ? [] : [found.replace(/\r?\n[ \t]*/g, ' ')];
  });
  return lines.length === 0 ? '' : `-----Original Message-----\n${lines.join('\n')}\n\n`;
}

/** Without the blank lines around it; white space at the start of the first line that says something stays. */
const blankless = (text: string): string => text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
