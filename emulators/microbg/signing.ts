import { createHmac, timingSafeEqual } from 'node:crypto';

// micro.bg API 1.3: base64 of the JSON, URL-encoded, followed by the HMAC over that encoded text.

const MAC_LENGTH = 64;
const MAC_SHAPE = /^[0-9a-f]{64}$/;

/** Lower-case hex HMAC-SHA256 of a text; the secret is text and never hex-decoded. */
function macOf(secret: string, encoded: string): string {
  return createHmac('sha256', secret).update(encoded, 'utf8').digest('hex');
}

/** How the signed text reached the server. */
export type SignedAs = 'encoded' | 'bare';

/** A request whose signature holds: its JSON text and the form in which the signed text arrived. */
export interface Verified {
  readonly json: string;
  readonly signedAs: SignedAs;
}

function equalMacs(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left, 'ascii'), Buffer.from(right, 'ascii'));
}

/**
 * Checks a `Request` value after one form-decode (E-3) and decodes its payload.
 * `encoded`: the text as received carries the signature. `bare`: the client encoded once, so the form parser
 * already undid it, and the text is encoded again before the check. Undefined: the signature does not hold.
 */
export function verifyRequest(
  secret: string,
  request: string,
  accepted: readonly SignedAs[],
): Verified | undefined {
  const mac = request.slice(-MAC_LENGTH);
  if (!MAC_SHAPE.test(mac)) return undefined;
  const text = request.slice(0, -MAC_LENGTH);
  if (accepted.includes('encoded') && equalMacs(macOf(secret, text), mac)) {
    const json = decode(text);
    return json === undefined ? undefined : { json, signedAs: 'encoded' };
  }
  if (accepted.includes('bare') && !text.includes('%')) {
    // A form parser may have turned an unescaped plus into a blank.
    const base64 = text.replaceAll(' ', '+');
    if (equalMacs(macOf(secret, encodeURIComponent(base64)), mac)) {
      return { json: Buffer.from(base64, 'base64').toString('utf8'), signedAs: 'bare' };
    }
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return Buffer.from(decodeURIComponent(text), 'base64').toString('utf8');
  } catch {
    return undefined;
  }
}
