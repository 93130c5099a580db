/**
 * SimpleWebAuthn, loaded when the first passkey comes: it is large, and most installations never see one. It reads
 * signatures with two packages that must share one copy of a third, @peculiar/asn1-schema; the lockfile sees to it, and the
 * tests of passkeys sign with P-256, which is refused where there are two.
 */
export const webAuthn = (): Promise<typeof import('@simplewebauthn/server')> => import('@simplewebauthn/server');
