import { CompactEncrypt, compactDecrypt } from 'jose';

/** Seals and opens secrets at rest. The format is JWE (RFC 7516), `dir` + A256GCM. */
export interface SecretBox {
  seal(value: unknown): Promise<string>;
  /** @throws when the text was sealed with another key or changed. */
  open(sealed: string): Promise<unknown>;
}

/** @param key 32 random bytes in base64, from SECRETS_KEY. */
export function createSecretBox(key: string): SecretBox {
  const bytes = Buffer.from(key, 'base64');
  return {
    seal: (value) =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(bytes),
    async open(sealed) {
      const { plaintext } = await compactDecrypt(sealed, bytes, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return JSON.parse(new TextDecoder().decode(plaintext)) as unknown;
    },
  };
}
