import { createHash } from 'node:crypto';
import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import { noteOrderUnits } from '../../db/queries/stock/order-units.ts';
import { variantKey } from '../../domain/order/shop-order.ts';
import { unitsOf, unitsTaken } from '../../domain/stock/units.ts';
import type { PassContext } from './context.ts';

/**
 * Writes down what an order takes of which variant, before anything is done for it: a figure that is written to the
 * shop meanwhile must count it. A read that shows nothing new costs nothing.
 */
export async function noteUnits(pass: PassContext, order: CloudcartOrder | undefined): Promise<void> {
  const { shopDecrementsAt } = pass.connection.settings;
  const taken = order === undefined ? false : unitsTaken(order, shopDecrementsAt);
  const lines = (order?.lines ?? []).map((line) => ({ ...line, variantKey: variantKey(line) }));
  const units = unitsOf(lines, taken ?? true);
  const digest = createHash('sha256')
    .update(JSON.stringify([taken, units]))
    .digest('base64url');
  if (pass.claimed.unitsDigest === digest) return;
  await pass.io.db('note-order-units', (database) =>
    noteOrderUnits(
      database,
      { ...pass.key, fence: pass.claimed.fence },
      { units, digest, keep: taken === null },
    ),
  );
}
