/**
 * Shows how src/core/misspellings.ts was made (design 6, "Leave words"): each letter but the first dropped, each
 * letter doubled, neighbours swapped, minus real words. It was run once over the word lists of Debian's packages
 * wswedish, wamerican, wspanish and wngerman, then read by a person.
 *
 *     node scripts/makeMisspellings.mjs /usr/share/dict/swedish /usr/share/dict/american-english …
 */
import { readFileSync } from 'node:fs';

/** Real words and abbreviations that the reader knew and the lists may miss. */
const REVIEWED = {
  sop: 'en: something given to appease; sv: sopa',
  sopp: 'sv: a mushroom',
  sto: 'sv: a mare',
  stoop: 'en: to bend down',
  stp: 'an abbreviation in several trades',
  stpo: 'de: Strafprozessordnung',
  stat: 'sv: a state; en: at once',
  sart: 'es, de: a name',
};

/** Design 2 B-3 lists it although it is a word: it only brings a hint, never a join. */
const KEPT = new Set(['star', 'strat']);

/** Every misspelling of a word by one slip of the finger, the word itself left out. */
function slips(word) {
  const found = new Set();
  for (let at = 0; at < word.length; at += 1) {
    const [before, letter, after] = [word.slice(0, at), word[at], word.slice(at + 1)];
    if (at > 0) found.add(before + after);
    found.add(before + letter + letter + after);
    if (after) found.add(before + after[0] + letter + after.slice(1));
  }
  found.delete(word);
  return found;
}

const words = new Set();
for (const path of process.argv.slice(2)) {
  for (const line of readFileSync(path, 'utf8').split('\n')) words.add(line.trim().toLowerCase());
}

for (const [name, sources] of Object.entries({ leaving: ['stopp', 'stop'], joining: ['start'] })) {
  const all = new Set(sources.flatMap((word) => [...slips(word)]).filter((slip) => !sources.includes(slip)));
  const real = [...all].filter((slip) => !KEPT.has(slip) && (words.has(slip) || slip in REVIEWED));
  console.log(
    `${name}: ${[...all]
      .filter((slip) => !real.includes(slip))
      .sort()
      .join(' ')}`,
  );
  console.log(`  real words, left out: ${real.sort().join(' ')}`);
}
