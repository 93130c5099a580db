import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for one bench, gone at the end. `copy` gives every run the same fresh installation. */
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `startstopp-bench-${name}-`));
  folders.add(folder);
  let copies = 0;
  return {
    path: (...parts) => join(folder, ...parts),
    make(part) {
      mkdirSync(join(folder, part), { recursive: true });
      return join(folder, part);
    },
    copy(template) {
      copies += 1;
      const copy = join(folder, `run${copies}`);
      cpSync(template, copy, { recursive: true });
      return copy;
    },
    drop: (path) => rmSync(path, { recursive: true, force: true }),
  };
}
