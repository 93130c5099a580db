import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import compression from 'compression';
import express from 'express';
import { CSV_TYPE, csvFile, download } from '../../src/transport/web/download.ts';

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  server.close();
});

/** A server whose one file is `lines`; how many were made, and whether their maker has ended. */
async function serving(lines: () => Iterable<string> | AsyncIterable<string>, packed: boolean) {
  const seen = { made: 0, ended: false, fault: null as unknown };
  async function* counted() {
    try {
      for await (const line of lines()) {
        seen.made++;
        yield line;
      }
    } finally {
      seen.ended = true;
    }
  }
  const app = express();
  if (packed) app.use(compression());
  app.get('/', (_req, res) => {
    download(res, { name: 'p12.csv', type: CSV_TYPE }, csvFile(counted())).catch((fault: unknown) => {
      seen.fault = fault;
    });
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = packed ? { 'accept-encoding': 'gzip' } : {};
  const answer = new Promise<IncomingMessage>((resolve) => get({ port, host: '127.0.0.1', headers }, resolve));
  return { seen, answer: await answer, url: `http://127.0.0.1:${port}/` };
}

/** Random enough that packing it leaves most of it. */
function* manyLines() {
  for (let n = 0; n < 400_000; n++) yield `${n};${Math.random()};${Math.random()}`;
}
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a file to save', () => {
  test('has its name and type, the mark for spreadsheets, and whole lines', async () => {
    const { url, answer } = await serving(() => ['namn;nummer', 'Åsa;070'], false);
    answer.destroy();
    const response = await fetch(url);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="p12.csv"');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe('\uFEFFnamn;nummer\r\nÅsa;070\r\n');
  });

  test.each([
    ['packed', true],
    ['plain', false],
  ])('a reader who stops reading stops the making; one who goes away ends it (%s)', async (_, packed) => {
    const { seen, answer } = await serving(manyLines, packed);
    answer.pause();
    let before = -1;
    while (seen.made !== before) {
      before = seen.made;
      await soon(400);
    }
    expect(seen.made).toBeLessThan(400_000);
    expect(seen.ended).toBe(false);
    answer.destroy();
    for (let n = 0; !seen.ended && n < 500; n++) await soon(20);
    expect(seen).toMatchObject({ ended: true, fault: null });
    expect(seen.made).toBeLessThan(400_000);
  });

  test('a fault on the way cuts the file off, so that it is not taken for whole', async () => {
    const { seen, answer } = await serving(function* () {
      for (let n = 0; n < 10_000; n++) yield `rad ${n}`;
      throw new Error('the store is down');
    }, false);
    const [error] = (await once(answer.resume(), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    expect(seen.fault).toMatchObject({ message: 'the store is down' });
  });
});
