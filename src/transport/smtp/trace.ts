/** What our own Received header says (RFC 5321 4.4). */
export type Trace = {
  helo: string;
  remote: string;
  mta: string;
  /** `ESMTP`, `ESMTPS`, `SMTP` … (RFC 3848). */
  transmission: string;
  rawId: string;
  /** ms since the epoch. */
  at: number;
};

/** The header with its CRLF. Nothing that a peer says can end a line or a comment of it. */
export function receivedHeader(trace: Trace): string {
  const literal = trace.remote.includes(':') ? `IPv6:${trace.remote}` : trace.remote;
  const helo = trace.helo.replace(/[^\w.:[\]-]/g, '?').slice(0, 255) || 'unknown';
  const date = new Date(trace.at).toUTCString().replace('GMT', '+0000');
  return [
    `Received: from ${helo} ([${literal}])`,
    `\tby ${trace.mta} with ${trace.transmission} id ${trace.rawId};`,
    `\t${date}`,
    '',
  ].join('\r\n');
}
