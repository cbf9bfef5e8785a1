import type { Item } from '../../../clients/microbg/items.ts';
import type { OpenRow } from '../../../db/queries/catalogue/import-items.ts';
import { type ImportOutcome, storeUndone } from '../../../db/queries/catalogue/import-results.ts';
import type { ItemChanges } from '../../../domain/catalogue/import-plan.ts';
import { cleanText } from '../../../domain/text.ts';
import { remainingChanges } from './change-item.ts';
import { type Desk, type HeldItem, type Row, withItem } from './desk.ts';
import { provePaid } from './find-item.ts';

/** Takes back what an import did about one variant. Nothing that somebody has used or changed since is touched. */
export async function undoRow(desk: Desk, row: Row, line: OpenRow): Promise<void> {
  const { itemId } = line;
  if (itemId === null) return;
  if (line.action === 'unlink') {
    return store(desk, row, null, { outcome: 'unlinked', itemId, unlink: line.linked });
  }
  const way = line.action === 'delete' ? 'delete' : 'edit';
  const sent = { code: null, name: '', barcode: '' };
  await withItem(desk, row, { way, sent }, (held) =>
    way === 'delete'
      ? undoCreation(desk, row, held, line, itemId)
      : undoChange(desk, row, held, line, itemId),
  );
}

/** micro.bg deletes what is not used and marks the rest (micro.bg API 3.5): what it only marked is unmarked again. */
async function undoCreation(
  desk: Desk,
  row: Row,
  held: HeldItem,
  line: OpenRow,
  itemId: number,
): Promise<void> {
  const shown = await readItem(desk, held, itemId);
  if (shown === undefined) {
    await provePaid(desk, held);
    const outcome = held.claim.fresh ? 'already_gone' : 'deleted';
    return store(desk, row, held, { outcome, itemId, gone: true, unlink: true });
  }
  if (!shown.deleted && isChanged(shown, line)) {
    return store(desk, row, held, { outcome: 'kept_changed', itemId, texts: shown });
  }
  if (shown.deleted && held.claim.fresh)
    return store(desk, row, held, { outcome: 'already_gone', itemId, texts: shown });
  if (!shown.deleted) {
    const answer = await held.write('deleteItem', () => desk.warehouse.deleteItem(itemId));
    if (answer.kind === 'refused')
      return store(desk, row, held, { outcome: 'kept_used', itemId, texts: shown });
    if ((await readItem(desk, held, itemId)) === undefined)
      return store(desk, row, held, { outcome: 'deleted', itemId, gone: true, unlink: true });
  }
  // It was only marked: it stands in documents or in stock, so it stays as it was.
  await held.write('editItem', () => desk.warehouse.editItem(itemId, { deleted: false }));
  return store(desk, row, held, { outcome: 'kept_used', itemId, texts: shown });
}

function isChanged(shown: Item, { item }: OpenRow): boolean {
  if (item === null) return false;
  return cleanText(shown.name) !== item.name || shown.barcode.trim() !== item.barcode.trim();
}

/** Each text only where it still is what the import wrote. */
async function undoChange(
  desk: Desk,
  row: Row,
  held: HeldItem,
  line: OpenRow,
  itemId: number,
): Promise<void> {
  const shown = await readItem(desk, held, itemId);
  const unlink = line.linked;
  if (shown === undefined || shown.deleted)
    return store(desk, row, held, { outcome: 'already_gone', itemId, unlink });
  const back = reversed(line.changes ?? {});
  const { write, kept } = remainingChanges(back, shown);
  const all = { ...shown, ...write };
  if (write.name !== undefined || write.barcode !== undefined) {
    const answer = await held.write('editItem', () => desk.warehouse.editItem(itemId, write));
    if (answer.kind === 'refused')
      return store(desk, row, held, { outcome: 'kept_changed', itemId, texts: shown });
  }
  const restored = write.name !== undefined || write.barcode !== undefined || !kept;
  const outcome = kept ? (restored ? 'restored_partly' : 'kept_changed') : 'restored';
  return store(desk, row, held, { outcome, itemId, unlink, texts: all });
}

function reversed({ name, barcode }: ItemChanges): ItemChanges {
  return {
    ...(name === undefined ? {} : { name: { before: name.after, after: name.before } }),
    ...(barcode === undefined ? {} : { barcode: { before: barcode.after, after: barcode.before } }),
  };
}

async function readItem(desk: Desk, held: HeldItem, id: number): Promise<Item | undefined> {
  return (await held.read('getItems', () => desk.warehouse.findItems({ id }, true)))?.[0];
}

async function store(
  { io, connection }: Desk,
  { variantKey, runId }: Row,
  held: HeldItem | null,
  result: {
    readonly outcome: ImportOutcome;
    readonly itemId: number;
    readonly gone?: boolean;
    readonly unlink?: boolean;
    readonly texts?: { readonly name: string; readonly barcode: string };
  },
): Promise<void> {
  const key = { connectionId: connection.id, variantKey, runId, fence: held?.claim.fence ?? null };
  const { outcome, itemId, gone = false, unlink = false } = result;
  const texts =
    result.texts === undefined ? null : { name: result.texts.name, barcode: result.texts.barcode };
  await io.db('store-undone', (database) =>
    storeUndone(database, key, { outcome, itemId, gone, unlink, texts }),
  );
}
