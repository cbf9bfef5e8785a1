import { type DocumentKind, type DocumentState, OPER_TYPE } from '../order/document-kinds.ts';
import { type PostedLine, grossOfLine, isPostedTotal } from '../order/verify.ts';
import {
  add,
  compare,
  minorToDecimal,
  multiply,
  parseDecimal,
  roundHalfUp,
  toDecimal,
  whole,
  zero,
  type Rational,
} from '../rational.ts';

/**
 * How one order stands on both sides, and what of that differs from the ledger. Each side was read by itself, page by
 * page; what moved meanwhile is left out by whoever gathers the sides.
 */

/** Kinds of differences; stable, they stand in stored results and in CSV files. */
export const differenceKinds = [
  'missing_in_warehouse',
  'surplus',
  'total_differs',
  'quantity_differs',
  'type_differs',
  'unknown_ext_id',
  'not_ours',
  'unread',
  'missing_in_shop',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** Differences that a pass over the order may mend, or turn into a question to a person. */
export function isForPass(kind: DifferenceKind): boolean {
  return kind !== 'not_ours';
}

/** Differences that the pass sees in the warehouse only: it must look there even when nothing is to be written. */
export function isInWarehouse(kind: DifferenceKind): boolean {
  return isForPass(kind) && kind !== 'unread' && kind !== 'missing_in_shop';
}

export interface Difference {
  readonly kind: DifferenceKind;
  readonly warehouseId: number | null;
  readonly warehouseNumber: string | null;
  /** What the ledger, or the shop, says it should be; in words and figures for people. */
  readonly expected: string;
  readonly found: string;
}

/** An order as the shop lists it. */
export interface ShopSight {
  readonly status: string;
  readonly updatedAt: string | null;
  readonly total: number | null;
  readonly currency: string | null;
  /** Quantities by warehouse item; null where not every line has a linked item, or where bundles are in it. */
  readonly quantities: Readonly<Record<string, string>> | null;
  /** Not older than the start date. */
  readonly ours: boolean;
}

/** A document that the warehouse lists, by our ledger or by its note of this order. */
export interface DocumentSight {
  readonly id: number;
  readonly number: string | null;
  readonly type: number;
  readonly extId: number | null;
  readonly nullVat: boolean;
  readonly lines: readonly PostedLine[];
}

/** The order as the last pass left it. */
export interface KnownOrder {
  readonly state: string;
  readonly shopStatus: string | null;
  readonly shopUpdatedAt: string | null;
  readonly shopTotal: number | null;
  readonly shopCurrency: string | null;
}

/** A row of the ledger. */
export interface LedgerSight {
  readonly kind: DocumentKind;
  readonly state: DocumentState;
  readonly extId: number;
  readonly warehouseId: number | null;
  readonly number: string | null;
  /** Minor units of the warehouse's currency. */
  readonly gross: number | null;
  readonly lines: readonly { readonly itemId: number; readonly quantity: string }[];
}

/** Everything known of one order. */
export interface OrderSides {
  readonly shop: ShopSight | null;
  readonly known: KnownOrder | null;
  readonly ledger: readonly LedgerSight[];
  readonly documents: readonly DocumentSight[];
}

/** What counts for all orders of a connection. */
export interface AccountFacts {
  /** Currency of the warehouse; null when it was never read. */
  readonly currency: string | null;
  /** Our smallest stamp in the warehouse's application; null when there is none. */
  readonly firstExtId: number | null;
}

/** All differences of one order; none when both sides and the ledger agree. */
export function differencesOf(sides: OrderSides, account: AccountFacts): Difference[] {
  const standing = sides.ledger.filter(
    ({ state, warehouseId }) => warehouseId !== null && state !== 'reserved' && state !== 'deleted',
  );
  const matched = new Set<DocumentSight>();
  const differences = standing.flatMap((row) => {
    const own = sides.documents.find(({ id }) => id === row.warehouseId);
    if (own !== undefined) matched.add(own);
    return own === undefined ? [absent(row, sides.documents)] : contentDifferences(row, own);
  });
  for (const document of sides.documents)
    if (!matched.has(document)) differences.push(stranger(document, sides.ledger, standing, account));
  return [...differences, ...shopDifferences(sides, standing, account)];
}

/** A document of the ledger that does not stand under its id. */
function absent(row: LedgerSight, documents: readonly DocumentSight[]): Difference {
  const { warehouseId, number: warehouseNumber } = row;
  const moved = documents.find(({ extId, type }) => extId === row.extId && type !== OPER_TYPE[row.kind]);
  const about = { warehouseId, warehouseNumber, expected: describe(row.kind, row.number) };
  return moved === undefined
    ? { kind: 'missing_in_warehouse', ...about, found: '' }
    : { kind: 'type_differs', ...about, found: describe(kindOf(moved.type), moved.number) };
}

function contentDifferences(row: LedgerSight, document: DocumentSight): Difference[] {
  const about = { warehouseId: document.id, warehouseNumber: document.number };
  if (document.type !== OPER_TYPE[row.kind]) {
    const [expected, found] = [row.kind, kindOf(document.type)];
    return [{ kind: 'type_differs', ...about, expected, found }];
  }
  const differences: Difference[] = [];
  if (row.gross !== null && !isPostedTotal(document.lines, document.nullVat, row.gross)) {
    const found = toDecimal(grossOf(document.lines, document.nullVat), 2);
    differences.push({ kind: 'total_differs', ...about, expected: minorToDecimal(row.gross), found });
  }
  const quantities = quantityDifference(quantitiesOf(row.lines), quantitiesOf(document.lines));
  if (quantities !== undefined) differences.push({ kind: 'quantity_differs', ...about, ...quantities });
  return differences;
}

/** A document of this order that the ledger does not hold as standing. */
function stranger(
  document: DocumentSight,
  ledger: readonly LedgerSight[],
  standing: readonly LedgerSight[],
  { firstExtId }: AccountFacts,
): Difference {
  const { id: warehouseId, number: warehouseNumber, extId } = document;
  const about = { warehouseId, warehouseNumber, found: describe(kindOf(document.type), document.number) };
  const beside = standing.find(({ kind }) => OPER_TYPE[kind] === document.type);
  const ours = ledger.find((row) => row.warehouseId === warehouseId || row.extId === extId);
  if (beside !== undefined || ours !== undefined)
    return {
      kind: 'surplus',
      ...about,
      expected: beside === undefined ? '' : describe(beside.kind, beside.number),
    };
  const stamped = extId !== null && firstExtId !== null && extId >= firstExtId;
  return { kind: stamped ? 'unknown_ext_id' : 'not_ours', ...about, expected: '' };
}

/**
 * Orders and sales that another program, or a person, made for this order: neither in the ledger nor stamped by us.
 * With their gross in minor units.
 */
export function foreignDocuments(
  { documents, ledger }: Pick<OrderSides, 'documents' | 'ledger'>,
  { firstExtId }: AccountFacts,
): (DocumentSight & { readonly gross: number })[] {
  return documents
    .filter(({ id, extId, type }) => {
      const posted = type === OPER_TYPE.order || type === OPER_TYPE.sale;
      const known = ledger.some((row) => row.warehouseId === id || row.extId === extId);
      const stamped = extId !== null && firstExtId !== null && extId >= firstExtId;
      return posted && !known && !stamped;
    })
    .map((document) => {
      const gross = multiply(grossOf(document.lines, document.nullVat), whole(100));
      return { ...document, gross: roundHalfUp(gross) };
    });
}

/** What the shop shows beside what was last read and posted. */
function shopDifferences(
  { shop, known, documents }: OrderSides,
  standing: readonly LedgerSight[],
  { currency }: AccountFacts,
): Difference[] {
  const about = { warehouseId: null, warehouseNumber: null };
  if (shop === null) {
    const open = known !== null && ['ordered', 'blocked'].includes(known.state);
    return open ? [{ kind: 'missing_in_shop', ...about, expected: known.shopStatus ?? '', found: '' }] : [];
  }
  if (known === null && !shop.ours) return [];
  if (known === null || known.shopStatus === null || isNewer(shop, known))
    return [
      { kind: 'unread', ...about, expected: seen(shop), found: known === null ? '' : seenBefore(known) },
    ];
  const posted = known.state === 'ordered' || known.state === 'sold';
  if (posted && standing.length === 0 && documents.length === 0)
    return [{ kind: 'missing_in_warehouse', ...about, expected: known.state, found: '' }];
  const [row] = standing.filter(({ kind, state }) => state === 'live' && OPER_TYPE[kind] !== OPER_TYPE.claim);
  if (!posted || row === undefined) return [];
  const place = { warehouseId: row.warehouseId, warehouseNumber: row.number };
  const differences: Difference[] = [];
  if (shop.currency === currency && row.gross !== null && shop.total !== null && shop.total !== row.gross)
    differences.push({
      ...{ kind: 'total_differs', ...place, expected: minorToDecimal(shop.total) },
      found: minorToDecimal(row.gross),
    });
  if (shop.quantities !== null) {
    const wanted = readQuantities(shop.quantities);
    // Service lines stand in the document only.
    const goods = row.lines.filter(({ itemId }) => wanted.has(String(itemId)));
    const quantities = quantityDifference(wanted, quantitiesOf(goods));
    if (quantities !== undefined) differences.push({ kind: 'quantity_differs', ...place, ...quantities });
  }
  return differences;
}

/** What the shop does not say counts as unchanged. */
function isNewer(shop: ShopSight, known: KnownOrder): boolean {
  return (
    shop.status !== known.shopStatus ||
    (shop.updatedAt !== null && shop.updatedAt !== known.shopUpdatedAt) ||
    (shop.total !== null && shop.total !== known.shopTotal) ||
    (shop.currency !== null && shop.currency !== known.shopCurrency)
  );
}

type Quantities = ReadonlyMap<string, Rational>;

function quantitiesOf(lines: readonly { readonly itemId: number; readonly quantity: string }[]): Quantities {
  const sums = new Map<string, Rational>();
  for (const { itemId, quantity } of lines) {
    const key = String(itemId);
    sums.set(key, add(sums.get(key) ?? zero, parseDecimal(quantity) ?? zero));
  }
  return sums;
}

function readQuantities(quantities: Readonly<Record<string, string>>): Quantities {
  return new Map(
    Object.entries(quantities).map(([item, quantity]) => [item, parseDecimal(quantity) ?? zero]),
  );
}

/** The items that differ, as `item: quantity` on both sides; undefined when none does. */
function quantityDifference(
  expected: Quantities,
  found: Quantities,
): { readonly expected: string; readonly found: string } | undefined {
  const items = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (item) => compare(expected.get(item) ?? zero, found.get(item) ?? zero) !== 0,
  );
  if (items.length === 0) return undefined;
  const list = (side: Quantities): string =>
    items.map((item) => `${item}: ${plain(side.get(item) ?? zero)}`).join(', ');
  return { expected: list(expected), found: list(found) };
}

function plain(quantity: Rational): string {
  return toDecimal(quantity, 3).replace(/\.?0+$/, '');
}

/** Gross of lines, major units; what cannot be read counts as nothing. */
function grossOf(lines: readonly PostedLine[], nullVat: boolean): Rational {
  return lines.map((line) => grossOfLine(line, nullVat) ?? zero).reduce(add, zero);
}

function kindOf(type: number): string {
  return Object.entries(OPER_TYPE).find(([, each]) => each === type)?.[0] ?? `type ${type}`;
}

function describe(kind: string, number: string | null): string {
  return number === null ? kind : `${kind} ${number}`;
}

function seen({ status, total, updatedAt }: ShopSight): string {
  return [status, total === null ? '' : minorToDecimal(total), updatedAt ?? ''].filter(Boolean).join(' ');
}

function seenBefore({ shopStatus, shopTotal, shopUpdatedAt }: KnownOrder): string {
  const total = shopTotal === null ? '' : minorToDecimal(shopTotal);
  return [shopStatus ?? '', total, shopUpdatedAt ?? ''].filter(Boolean).join(' ');
}
