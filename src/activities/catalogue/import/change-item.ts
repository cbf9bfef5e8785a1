import type { Item } from '../../../clients/microbg/items.ts';
import {
  type BroughtItem,
  type ImportOutcome,
  storeBrought,
  storeRowOutcome,
} from '../../../db/queries/catalogue/import-results.ts';
import type { MatchedBy } from '../../../db/queries/items.ts';
import type { ItemChanges, TextChange } from '../../../domain/catalogue/import-plan.ts';
import { cleanText } from '../../../domain/text.ts';
import { toWarehouseItem } from '../item-facts.ts';
import type { Brought } from './create-item.ts';
import { type Desk, type HeldItem, type Row, taken, withItem } from './desk.ts';

/** The item of a variant, and how it was found. */
export interface LinkedTo {
  readonly itemId: number;
  readonly ratio: string;
  readonly matchedBy: MatchedBy;
}

/** What of a change is still to be written, beside what the warehouse shows now. */
export function remainingChanges(
  { name, barcode }: ItemChanges,
  shown: Pick<Item, 'name' | 'barcode'>,
): { readonly write: { name?: string; barcode?: string }; readonly kept: boolean } {
  const write: { name?: string; barcode?: string } = {};
  let kept = false;
  const look = (field: 'name' | 'barcode', change: TextChange | undefined): void => {
    if (change === undefined || cleanText(shown[field]) === cleanText(change.after)) return;
    if (cleanText(shown[field]) === cleanText(change.before)) write[field] = change.after;
    else kept = true;
  };
  look('name', name);
  look('barcode', barcode);
  return { write, kept };
}

/** Name and barcode of an item as the shop has them. What staff changed since it was looked at stays as they have it. */
export async function updateItem(
  desk: Desk,
  row: Row,
  link: LinkedTo,
  changes: ItemChanges,
): Promise<Brought> {
  const sent = { code: null, name: changes.name?.after ?? '', barcode: changes.barcode?.after ?? '' };
  return withItem(desk, row, { way: 'edit', sent }, async (held) => {
    const { itemId } = link;
    const found = await held.read('getItems', () => desk.warehouse.findItems({ id: itemId }, true));
    const item = found?.[0];
    if (item === undefined || item.deleted) return gone(desk, row, held, itemId);
    const { write, kept } = remainingChanges(changes, item);
    if (write.name === undefined && write.barcode === undefined) {
      // An unanswered edit of ours may be what it shows.
      const nothing: ImportOutcome = kept ? 'changed_meanwhile' : held.claim.fresh ? 'unchanged' : 'updated';
      return store(desk, row, held, toBrought(item, link), nothing);
    }
    const answer = await held.write('editItem', () => desk.warehouse.editItem(itemId, write));
    if (answer.kind === 'refused') return refused(desk, row, held, itemId, answer.said);
    return store(desk, row, held, toBrought({ ...item, ...write }, link), 'updated');
  });
}

function toBrought(item: Item, { ratio, matchedBy }: LinkedTo): BroughtItem {
  const { code, name, barcode, taxRate, isService, foldedCodes, itemId } = toWarehouseItem(item);
  return { itemId, code, name, barcode, taxRate, isService, ratio, matchedBy, foldedCodes };
}

async function store(
  desk: Desk,
  row: Row,
  held: HeldItem,
  item: BroughtItem,
  outcome: ImportOutcome,
): Promise<Brought> {
  const key = { ...held.key, runId: row.runId, fence: held.claim.fence };
  const stored = await desk.io.db('store-brought', (database) =>
    storeBrought(database, key, item, { outcome }),
  );
  if (!stored) throw taken(1_000);
  return { outcome, itemId: item.itemId, error: null };
}

async function gone(desk: Desk, row: Row, held: HeldItem, itemId: number): Promise<Brought> {
  const error = `item ${itemId} is not in the warehouse any more`;
  const key = { ...held.key, runId: row.runId, fence: held.claim.fence };
  await desk.io.db('store-row-outcome', (database) =>
    storeRowOutcome(database, key, { state: 'failed', outcome: 'changed_meanwhile', error }),
  );
  return { outcome: 'changed_meanwhile', itemId, error };
}

async function refused(
  desk: Desk,
  row: Row,
  held: HeldItem,
  itemId: number,
  error: string,
): Promise<Brought> {
  const key = { ...held.key, runId: row.runId, fence: held.claim.fence };
  await desk.io.db('store-row-outcome', (database) =>
    storeRowOutcome(database, key, { state: 'failed', outcome: 'refused', error }),
  );
  return { outcome: 'refused', itemId, error };
}
