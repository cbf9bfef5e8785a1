import type { Pool } from '../../db/pool.ts';
import {
  type ItemInput,
  type VariantInput,
  allItems,
  allVariantCodes,
  allVariants,
  goneVariants,
  ignoredRows,
  knownLinks,
} from '../../db/queries/catalogue/match-inputs.ts';
import {
  type NewMatchRow,
  clearRows,
  finishReport,
  removeOldRows,
  reportBefore,
  writeRows,
} from '../../db/queries/catalogue/match-writes.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import { chooseItem } from '../../domain/catalogue/choose-item.ts';
import { codeKey } from '../../domain/catalogue/codes.ts';
import { ItemIndex } from '../../domain/catalogue/item-index.ts';
import {
  type KnownLink,
  type Match,
  type MatchPolicy,
  type Neighbours,
  goneMatch,
  matchLoneItem,
  matchVariant,
  policyOf,
} from '../../domain/catalogue/match.ts';
import { ignored, rowKeys } from '../../domain/catalogue/report-row.ts';
import { serviceItemIds } from '../../domain/catalogue/service-items.ts';
import type { MatchRef, MatchSummary } from '../../workflows/match/contract.ts';
import { type MatchDependencies, connectionOf, walkOf } from './walk.ts';
import { settleSides } from './settle-sides.ts';

/** Rows of one statement. */
const BATCH = 2_000;

/**
 * Works the report out from what the walk stored, and makes it the one that everybody reads. The items lie in memory,
 * the variants go by. What a worker that died had worked out is worked out anew.
 */
export async function compareGoods(
  dependencies: MatchDependencies,
  ref: MatchRef,
): Promise<MatchSummary | null> {
  const { pool } = dependencies;
  const walk = await walkOf(dependencies, ref);
  if (walk === undefined) return null;
  const connection = await connectionOf(dependencies, ref);
  const verified = await settleSides(dependencies, connection, ref, walk);
  await clearRows(pool, ref.report);
  const before = await reportBefore(pool, connection.id);
  const work = await prepare(pool, connection.id, connection.settings);
  const writer = new RowWriter(pool, { id: ref.report, before, connectionId: connection.id });
  await compareVariants(work, writer);
  await addLoneItems(work, writer);
  const { states, notes } = await writer.end();
  const figures = {
    ...{ variants: work.variants, items: work.items, states, notes },
    shopRequests: walk.shop.requests + verified.shopRequests,
    warehouseRequests: walk.warehouse.requests + verified.warehouseRequests,
  };
  if (!(await finishReport(pool, { id: ref.report, before }, figures))) return null;
  await removeOldRows(pool, connection.id, ref.report);
  return { variants: work.variants, items: work.items, states };
}

interface Work {
  readonly pool: Pool;
  readonly connectionId: string;
  readonly policy: MatchPolicy;
  readonly index: ItemIndex<ItemInput>;
  readonly links: ReadonlyMap<string, KnownLink>;
  readonly ignoredKeys: ReadonlySet<string>;
  readonly neighbours: Neighbours;
  /** Items that a row of a variant speaks of, or that stand for no goods. */
  readonly spokenFor: Set<number>;
  readonly items: number;
  variants: number;
}

async function prepare(pool: Pool, connectionId: string, settings: ConnectionSettings): Promise<Work> {
  const policy = policyOf(settings);
  const index = new ItemIndex<ItemInput>(policy.leadingZeros);
  let items = 0;
  for await (const batch of allItems(pool, connectionId, settings.priceList)) {
    for (const item of batch) index.add(item);
    items += batch.length;
  }
  const links = await knownLinks(pool, connectionId);
  return {
    ...{ pool, connectionId, policy, index, links, items, variants: 0 },
    ignoredKeys: await ignoredRows(pool, connectionId),
    neighbours: await meetNeighbours(pool, connectionId, { policy, index, links }),
    spokenFor: new Set(serviceItemIds(settings)),
  };
}

/** How many variants have a SKU, and how many stand for an item: what one variant alone does not show. */
async function meetNeighbours(
  pool: Pool,
  connectionId: string,
  { policy, index, links }: Pick<Work, 'policy' | 'index' | 'links'>,
): Promise<Neighbours> {
  const skus = new Map<string, number>();
  const claims = new Map<string, number>();
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
  for await (const batch of allVariantCodes(pool, connectionId)) {
    for (const variant of batch) {
      const sku = codeKey(variant.sku, policy.leadingZeros);
      if (sku !== '') count(skus, sku);
      const claim = claimOf(variant, links.get(variant.variantKey), index, policy);
      if (claim !== undefined) count(claims, claim);
    }
  }
  return {
    sameSku: (sku) => skus.get(codeKey(sku, policy.leadingZeros)) ?? 0,
    claims: (itemId, ratio) => claims.get(`${itemId}:${ratio}`) ?? 0,
  };
}

function claimOf(
  variant: Pick<VariantInput, 'sku' | 'barcode'>,
  link: KnownLink | undefined,
  index: ItemIndex<ItemInput>,
  { crossMatch }: MatchPolicy,
): string | undefined {
  if (link !== undefined && !link.refused && index.item(link.itemId) !== undefined)
    return `${link.itemId}:${link.ratio}`;
  const choice = chooseItem(variant, index, {
    crossMatch,
    refused: link?.refused === true ? link.itemId : null,
  });
  return choice.kind === 'one' ? `${choice.item.id}:${choice.ratio}` : undefined;
}

async function compareVariants(work: Work, writer: RowWriter): Promise<void> {
  const { pool, connectionId, links, index, neighbours, policy } = work;
  for await (const batch of allVariants(pool, connectionId)) {
    work.variants += batch.length;
    for (const variant of batch) {
      const link = links.get(variant.variantKey);
      await addRow(work, writer, variant, matchVariant(variant, link, index, neighbours, policy));
    }
  }
  for (const gone of await goneVariants(pool, connectionId))
    await addRow(work, writer, gone, goneMatch(gone));
}

async function addRow(
  { index, ignoredKeys, spokenFor }: Work,
  writer: RowWriter,
  variant: Pick<VariantInput, 'variantKey' | 'productName' | 'options' | 'sku' | 'barcode'>,
  match: Match,
): Promise<void> {
  const { variantKey } = variant;
  if (match.itemId !== null) spokenFor.add(match.itemId);
  const row = ignoredKeys.has(variantKey) ? ignored(match) : match;
  const itemId = match.itemId ?? match.suggestedItemId;
  const item = itemId === null ? undefined : index.item(itemId);
  await writer.add({ rowKey: variantKey, variantKey, ...row, ...rowKeys({ variant, item: item ?? null }) });
}

async function addLoneItems({ index, ignoredKeys, spokenFor }: Work, writer: RowWriter): Promise<void> {
  for (const item of index.items()) {
    if (item.deleted || spokenFor.has(item.id)) continue;
    const rowKey = `item:${item.id}`;
    const match = matchLoneItem(item);
    const row = ignoredKeys.has(rowKey) ? ignored(match) : match;
    await writer.add({ rowKey, variantKey: null, ...row, ...rowKeys({ variant: null, item }) });
  }
}

type Place = Parameters<typeof writeRows>[1];

/** Writes rows in batches, and counts them. */
class RowWriter {
  readonly #pool: Pool;
  readonly #place: Place;
  readonly #states: Record<string, number> = {};
  readonly #notes: Record<string, number> = {};
  #rows: NewMatchRow[] = [];

  constructor(pool: Pool, place: Place) {
    this.#pool = pool;
    this.#place = place;
  }

  async add(row: NewMatchRow): Promise<void> {
    this.#states[row.state] = (this.#states[row.state] ?? 0) + 1;
    for (const note of row.notes) this.#notes[note] = (this.#notes[note] ?? 0) + 1;
    this.#rows.push(row);
    if (this.#rows.length >= BATCH) await this.#flush();
  }

  async end(): Promise<{ readonly states: Record<string, number>; readonly notes: Record<string, number> }> {
    await this.#flush();
    return { states: this.#states, notes: this.#notes };
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length > 0) await writeRows(this.#pool, this.#place, rows);
  }
}
