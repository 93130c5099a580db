/** An answer other than 250. smtp-server reads `responseCode`; the text begins with the enhanced code (RFC 3463). */
export class Refusal extends Error {
  readonly responseCode: number;
  constructor(responseCode: number, text: string, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause });
    this.responseCode = responseCode;
  }
}

/** Ours to mend, the peer's to try again (M-5). */
export const storeDown = (cause?: unknown) =>
  new Refusal(451, '4.3.0 Cannot be stored just now, try again later', cause);
export const comingToAnEnd = () => new Refusal(421, '4.3.2 Going down, try again later');
export const tookTooLong = () => new Refusal(421, '4.4.2 That took too long');
export const tooManyConnections = () => new Refusal(421, '4.7.0 Too many connections, try again later');
export const cannotBeRead = (cause: unknown) => new Refusal(554, '5.6.0 This message cannot be read', cause);
export const tooBig = (size: number) => new Refusal(552, `5.3.4 Longer than the ${size} octets that are allowed`);
/** RFC 5321 2.3.8: CR and LF only together. Where two servers disagree on that, a second mail hides in the first. */
export const bareLineEnd = () => new Refusal(550, '5.6.0 A line ends with a bare CR or LF, only CRLF is allowed');
export const tooMany = () => new Refusal(450, '4.7.1 Too many messages from you this minute, try again later');
export const noSuchAddress = () => new Refusal(550, '5.1.1 No such address here');
export const noRelay = () => new Refusal(550, '5.7.1 Nothing is passed on to other domains');
export const onlyBounces = () => new Refusal(550, '5.7.1 The null sender may write to return addresses only');
export const guessing = () => new Refusal(421, '4.7.0 Too many unknown recipients');

/** What may stand in a log of a fault: its code or its kind. A store's message can hold what it was asked to store. */
export function faultOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name ?? typeof error);
}
