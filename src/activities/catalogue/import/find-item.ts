import type { Item } from '../../../clients/microbg/items.ts';
import type { Cursor } from '../../../clients/microbg/paging.ts';
import { linkedElsewhere } from '../../../db/queries/catalogue/item-claims.ts';
import { isSameCode } from '../../../domain/catalogue/codes.ts';
import { PassStopped } from '../../order/stops.ts';
import type { Desk, HeldItem } from './desk.ts';

/** What stands under a code. */
export type UnderCode =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'none' }
  /** Several, a pack, a deleted one, or the item of another variant: nothing of ours. */
  | { readonly kind: 'taken'; readonly said: string };

/** Pages that are looked through for an item without a code of ours. */
const MOST_PAGES = 50;

/** The one live item that has the code as its own, and belongs to no other variant. */
export async function itemUnderCode(desk: Desk, held: HeldItem, code: string): Promise<UnderCode> {
  const found = (await held.read('getItems', () => desk.warehouse.findItems({ code }, true))) ?? [];
  const { leadingZeros } = desk.connection.settings.matching;
  const live = found.filter((item) => !item.deleted);
  const own = live.filter((item) => isSameCode(item.code, code, leadingZeros));
  const [item] = own;
  if (item === undefined) {
    const other = found[0];
    if (other === undefined) return { kind: 'none' };
    return { kind: 'taken', said: `code ${code} is of item ${other.id}${other.deleted ? ', deleted' : ''}` };
  }
  if (own.length > 1) return { kind: 'taken', said: `${own.length} items have the code ${code}` };
  const elsewhere = await desk.io.db('linked-elsewhere', (database) =>
    linkedElsewhere(database, held.key, item.id),
  );
  return elsewhere === undefined
    ? { kind: 'item', item }
    : { kind: 'taken', said: `item ${item.id} belongs to ${elsewhere}` };
}

/**
 * The item of an insert that was not answered, sent without a code of ours: among those made since, by name and barcode. It is
 * looked for when the request cannot take effect any more, beside an item that certainly exists.
 * @throws {PassStopped} before that.
 */
export async function itemMadeSince(desk: Desk, held: HeldItem): Promise<Item | undefined> {
  const { sent, floorId, landsForMs } = held.claim;
  if (landsForMs > 0)
    throw new PassStopped('item_quarantine', 'An unanswered request may still take effect', {
      retryInMs: landsForMs + 50,
    });
  let cursor: Cursor | null = {
    ...{ fromId: Math.max(0, floorId - 1), limit: 100, pageSize: 0 },
  };
  let canary = false;
  for (let page = 0; cursor !== null && page < MOST_PAGES; page += 1) {
    const at: Cursor = cursor;
    const read = await held.read('getItems', () => desk.warehouse.itemsPage({ pricesWithVat: true }, at));
    for (const item of read?.rows ?? []) {
      canary ||= item.id === floorId;
      const ours = item.id > floorId && item.name === sent.name && item.barcode === sent.barcode;
      if (!ours || item.deleted) continue;
      const elsewhere = await desk.io.db('linked-elsewhere', (database) =>
        linkedElsewhere(database, held.key, item.id),
      );
      if (elsewhere === undefined) return item;
    }
    cursor = read?.next ?? null;
  }
  if (!canary) await provePaid(desk, held);
  return undefined;
}

/** After the subscription ran out the lists may be empty (micro.bg API 7, trap 1). @throws {PassStopped} then. */
export async function provePaid(desk: Desk, held: HeldItem): Promise<void> {
  if ((await held.read('getCompanyData', () => desk.warehouse.isPaid())) === true) return;
  throw new PassStopped(
    'microbg_subscription_over',
    'The micro.bg subscription is not paid: its lists prove nothing',
    { retryInMs: desk.durations.pausedRetryMs },
  );
}
