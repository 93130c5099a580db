const CR = 0x0d;
const LF = 0x0a;

/**
 * Watches a mail go by for a CR or LF that stands alone; true from the first one on. smtp-server ends DATA at
 * CRLF . CRLF only, but a server behind or before us may read `\n.\n` as the end and what follows as a mail of its own
 * (SMTP smuggling, CVE-2023-51764).
 */
export function createLineEndWatch(): { see(chunk: Buffer): boolean } {
  let bare = false;
  let endedWithCr = false;
  return {
    see(chunk) {
      if (bare || chunk.length === 0) return bare;
      if (endedWithCr !== (chunk[0] === LF)) bare = true;
      for (let at = chunk.indexOf(LF, 1); at !== -1 && !bare; at = chunk.indexOf(LF, at + 1))
        if (chunk[at - 1] !== CR) bare = true;
      for (let at = chunk.indexOf(CR); at !== -1 && at < chunk.length - 1 && !bare; at = chunk.indexOf(CR, at + 1))
        if (chunk[at + 1] !== LF) bare = true;
      endedWithCr = chunk[chunk.length - 1] === CR;
      return bare;
    },
  };
}
