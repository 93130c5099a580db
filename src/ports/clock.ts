/** Time and ids are arguments to everything below `app`; these are where they come from. */
export interface Clock {
  /** Wall time, ms since the epoch. */
  now(): number;
}

export interface Ids {
  /** UUIDv7: sortable by time. */
  next(now: number): string;
  /** Four digits from a secure source, for SÄND codes. */
  code(): string;
  /** 16 random bytes as base64url, for salts. */
  salt(): string;
}

/** Keyed hashing with SECRET_KEY; made once in the composition root. */
export interface Keyed {
  /** HMAC-SHA-256 of an address, base64url: the suppression list's key (B-41). */
  addressHash(address: string): string;
  fingerprint: string;
  /** Plain SHA-256, base64url: chain and personal hashes, which outsiders can recompute. */
  digest(text: string): string;
  /** HMAC-SHA-256 of any text, base64url: the ledger's head. */
  mac(text: string): string;
}
