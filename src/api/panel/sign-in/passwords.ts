import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';

/** argon2id with 19 MiB and two passes, as OWASP's password storage sheet recommends; the library's default kind. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Long rather than odd: NIST SP 800-63B. The upper limit keeps a request from costing seconds. */
export const newPassword = z.string().min(12, 'must have at least 12 characters').max(200);

/** Of no password: an unknown address costs as much time as a wrong password, and tells nothing by it. */
const NOBODY = await hash('nobody has this password', COST);

/** The hash to store, in the PHC format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Is it the password? `stored` undefined: nobody has the address; takes the same time. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const right = await verify(stored ?? NOBODY, password);
  return right && stored !== undefined;
}
