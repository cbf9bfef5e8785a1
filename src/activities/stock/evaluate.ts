import { type Evaluation, skusToEvaluate, storeEvaluations } from '../../db/queries/stock/skus.ts';
import { type SkuFacts, skuFacts } from '../../db/queries/stock/sku-facts.ts';
import { type DesiredSku, desiredSku, isClaimed, urgencyOf } from '../../domain/stock/desired-sku.ts';
import { mustRepeat } from '../../domain/stock/export-step.ts';
import type { Export } from './export-context.ts';

/** SKUs of one statement. */
const BATCH = 500;

/** Works out what the shop should show of every SKU for which anything may have changed. Answers how many that were. */
export async function evaluateSkus(work: Export): Promise<number> {
  const { io, pool, connection, lease } = work;
  let evaluated = 0;
  for (let after = ''; ;) {
    const page = { after, limit: BATCH };
    const keys = await io.db('skus-to-evaluate', () => skusToEvaluate(pool, connection.id, page));
    if (keys.length === 0) return evaluated;
    const facts = await io.db('sku-facts', () => skuFacts(pool, connection.id, keys));
    const known = new Map(facts.map((each) => [each.key, each]));
    const evaluations = keys.map((key) => {
      const one = known.get(key);
      return one === undefined ? notOurs(key) : evaluationOf(work, one);
    });
    await io.db('store-evaluations', () => storeEvaluations(pool, lease, evaluations));
    evaluated += keys.length;
    after = keys.at(-1) ?? '';
  }
}

/** Quantity and price that the shop should show of a SKU now. */
export function desiredOf(
  {
    connection,
    warehouseCurrency,
    shopCurrency,
  }: Pick<Export, 'connection' | 'warehouseCurrency' | 'shopCurrency'>,
  facts: SkuFacts,
  priceAccepted = false,
): DesiredSku {
  // What a person accepted is not compared with the price before.
  const shownPrice = priceAccepted ? null : facts.sku.shownPrice;
  return desiredSku({ ...facts, shownPrice, warehouseCurrency, shopCurrency }, connection.settings);
}

function evaluationOf(work: Export, facts: SkuFacts): Evaluation {
  const accepted = work.acceptedPrices.has(facts.variantKey);
  const desired = desiredOf(work, facts, accepted);
  const { sku } = facts;
  const wanted = { quantity: desired.quantity?.quantity ?? null, price: desired.price };
  const urgency = urgencyOf({ quantity: sku.shown, price: sku.shownPrice }, wanted);
  // The same figure again: an order may have been passed on the way, or a lost write may have landed.
  const again = wanted.quantity !== null && sku.shown !== null && mustRepeat(sku, facts.nowMs);
  return {
    key: facts.key,
    wanted: wanted.quantity,
    wantedPrice: wanted.price,
    refusedPrice: desired.refusedPrice,
    held: heldOf(sku.held, desired),
    claimed: isClaimed(desired),
    priority: urgency ?? (again ? 3 : null),
    version: sku.version,
  };
}

/** What the shop refused stays known until it takes it. */
function heldOf(before: string | null, { priceRefused }: DesiredSku): string | null {
  if (before === 'refused_by_shop') return before;
  return priceRefused === null ? null : `price_${priceRefused}`;
}

/** Not linked any more, untracked, unlimited: the shop's figure is none of ours. */
function notOurs(key: string): Evaluation {
  const nothing = {
    wanted: null,
    wantedPrice: null,
    refusedPrice: null,
    held: null,
    claimed: false,
    priority: null,
  };
  return { key, ...nothing, version: -1 };
}
