/** Why a database cannot be used as it is; `message` is one line for people, without paths and addresses. */
export type UnusableReason = 'missing' | 'empty' | 'damaged' | 'newer';

/** Thrown by `open`: starting anyway could forget every STOPP. */
export class Unusable extends Error {
  readonly reason: UnusableReason;
  constructor(reason: UnusableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unusable';
    this.reason = reason;
  }
}
