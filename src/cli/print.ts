/** A command's own answer goes to stdout; logs and progress go to stderr. */
export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};
/** One line that replaces itself on a terminal, and says nothing into a file. */
export const progress = (line: string | null): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line ?? ''}`);
};
