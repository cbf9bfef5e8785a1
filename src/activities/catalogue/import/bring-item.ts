import type { ConnectionCache } from '../../../db/connection-cache.ts';
import type { ImportOutcome } from '../../../db/queries/catalogue/import-results.ts';
import { variantToBring } from '../../../db/queries/catalogue/variant-to-bring.ts';
import { chooseItem } from '../../../domain/catalogue/choose-item.ts';
import { type PlanItem, type SkipReason, planItem } from '../../../domain/catalogue/import-plan.ts';
import { ItemIndex } from '../../../domain/catalogue/item-index.ts';
import type { MatchState } from '../../../domain/catalogue/match-states.ts';
import type { Item } from '../../../clients/microbg/items.ts';
import { PassStopped } from '../../order/stops.ts';
import { askWarehouseAside } from '../../warehouse-requests.ts';
import { extraCodesOf } from '../item-facts.ts';
import { updateItem } from './change-item.ts';
import { createItem } from './create-item.ts';
import { type Desk, type ImportDependencies, type Row, deskOf } from './desk.ts';
import { readAccount } from './plan.ts';

/** What became of a variant that the shop announced. */
export type BroughtVariant =
  | {
      readonly kind: 'done';
      readonly outcome: ImportOutcome;
      readonly itemId: number | null;
      readonly error: string | null;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason | 'not_live' | 'not_wanted' | 'inactive' };

export type BringDependencies = ImportDependencies & { readonly connections: ConnectionCache };

/**
 * Brings one variant into the warehouse, as a webhook announced it: by the rules of the import and with its protocol, so that it
 * may be repeated and may meet an import at any moment. What the warehouse shows already causes no write.
 * @throws {PassStopped} when a vendor is away, or another worker is at this item.
 */
export async function bringItem(
  dependencies: BringDependencies,
  connectionId: string,
  variantKey: string,
): Promise<BroughtVariant> {
  const desk = await deskOf(dependencies, connectionId);
  if (desk.connection.mode !== 'live') return { kind: 'skipped', reason: 'not_live' };
  const variant = await desk.io.db('variant-to-bring', (database) =>
    variantToBring(database, connectionId, variantKey),
  );
  if (variant === undefined) return { kind: 'skipped', reason: 'deleted_in_shop' };
  const { link, since } = variant;
  if (variant.ignored) return { kind: 'skipped', reason: 'ignored' };
  const row: Row = { variantKey, runId: null, since };
  const match = await matchNow(desk, variant);
  const { newProducts } = desk.connection.settings;
  const isNew = match.state === 'will_be_created';
  if (isNew && newProducts !== 'create') return { kind: 'skipped', reason: 'not_wanted' };
  if (isNew && (variant.active === false || variant.draft === true))
    return { kind: 'skipped', reason: 'inactive' };
  const account = await readAccount(dependencies, desk);
  const choices = { taxRate: null, measureId: null, groupId: null };
  const { item, ratio } = match;
  const plan = planItem(
    variant,
    { state: match.state, item, ratio, sharing: variant.sharing },
    account,
    choices,
  );
  switch (plan.action) {
    case 'skip':
      return { kind: 'skipped', reason: plan.reason };
    case 'create':
      return { kind: 'done', ...(await createItem(desk, row, plan.item, account)) };
    case 'update':
    case 'link': {
      const linked = { itemId: plan.itemId, ratio: ratio ?? '1', matchedBy: link?.matchedBy ?? match.by };
      const changes = plan.action === 'update' ? plan.changes : {};
      return { kind: 'done', ...(await updateItem(desk, row, linked, changes)) };
    }
  }
}

interface Matched {
  readonly state: MatchState;
  readonly item: PlanItem | null;
  readonly ratio: string | null;
  readonly by: 'code' | 'barcode' | 'extra_code' | 'import';
}

/** How the variant stands to the warehouse now: by its link, else by its codes. Several or contradicting items: nothing. */
async function matchNow(
  desk: Desk,
  variant: NonNullable<Awaited<ReturnType<typeof variantToBring>>>,
): Promise<Matched> {
  const none = { item: null, ratio: null, by: 'import' as const };
  const { link, sku, barcode } = variant;
  if (link !== null) {
    const [item] = await search(desk, { id: link.itemId });
    if (item === undefined || item.deleted) return { ...none, state: 'deleted_in_warehouse' };
    return { ...none, state: 'synchronised', item: toPlanItem(item), ratio: link.ratio };
  }
  if (variant.bundle) return { ...none, state: 'bundle' };
  if (sku.trim() === '' && barcode.trim() === '') return { ...none, state: 'missing_code' };
  if (variant.sameSku > 1) return { ...none, state: 'duplicate_code_in_shop' };
  const found = [
    ...(sku.trim() === '' ? [] : await search(desk, { code: sku.trim() })),
    ...(barcode.trim() === '' ? [] : await search(desk, { barcode: barcode.trim() })),
  ];
  const { crossMatch, leadingZeros } = desk.connection.settings.matching;
  const items = [...new Map(found.map((item) => [item.id, item])).values()];
  const indexed = items.map((item) => ({ ...item, extraCodes: extraCodesOf(item) }));
  const index = new ItemIndex(leadingZeros, indexed);
  const choice = chooseItem({ sku, barcode }, index, { crossMatch, refused: variant.refusedItemId });
  switch (choice.kind) {
    case 'one': {
      const { ratio, by } = choice;
      return { state: 'will_link', item: toPlanItem(choice.item), ratio, by };
    }
    case 'several':
      return { ...none, state: 'duplicate_code_in_warehouse' };
    case 'contradiction':
      return { ...none, state: 'ambiguous' };
    case 'crosswise':
      return { ...none, state: 'cross_match' };
    case 'none':
      if (items.some((item) => item.deleted)) return { ...none, state: 'deleted_in_warehouse' };
      return { ...none, state: items.length > 0 ? 'ambiguous' : 'will_be_created' };
  }
}

function toPlanItem(item: Item): PlanItem {
  const { id: itemId, name, barcode, isService } = item;
  return { itemId, name, barcode, isService, extraCodes: extraCodesOf(item) };
}

async function search(
  desk: Desk,
  by: { readonly id: number } | { readonly code: string } | { readonly barcode: string },
): Promise<readonly Item[]> {
  const { pausedRetryMs } = desk.durations;
  const found = await askWarehouseAside({ ...desk, pausedRetryMs }, 'getItems', () =>
    desk.warehouse.findItems(by, true),
  );
  if (found === undefined)
    throw new PassStopped('warehouse_not_answered', 'micro.bg answers nothing to getItems');
  return found;
}
