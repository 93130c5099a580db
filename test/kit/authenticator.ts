import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/**
 * A passkey as a device keeps it, in a few lines: ES256, no attestation. It answers as a browser's JSON would, and lies
 * where a test wants it to.
 */
export type Device = {
  id: string;
  counter: number;
  create(options: CreationAsked, lies?: Lies): string;
  get(options: RequestAsked, lies?: Lies): string;
};
type CreationAsked = { challenge: string; rp: { id?: string }; user: { id: string } };
type RequestAsked = { challenge: string; rpId?: string };
export type Lies = {
  origin?: string;
  rpId?: string;
  type?: string;
  challenge?: string;
  userHandle?: string;
  /** User presence and verification bits; 0x05 = both. */
  flags?: number;
  counter?: number;
  signature?: string;
};

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const base64 = (data: Buffer | string): string => Buffer.from(data).toString('base64url');

/** CBOR (RFC 8949) of what a passkey needs: small integers, byte strings, text, maps. */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (major: number, count: number): Buffer =>
    count < 24
      ? Buffer.from([(major << 5) | count])
      : count < 256
        ? Buffer.from([(major << 5) | 24, count])
        : Buffer.from([(major << 5) | 25, count >> 8, count & 255]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const pairs = [...value].map(([key, one]) => Buffer.concat([cbor(key), cbor(one as never)]));
  return Buffer.concat([head(5, value.size), ...pairs]);
}

export function createDevice(origin: string, counting = true): Device {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  let handle = '';
  let rpId = '';

  const authData = (lies: Lies, extra = Buffer.alloc(0), more = 0): Buffer => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? self.counter);
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([(lies.flags ?? 0x05) | more]), counter, extra]);
  };
  const clientData = (type: string, challenge: string, lies: Lies): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
        crossOrigin: false,
      }),
    );
  const answer = (response: object): string =>
    JSON.stringify({ id: base64(id), rawId: base64(id), type: 'public-key', clientExtensionResults: {}, response });

  const self: Device = {
    id: base64(id),
    counter: 0,
    create(options, lies = {}) {
      handle = options.user.id;
      rpId = options.rp.id ?? '';
      const data = clientData('webauthn.create', options.challenge, lies);
      const length = Buffer.from([0, id.length]);
      const key = Buffer.concat([Buffer.alloc(16), length, id, cose(publicKey)]);
      const object = cbor(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData(lies, key, 0x40)],
        ]),
      );
      return answer({ clientDataJSON: base64(data), attestationObject: base64(object), transports: ['internal'] });
    },
    get(options, lies = {}) {
      if (counting) self.counter += 1;
      rpId = options.rpId ?? rpId;
      const data = clientData('webauthn.get', options.challenge, lies);
      const about = authData(lies);
      const signed = sign('sha256', Buffer.concat([about, sha256(data)]), createPrivateKey(pem(privateKey)));
      return answer({
        clientDataJSON: base64(data),
        authenticatorData: base64(about),
        signature: lies.signature ?? base64(signed),
        userHandle: lies.userHandle ?? handle,
      });
    },
  };
  return self;
}

const pem = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));

/** COSE_Key of a P-256 key (RFC 9053): kty 2, alg -7, crv 1, x, y. */
function cose(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' }) as { x?: string; y?: string };
  return cbor(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  );
}
