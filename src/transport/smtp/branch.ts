import { PassThrough, type Readable } from 'node:stream';

/** One of several readers of a mail, each at its own speed; the slowest sets the pace of the socket. */
export type Branch = {
  stream: Readable;
  /** Resolves when there is room for more. A reader that has gone takes everything. */
  write(chunk: Buffer): Promise<void>;
  end(): void;
  /** The reader gets an error instead of an end: the mail did not come whole. */
  cut(reason: Error): void;
};

export function createBranch(): Branch {
  const stream = new PassThrough();
  // Whoever reads hears of it; without a listener of ours an early leaver's stream would end the process.
  stream.on('error', () => {});
  return {
    stream,
    write(chunk) {
      if (stream.destroyed || stream.write(chunk)) return Promise.resolve();
      return new Promise((resolve) => {
        const go = () => {
          stream.removeListener('drain', go);
          stream.removeListener('close', go);
          resolve();
        };
        stream.on('drain', go);
        stream.on('close', go);
      });
    },
    end: () => void stream.end(),
    cut: (reason) => void stream.destroy(reason),
  };
}
