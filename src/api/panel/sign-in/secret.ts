import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Marks our tokens, so that scanners of leaked secrets recognise them. */
const TOKEN_PREFIX = 'ccmb_';
/** No letters or digits that look alike: the code is typed by hand. */
const CODE_LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** A secret for a cookie: 256 random bits. */
export function newSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A token for a machine: 256 random bits. */
export function newToken(): string {
  return `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
}

/** A code for the first owner, about 99 random bits: `XXXXX-XXXXX-XXXXX-XXXXX`. */
export function newOwnerCode(): string {
  const group = (): string =>
    Array.from({ length: 5 }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

/** What is stored of a secret. They are random and long: a plain hash cannot be turned round. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
