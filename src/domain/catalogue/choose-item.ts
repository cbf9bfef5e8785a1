import type { CodeHit, IndexedItem, ItemIndex } from './item-index.ts';

/** What names a variant: its SKU and its barcode. */
export interface VariantCodes {
  readonly sku: string;
  readonly barcode: string;
}

/** Items that a choice lists at most: duplicate codes come by the thousand. */
export const LISTED = 20;

/** What the codes of a variant say about its item. */
export type Choice<I extends IndexedItem> =
  | {
      readonly kind: 'one';
      readonly item: I;
      readonly by: 'code' | 'barcode' | 'extra_code';
      readonly ratio: string;
    }
  /** Several items have the code: none is chosen. The first of them, and how many there are. */
  | { readonly kind: 'several'; readonly items: readonly I[]; readonly count: number; readonly code: string }
  /** The SKU names one item, the barcode another. */
  | { readonly kind: 'contradiction'; readonly items: readonly I[] }
  /** Only the SKU as a barcode, or the barcode as a code, would name an item, and the settings do not allow that. */
  | { readonly kind: 'crosswise'; readonly hits: readonly CodeHit<I>[] }
  | { readonly kind: 'none' };

/**
 * The item that a variant stands for: SKU = code, then barcode = barcode, then the extra codes of packs, each of its
 * own kind. Where two of these name different items, or one names several, nothing is chosen. `refused` is an item
 * that a person said it is not.
 */
export function chooseItem<I extends IndexedItem>(
  { sku, barcode }: VariantCodes,
  index: ItemIndex<I>,
  { crossMatch, refused = null }: { readonly crossMatch: boolean; readonly refused?: number | null },
): Choice<I> {
  const hits = (kind: Parameters<typeof index.find>[0], code: string) => {
    const found = index.find(kind, code);
    return refused === null ? found : found.filter(({ item }) => item.id !== refused);
  };
  const own = [
    { by: 'code', code: sku, found: hits('code', sku) },
    { by: 'barcode', code: barcode, found: hits('barcode', barcode) },
    { by: 'extra_code', code: sku, found: hits('extra_code', sku) },
    { by: 'extra_code', code: barcode, found: hits('extra_barcode', barcode) },
  ] as const;
  const crosswise = [
    { by: 'barcode', code: sku, found: hits('barcode', sku) },
    { by: 'code', code: barcode, found: hits('code', barcode) },
    { by: 'extra_code', code: sku, found: hits('extra_barcode', sku) },
    { by: 'extra_code', code: barcode, found: hits('extra_code', barcode) },
  ] as const;
  const named = (crossMatch ? [...own, ...crosswise] : own).filter(({ found }) => found.length > 0);
  const [first] = named;
  if (first === undefined) {
    const across = crosswise.flatMap(({ found }) => found);
    return across.length === 0 ? { kind: 'none' } : { kind: 'crosswise', hits: across };
  }
  const [hit, another] = first.found;
  if (hit === undefined || another !== undefined) {
    const { found, code } = first;
    return {
      kind: 'several',
      items: itemsOf(found.slice(0, LISTED)),
      count: found.length,
      code: code.trim(),
    };
  }
  const against = named.find(({ found }) => !names(found, hit));
  if (against !== undefined) return { kind: 'contradiction', items: [hit.item, ...itemsOf(against.found)] };
  return { kind: 'one', item: hit.item, by: first.by, ratio: hit.ratio };
}

function itemsOf<I extends IndexedItem>(found: readonly CodeHit<I>[]): I[] {
  return found.map(({ item }) => item);
}

/** A code that several items share does not speak against one of them. */
function names<I extends IndexedItem>(found: readonly CodeHit<I>[], { item }: CodeHit<I>): boolean {
  return found.some((each) => each.item === item);
}
