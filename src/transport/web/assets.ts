import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

type Asset = { type: string; url: string; plain: Buffer; packed: Map<string, Buffer> };
const PACK: Readonly<Record<string, (plain: Buffer) => Buffer>> = { br: brotliCompressSync, gzip: gzipSync };

/**
 * The files of one flat folder, and `others` by the name that they go by here, read once and packed when first asked for. Their address holds a hash of what is in them, so a browser may
 * keep them for ever and never shows yesterday's; `url` throws for a file that is not there.
 */
export function createAssets(
  folder: string,
  others: Readonly<Record<string, string>> = {},
): { url: (name: string) => string; serve: RequestHandler } {
  const assets = new Map<string, Asset>();
  const files = readdirSync(folder).map((name) => [name, join(folder, name)] as const);
  for (const [name, file] of [...files, ...Object.entries(others)]) {
    const type = TYPES[extname(name)];
    if (!type) continue;
    const plain = readFileSync(file);
    const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 10);
    const url = `/assets/${hash}/${name}`;
    assets.set(url, { type, url, plain, packed: new Map() });
  }

  return {
    url(name) {
      for (const { url } of assets.values()) if (url.endsWith(`/${name}`)) return url;
      throw new Error(`there is no asset ${name}`);
    },
    serve(req, res, next) {
      const asset = req.method === 'GET' || req.method === 'HEAD' ? assets.get(req.path) : undefined;
      if (!asset) return next();
      const encoding = req.acceptsEncodings('br', 'gzip', 'identity') || 'identity';
      const body = packedAs(asset, encoding);
      if (body !== asset.plain) res.setHeader('Content-Encoding', encoding);
      res.setHeader('Vary', 'Accept-Encoding');
      res.setHeader('Content-Type', asset.type);
      res.setHeader('Content-Length', body.length);
      res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      res.end(req.method === 'HEAD' ? undefined : body);
    },
  };
}

function packedAs(asset: Asset, encoding: string): Buffer {
  const pack = PACK[encoding];
  if (!pack) return asset.plain;
  const packed = asset.packed.get(encoding) ?? pack(asset.plain);
  asset.packed.set(encoding, packed);
  return packed;
}
