import type { Queryable } from '../../../db/pool.ts';
import { storeFirstOwnerCode } from '../../../db/queries/users.ts';
import { hashSecret, newOwnerCode } from './secret.ts';

/**
 * A new code for the first owner, to be printed where only who runs the server reads it; undefined when somebody
 * can sign in already. Codes of other servers of the same database stay good until then, seven days at most.
 */
export async function offerOwnerCode(database: Queryable): Promise<string | undefined> {
  const code = newOwnerCode();
  return (await storeFirstOwnerCode(database, hashSecret(code))) ? code : undefined;
}
