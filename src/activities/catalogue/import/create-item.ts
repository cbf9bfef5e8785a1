import type { Item, ItemWrite } from '../../../clients/microbg/items.ts';
import {
  type SentItem,
  readPriceWriteMode,
  refusesLetters,
  storePriceWriteMode,
} from '../../../db/queries/catalogue/item-claims.ts';
import {
  type BroughtItem,
  type ImportOutcome,
  storeBrought,
  storeRowOutcome,
} from '../../../db/queries/catalogue/import-results.ts';
import { foldCode } from '../../../domain/catalogue/codes.ts';
import type { NewItem } from '../../../domain/catalogue/import-plan.ts';
import { type PriceWriteMode, isPlainCode, isSameDecimal } from '../../../domain/catalogue/item-fields.ts';
import { type Desk, type HeldItem, type Row, taken, withItem } from './desk.ts';
import { itemMadeSince, itemUnderCode } from './find-item.ts';

/** What became of one variant. */
export interface Brought {
  readonly outcome: ImportOutcome;
  readonly itemId: number | null;
  readonly error: string | null;
}

/** What of the account a new item depends on. */
export interface Account {
  /** The account keeps its price lists with VAT. */
  readonly pricesWithVat: boolean;
}

/**
 * Makes the item of a variant, once. There is no idempotency key: our own code is stored before it is sent, so that a
 * repeat is refused and the item found by it. Where an account refuses the code, or there is none, nothing is repeated
 * before the request cannot take effect any more and the item was looked for (micro.bg API 3.5, Q-5).
 */
export async function createItem(
  desk: Desk,
  row: Row,
  item: NewItem,
  account: Account,
  { onlyLookUp = false }: { readonly onlyLookUp?: boolean } = {},
): Promise<Brought> {
  const way = await wayOf(desk, item);
  const wish = { way, sent: sentOf(item, way), alsoWhenHalted: onlyLookUp };
  return withItem(desk, row, wish, async (held) => {
    const { claim } = held;
    if (claim.madeItemId !== null)
      return brought(desk, row, held, fromPlan(item, claim.madeItemId), 'unchanged');
    const mode = await desk.io.db('price-write-mode', (database) =>
      readPriceWriteMode(database, held.key.connectionId),
    );
    const landed = await unanswered(desk, held);
    if (landed !== undefined) return finish(desk, row, held, { item, account, mode }, landed);
    // After a cancelled run nothing is sent any more, whatever the answer was.
    if (onlyLookUp) return giveUp(held);
    const current = claim.fresh || claim.way === 'code' || claim.way === 'auto' ? claim.way : way;
    if (!claim.fresh) await held.intend(current, sentOf(item, current));
    return send(desk, row, held, { item, account, mode }, current);
  });
}

async function giveUp(held: HeldItem): Promise<Brought> {
  held.unanswered = false;
  await held.release();
  return { outcome: 'unchanged', itemId: null, error: null };
}

/** What an intent of before came to: it is looked up before anything is sent. */
async function unanswered(desk: Desk, held: HeldItem): Promise<Found | undefined> {
  const { claim } = held;
  if (claim.fresh) return undefined;
  if (claim.way === 'auto') {
    const made = await itemMadeSince(desk, held);
    return made === undefined ? undefined : { item: made, outcome: 'created' };
  }
  if (claim.way !== 'code' || claim.sent.code === null) return undefined;
  const under = await itemUnderCode(desk, held, claim.sent.code);
  return under.kind === 'item' ? { item: under.item, outcome: outcomeOf(held, under.item) } : undefined;
}

interface Found {
  readonly item: Item;
  readonly outcome: 'created' | 'adopted';
}

/** Ours is what was made after the intent under the name that was sent. */
function outcomeOf({ claim }: HeldItem, item: Item): Found['outcome'] {
  return item.id > claim.floorId && item.name === claim.sent.name ? 'created' : 'adopted';
}

interface Wanted {
  readonly item: NewItem;
  readonly account: Account;
  readonly mode: PriceWriteMode | undefined;
}

async function send(
  desk: Desk,
  row: Row,
  held: HeldItem,
  wanted: Wanted,
  first: 'code' | 'auto' | 'edit' | 'delete',
): Promise<Brought> {
  const { item } = wanted;
  let way = first;
  for (;;) {
    const fields = {
      ...toWrite(wanted),
      ...(way === 'code' && item.code !== null ? { code: item.code } : {}),
    };
    const answer = await held.write('insertItem', () => desk.warehouse.insertItem(fields));
    if (answer.kind === 'ok') {
      const made = fromPlan(item, answer.value.id, answer.value.code ?? item.code ?? '');
      await settlePrice(desk, held, wanted, { id: made.itemId });
      const codeRefused = way === 'auto' && item.code !== null;
      return brought(desk, row, held, made, 'created', codeRefused);
    }
    if (way !== 'code' || item.code === null) return failed(desk, row, held, 'refused', answer.said);
    const under = await itemUnderCode(desk, held, item.code);
    if (under.kind === 'item')
      return finish(desk, row, held, wanted, { item: under.item, outcome: outcomeAfter(held, under.item) });
    if (under.kind === 'taken') return failed(desk, row, held, 'code_taken', under.said);
    // Not the code but its signs were refused: then micro.bg gives one, and the link is ours.
    if (isPlainCode(item.code)) return failed(desk, row, held, 'refused', answer.said);
    way = 'auto';
    await held.intend(way, sentOf(item, way));
  }
}

/** A repeat of ours was refused because the first one has landed; or somebody else's item stands there. */
function outcomeAfter(held: HeldItem, item: Item): Found['outcome'] {
  return held.claim.fresh ? 'adopted' : outcomeOf(held, item);
}

async function finish(
  desk: Desk,
  row: Row,
  held: HeldItem,
  wanted: Wanted,
  { item, outcome }: Found,
): Promise<Brought> {
  if (outcome === 'created') await settlePrice(desk, held, wanted, { id: item.id, shown: item });
  const { taxRate, isService } = item;
  const facts = {
    ...fromPlan(wanted.item, item.id, item.code),
    name: item.name,
    barcode: item.barcode,
    isService,
  };
  const codeRefused = held.claim.way === 'auto' && wanted.item.code !== null;
  return brought(
    desk,
    row,
    held,
    { ...facts, taxRate: taxRate ?? wanted.item.taxRate },
    outcome,
    codeRefused,
  );
}

async function wayOf(desk: Desk, { code }: NewItem): Promise<'code' | 'auto'> {
  if (code === null) return 'auto';
  if (isPlainCode(code)) return 'code';
  const refused = await desk.io.db('refuses-letters', (database) =>
    refusesLetters(database, desk.connection.id),
  );
  return refused ? 'auto' : 'code';
}

function sentOf({ code, name, barcode }: NewItem, way: string): SentItem {
  return { code: way === 'code' ? code : null, name, barcode };
}

function toWrite({
  item,
  account,
  mode,
}: Wanted): ItemWrite & { name: string; taxGroup: number; measureId: number } {
  const { name, barcode, taxGroup, measureId, groupId, isService, priceList, price } = item;
  const withVat = isWithVat(account, mode ?? 'company');
  return {
    ...{ name, taxGroup, measureId },
    ...(barcode === '' ? {} : { barcode }),
    ...(groupId === null ? {} : { groupId }),
    ...(isService ? { isService } : {}),
    ...(price === null || priceList === null
      ? {}
      : { prices: { [priceList]: withVat ? price.withVat : price.withoutVat } }),
  };
}

function isWithVat({ pricesWithVat }: Account, mode: PriceWriteMode): boolean {
  return mode === 'company' ? pricesWithVat : mode === 'with';
}

/**
 * The first item with a price shows how the account takes prices: it is read back, and mended where it was taken
 * otherwise. Every later one is written as it has shown. What is learned is stored before the mending, so that a mended
 * price is never taken for the proof that nothing had to be mended.
 */
async function settlePrice(
  desk: Desk,
  held: HeldItem,
  { item, account, mode }: Wanted,
  made: { readonly id: number; readonly shown?: Item },
): Promise<void> {
  const { price, priceList } = item;
  if (price === null || priceList === null || isSameDecimal(item.taxRate, '0')) return;
  if (mode !== undefined && made.shown === undefined) return;
  const read = async () =>
    (await held.read('getItems', () => desk.warehouse.findItems({ id: made.id }, true)))?.[0];
  const shown = (made.shown ?? (await read()))?.prices[priceList - 1] ?? null;
  if (shown === null) return;
  const right = Math.abs(Number(shown) - Number(price.withVat)) < HALF_A_CENT;
  const learned: PriceWriteMode = mode ?? (right ? 'company' : account.pricesWithVat ? 'without' : 'with');
  if (mode === undefined)
    await desk.io.db('store-price-write-mode', (database) =>
      storePriceWriteMode(database, held.key.connectionId, learned),
    );
  if (right) return;
  const prices = { [priceList]: isWithVat(account, learned) ? price.withVat : price.withoutVat };
  await held.write('editItem', () => desk.warehouse.editItem(made.id, { prices }));
}

/** Lists are read with VAT, which may have been added to a rounded price. */
const HALF_A_CENT = 0.005;

function fromPlan(item: NewItem, itemId: number, code = item.code ?? ''): BroughtItem {
  const { name, barcode, taxRate, isService } = item;
  return {
    ...{ itemId, code, name, barcode, taxRate, isService, ratio: '1', matchedBy: 'import' as const },
    foldedCodes: [code, barcode].filter((each) => each !== '').map(foldCode),
  };
}

async function brought(
  desk: Desk,
  row: Row,
  held: HeldItem,
  item: BroughtItem,
  outcome: ImportOutcome,
  codeRefused = false,
): Promise<Brought> {
  const key = { ...held.key, runId: row.runId, fence: held.claim.fence };
  const stored = await desk.io.db('store-brought', (database) =>
    storeBrought(database, key, item, { outcome, codeRefused }),
  );
  if (!stored) throw taken(1_000);
  return { outcome, itemId: item.itemId, error: null };
}

async function failed(
  desk: Desk,
  row: Row,
  held: HeldItem,
  outcome: 'refused' | 'code_taken',
  error: string,
): Promise<Brought> {
  const key = { ...held.key, runId: row.runId, fence: held.claim.fence };
  await desk.io.db('store-row-outcome', (database) =>
    storeRowOutcome(database, key, { state: 'failed', outcome, error }),
  );
  return { outcome, itemId: null, error };
}
