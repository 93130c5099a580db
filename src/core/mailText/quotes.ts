/** Lines that stand between an answer and what it quotes, as mail programs write them. */

/** "skrev", "wrote", "escribió", "schrieb" and their companions elsewhere in Europe. */
const WROTE =
  'skrev|wrote|writes|escribió|escribio|schrieb|schreef|écrit|ecrit|scritto|escreveu|kirjoitti|skreiv|napisał|написал(?:а)?';
const ENDS_WROTE = new RegExp(`(?:^|[\\s>,])(?:${WROTE})(?:[^\\n]{0,120}?)?:\\s*$`, 'iu');
/** How such a line begins: with "On", with a date or with who wrote. */
const OPENER =
  /^(?:on|den|el|am|le|op|il|em|på|ons|mån|tis|tors|fre|lör|sön|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\b/iu;
const DATED = /\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/;
const CLOCK = /\b\d{1,2}[:.]\d{2}\b/;
const DAY = /\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}\b|\b\d{1,2}\.? \p{L}{3,}|\p{L}{3,} \d{1,2}\b/u;
const ADDRESSED = /[^\s<>@]{1,64}@[^\s<>@]{1,200}/;

/** "-----Ursprungligt meddelande-----": from here on everything is quoted. */
const ORIGINAL =
  /^[\s>]*-{2,}\s*(?:original message|original appointment|ursprungligt meddelande|ursprunglig avtalad tid|mensaje original|ursprüngliche nachricht|originalnachricht|message d'origine|opprinnelig melding|oprindelig meddelelse|oorspronkelijk bericht)\s*-{2,}\s*$/iu;
const FORWARDED =
  /^[\s>]*(?:-{2,}\s*(?:forwarded message|vidarebefordrat (?:meddelande|brev|mejl)|mensaje reenviado|weitergeleitete nachricht|forwarded by .{0,80})\s*-{2,}|begin forwarded message|vidarebefordrat (?:brev|mejl|meddelande)|inicio del mensaje reenviado|anfang der weitergeleiteten nachricht|början på vidarebefordrat brev)\s*:?\s*$/iu;

/** Labels of the block that Outlook puts above what it quotes. */
const FROM_LABEL = /^[\s*>]*(?:från|from|de|von|fra|van)\s*\*?\s*:\*?\s*\S/iu;
const OTHER_LABEL =
  /^[\s*>]*(?:skickat|datum|till|kopia|ämne|sent|date|to|cc|subject|enviado(?: el)?|fecha|para|asunto|gesendet|an|betreff|sendt|til|emne|reply-to|svara till|antwort an|priority|prioritet|importance)\s*\*?\s*:\*?/iu;
const SUBJECT_LABEL = /^[\s*>]*(?:ämne|subject|asunto|betreff|emne)\s*\*?\s*:/iu;
const RULE = /^\s*[_\-=*]{5,}\s*$/;

/** Lines are looked at so far: longer ones are nobody's attribution. */
const SEEN = 300;
/** "On … wrote:" is broken over so many lines at most. */
const MOST_WRAPPED = 3;

export const isMarked = (line: string): boolean => /^\s{0,3}>/.test(line);
export const isBlank = (line: string): boolean => line.trim() === '';

/** The next line that says anything, among the few below: a text of a million empty lines is no more work. */
export function nextLine(lines: readonly string[], from: number): number {
  for (let at = from; at < lines.length && at < from + 5; at++) if (!isBlank(lines[at] ?? '')) return at;
  return -1;
}

/**
 * Where a block "From: … Sent: … To: … Subject: …" begins: the sender first, two other labels within six lines, and an
 * address or a subject among them ("Från: 18.00, Till: 20.00" is when a party is).
 */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  const from = (lines[at] ?? '').slice(0, SEEN);
  if (!FROM_LABEL.test(from)) return false;
  const others = lines
    .slice(at + 1, at + 7)
    .map((line) => line.slice(0, SEEN))
    .filter((line) => OTHER_LABEL.test(line));
  return others.length >= 2 && (ADDRESSED.test(from) || others.some((line) => SUBJECT_LABEL.test(line)));
}

const begins = (line: string): boolean =>
  (OPENER.test(line.trim()) || /^\s*\d/.test(line)) && DATED.test(line.slice(0, SEEN)) && !/[.!?]\s*$/.test(line);

/** How many lines an attribution ("Den 1 maj 2026 kl. 10:02 skrev Anna <anna@p12.se>:") takes; 0 = none begins here. */
export function attributionAt(lines: readonly string[], at: number): number {
  for (let count = 1; count <= MOST_WRAPPED; count++) {
    const last = lines[at + count - 1];
    if (last === undefined || isBlank(last) || isMarked(last)) return 0;
    if (!last.trimEnd().endsWith(':')) continue;
    // "Hej!" above "Den … skrev …:" is the message: a broken line begins like one.
    if (count > 1 && !begins(lines[at] ?? '') && attributionAt(lines, at + 1) > 0) return 0;
    const whole = lines
      .slice(at, at + count)
      .map((line) => line.slice(0, SEEN).trim())
      .join(' ');
    const dated = DATED.test(whole);
    const addressed = ADDRESSED.test(whole);
    const wrote = ENDS_WROTE.test(whole);
    const quoted = isMarked(lines[nextLine(lines, at + count)] ?? '');
    if (quoted && dated && (wrote || addressed)) return count;
    if (quoted && wrote && addressed) return count;
    // Nothing below is marked: only what a program alone writes, with the minute or the address.
    if (wrote && dated && (addressed || (OPENER.test(whole) && CLOCK.test(whole) && DAY.test(whole)))) return count;
    return 0;
  }
  return 0;
}

/** Where everything from a line on is quoted, and as what. A rule above the block goes with it. */
export function restIsQuoted(lines: readonly string[], at: number): 'quote' | 'forward' | null {
  const line = (lines[at] ?? '').slice(0, SEEN);
  if (FORWARDED.test(line)) return 'forward';
  if (ORIGINAL.test(line) || isHeaderBlock(lines, at)) return 'quote';
  if (!RULE.test(line)) return null;
  return isHeaderBlock(lines, nextLine(lines, at + 1)) ? 'quote' : null;
}
