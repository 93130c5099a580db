import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file for what is too large for the memory; readable by its owner only, and it has no name while it is in use. */
export type ScratchFile = {
  write(text: string | Uint8Array): Promise<void>;
  /** Forgets what was written. */
  empty(): Promise<void>;
  /** From the beginning. */
  bytes(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
};

export async function createScratchFile(): Promise<ScratchFile> {
  const path = join(tmpdir(), `startstopp-${randomUUID()}`);
  const file: FileHandle = await open(path, 'wx+', 0o600);
  // Without a name at once, so that no crash leaves people's numbers behind (where the system allows it).
  const unnamed = await rm(path).then(
    () => true,
    () => false,
  );
  let size = 0;
  return {
    async write(text) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, size);
        done += bytesWritten;
        size += bytesWritten;
      }
    },
    async empty() {
      await file.truncate(0);
      size = 0;
    },
    bytes: () => readFrom(file, size),
    async close() {
      await file.close();
      if (!unnamed) await rm(path, { force: true });
    },
  };
}

async function* readFrom(file: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(64 * 1024), 0, 64 * 1024, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
