import { createRequire } from 'node:module';

type Library = typeof import('@simplewebauthn/server');

/**
 * SimpleWebAuthn, loaded when the first passkey comes: it is large, and most installations never see one. By `require`,
 * so that what it leans on can be reached too (below).
 */
export function webAuthn(): Library {
  loaded ??= load();
  return loaded;
}
let loaded: Library | undefined;

function load(): Library {
  const ours = createRequire(import.meta.url);
  const library = ours('@simplewebauthn/server') as Library;
  teachSignature(createRequire(ours.resolve('@simplewebauthn/server')));
  return library;
}

type Decorate = (options: object) => (prototype: object, property: string) => void;
type Schemas = {
  AsnProp: Decorate;
  AsnPropTypes: { Integer: number };
  AsnIntegerArrayBufferConverter: object;
  AsnParser: { parse(data: Uint8Array, target: unknown): unknown };
};

/** SEQUENCE { INTEGER 1, INTEGER 1 }. */
const SMALLEST = Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 1);

/**
 * The library reads ECDSA signatures with two packages of one family, and they must share a third. mailauth holds that
 * third one at an older version, so npm gives each its own, and every signature with P-256, which nearly all passkeys use,
 * would be refused. Then the reader that the library has is told what such a signature looks like (RFC 3279, 2.2.3), in
 * the words of the other package. Where all is well nothing is done.
 */
function teachSignature(theirs: NodeJS.Require): void {
  const { AsnParser, AsnProp, AsnPropTypes, AsnIntegerArrayBufferConverter } = theirs(
    '@peculiar/asn1-schema',
  ) as Schemas;
  const { ECDSASigValue } = theirs('@peculiar/asn1-ecc') as { ECDSASigValue: { prototype: object } };
  try {
    AsnParser.parse(SMALLEST, ECDSASigValue);
  } catch {
    const whole = AsnProp({ type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter });
    whole(ECDSASigValue.prototype, 'r');
    whole(ECDSASigValue.prototype, 's');
    AsnParser.parse(SMALLEST, ECDSASigValue);
  }
}
