import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, fetch as fetchOver } from 'undici';

/** A description, a key set or a token holds some thousand bytes. */
const MOST_BYTES = 512 * 1024;
const ANSWER_MS = 5_000;

/** Why we did not go to an address, or did not take what came. */
export class NotFetched extends Error {
  readonly why: 'address' | 'inside' | 'slow' | 'odd';
  constructor(why: NotFetched['why']) {
    super(why);
    this.why = why;
  }
}

const listOf = (...nets: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const net of nets) {
    const [address = '', bits = ''] = net.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
};
const LOOPBACK = listOf('127.0.0.0/8', '::1/128');
/** The cloud's own services (169.254.169.254), this host, multicast: no provider stands there. */
const NEVER = listOf('0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/128', 'fe80::/10', 'ff00::/8');
const PRIVATE = listOf('10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7');

export type Reach = {
  /** Ours runs on this machine for trying out, and a provider may too, also without https. */
  loopback: boolean;
  /** A private network is fine. */
  inside: boolean;
};

/** null: we may go there. IPv4 in an IPv6 dress is the IPv4 address (BlockList sees that by itself). */
function barred(address: string, reach: Reach): NotFetched['why'] | null {
  const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(address, kind)) return reach.loopback ? null : 'address';
  if (NEVER.check(address, kind)) return 'address';
  return PRIVATE.check(address, kind) && !reach.inside ? 'inside' : null;
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  (isIP(bare(hostname)) !== 0 && LOOPBACK.check(bare(hostname), hostname.startsWith('[') ? 'ipv6' : 'ipv4'));

/** May an address that an admin typed, or a provider named, be asked at all? */
export function mayFetch(address: string, reach: Reach): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  if (isLoopback(hostname)) return reach.loopback && (protocol === 'http:' || protocol === 'https:');
  return protocol === 'https:';
}

/** Is this installation itself at a loopback address? Then nobody but this machine comes by it. */
export const isLoopbackUrl = (url: string): boolean => isLoopback(new URL(url).hostname);

type Init = { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal };

/**
 * A `fetch` that goes nowhere but where `reach` allows, looking at the very address that it connects to, so that a name
 * which leads elsewhere the second time gets nowhere. Follows no redirect, waits five seconds in all, reads half a
 * megabyte at most.
 */
export function createReachingFetch(reach: Reach): (address: string, init?: Init) => Promise<Response> {
  const found: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...options, all: true })
      .then((all: LookupAddress[]) => {
        const [first] = all;
        const why = all.map(({ address }) => barred(address, reach)).find((each) => each !== null);
        if (why) throw new NotFetched(why);
        if (!first) throw new NotFetched('address');
        if (options.all) done(null, all);
        else done(null, first.address, first.family);
      })
      .catch((error) => done(error, '', 0));
  };
  const over = new Agent({
    connect: { lookup: found, timeout: ANSWER_MS },
    keepAliveTimeout: 1_000,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
  });
  return async (address, init = {}) => {
    if (!mayFetch(address, reach)) throw new NotFetched('address');
    const host = bare(new URL(address).hostname);
    // No name, nothing to look up.
    const why = isIP(host) === 0 ? null : barred(host, reach);
    if (why) throw new NotFetched(why);
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetchOver(address, { ...init, signal, redirect: 'manual', dispatcher: over } as never);
    const body = await readSome(answer.body as ReadableStream<Uint8Array> | null);
    // A plain answer again: the library looks at its class.
    const bodiless = [204, 205, 304].includes(answer.status);
    return new Response(bodiless ? null : body, { status: answer.status, headers: [...answer.headers] });
  };
}

async function readSome(body: ReadableStream<Uint8Array> | null): Promise<Buffer<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > MOST_BYTES) throw new NotFetched('odd');
    pieces.push(piece);
  }
  return Buffer.concat(pieces) as Buffer<ArrayBuffer>;
}
