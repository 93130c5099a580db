/**
 * One slip of the finger in STOPP, STOP and START: each letter but the first dropped, each letter doubled, neighbours
 * swapped, minus real words (design 6, "Leave words"). Made once by scripts/makeMisspellings.mjs, then read.
 * Left out as real words: sop sopp sto stoop stp stpo, and sart starrt stat.
 */
export const LEAVE_MISSPELLINGS: readonly string[] = [
  'sotp',
  'sotpp',
  'sstop',
  'sstopp',
  'stoopp',
  'stoppp',
  'stpop',
  'stpp',
  'sttop',
  'sttopp',
  'tsop',
  'tsopp',
];

/** B-3: nearly START. They bring the hint, never a join. */
export const JOIN_MISSPELLINGS: readonly string[] = [
  'satrt',
  'sstart',
  'staart',
  'star',
  'startt',
  'statr',
  'strat',
  'strt',
  'sttart',
  'tsart',
];
