import { isIPv6 } from 'node:net';
import type { DoorLimits } from './limits.ts';

/** Who may come in and how often, by the address that they come from. Nobody is banned: what is over is refused. */
export type Peers = {
  /** Counts a connection in; false = over a limit. Every `true` is followed by one `gone`. */
  came(remote: string): boolean;
  gone(remote: string): void;
  /** Counts a mail; false = over the rate. */
  mayMail(remote: string): boolean;
  open(): number;
};

const MINUTE = 60_000;

/**
 * `now` is monotonic, in ms. The rate is a bucket that holds a minute's mails and fills steadily: no window's edge lets
 * twice as many through.
 */
export function createPeers(limits: DoorLimits, now: () => number): Peers {
  const connections = new Map<string, number>();
  const buckets = new Map<string, { left: number; at: number }>();
  let all = 0;
  let swept = now();

  /** A full bucket says nothing that a missing one does not. */
  function sweep(at: number) {
    if (at - swept < MINUTE) return;
    swept = at;
    for (const [peer, bucket] of buckets) if (at - bucket.at >= MINUTE) buckets.delete(peer);
  }

  return {
    came(remote) {
      const peer = peerOf(remote);
      const count = connections.get(peer) ?? 0;
      if (all >= limits.connections || count >= limits.connectionsPerPeer) return false;
      connections.set(peer, count + 1);
      all++;
      return true;
    },
    gone(remote) {
      const peer = peerOf(remote);
      const count = connections.get(peer) ?? 0;
      if (count > 1) connections.set(peer, count - 1);
      else connections.delete(peer);
      all--;
    },
    mayMail(remote) {
      const at = now();
      sweep(at);
      const peer = peerOf(remote);
      const before = buckets.get(peer) ?? { left: limits.mailsPerMinute, at };
      const left = Math.min(limits.mailsPerMinute, before.left + ((at - before.at) * limits.mailsPerMinute) / MINUTE);
      const may = left >= 1;
      buckets.set(peer, { left: may ? left - 1 : left, at });
      return may;
    },
    open: () => all,
  };
}

/** An IPv6 host has 2^64 addresses of its own, so its network counts as the peer. */
export function peerOf(remote: string): string {
  if (!isIPv6(remote)) return remote;
  const [head = '', tail] = remote.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const full =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return full.slice(0, 4).join(':');
}
