import { type Choice, LISTED, type VariantCodes, chooseItem } from './choose-item.ts';
import { type LeadingZeros, foldCode, nearMisses } from './codes.ts';
import type { IndexedItem, ItemIndex } from './item-index.ts';
import type { MatchNote, MatchState } from './match-states.ts';
import type { ConnectionSettings } from '../connection/settings.ts';
import { publishedPrice } from '../stock/price.ts';

/** A variant of the shop as far as the report looks at it. */
export interface VariantToMatch extends VariantCodes {
  readonly variantKey: string;
  readonly productName: string;
  /** Minor units. */
  readonly price: number | null;
  readonly unlimited: boolean;
  readonly tracked: boolean | null;
  readonly active: boolean | null;
  readonly draft: boolean | null;
  readonly digital: boolean | null;
  readonly bundle: boolean;
  readonly fractional: boolean;
  readonly hasDescription: boolean;
}

/** An item as far as the report looks at it. */
export interface ItemToMatch extends IndexedItem {
  readonly isService: boolean;
  readonly taxRate: string;
  readonly measureId: number | null;
  /** Price of one base unit in the chosen list, with VAT, decimal text; null: there is none. */
  readonly listPrice: string | null;
}

/** What was confirmed about a variant before: its item, or that it is not this one. */
export interface KnownLink {
  readonly itemId: number;
  readonly ratio: string;
  readonly by: 'code' | 'barcode' | 'extra_code' | 'manual' | 'import';
  readonly refused: boolean;
}

/** What the merchant chose. */
export interface MatchPolicy {
  readonly crossMatch: boolean;
  readonly leadingZeros: LeadingZeros;
  readonly shopPricesWithVat: boolean;
}

/** What a connection's settings say about matching. */
export function policyOf({
  matching,
  shopPricesWithVat,
}: Pick<ConnectionSettings, 'matching' | 'shopPricesWithVat'>): MatchPolicy {
  return { ...matching, shopPricesWithVat };
}

/** What the other variants of the shop have to do with one. */
export interface Neighbours {
  /** How many variants of the shop have this SKU, this one included; 0 for an empty one. */
  readonly sameSku: (sku: string) => number;
  /** How many variants stand for the item with this ratio, this one included. */
  readonly claims: (itemId: number, ratio: string) => number;
}

/** How a variant stands to the warehouse. */
export interface Match {
  readonly state: MatchState;
  readonly notes: readonly MatchNote[];
  readonly itemId: number | null;
  readonly ratio: string | null;
  readonly matchedBy: KnownLink['by'] | null;
  readonly suggestedItemId: number | null;
  /** Codes, ids and counts; no names. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One row of the report: how this variant stands to the warehouse, and why. Total, and the same for the same facts. */
export function matchVariant(
  variant: VariantToMatch,
  link: KnownLink | undefined,
  index: ItemIndex<ItemToMatch>,
  neighbours: Neighbours,
  policy: MatchPolicy,
): Match {
  if (link !== undefined && !link.refused) return linked(variant, link, index, neighbours, policy);
  const notes = notesOf(variant);
  if (variant.sku.trim() === '' && variant.barcode.trim() === '')
    return unmatched(variant.bundle ? 'bundle' : 'missing_code', notes);
  const sharing = neighbours.sameSku(variant.sku);
  if (sharing > 1) return unmatched('duplicate_code_in_shop', notes, { variants: sharing });
  const refused = link?.itemId ?? null;
  const choice = chooseItem(variant, index, { crossMatch: policy.crossMatch, refused });
  if (choice.kind === 'one') return willLink(variant, choice, neighbours, policy);
  if (choice.kind === 'several')
    return unmatched('duplicate_code_in_warehouse', notes, {
      ...{ code: choice.code, ...listed(choice.items), count: choice.count },
    });
  if (choice.kind === 'contradiction') return unmatched('ambiguous', notes, listed(choice.items));
  if (choice.kind === 'crosswise') {
    const items = choice.hits.map(({ item }) => item);
    return suggesting(unmatched('cross_match', notes, listed(items)), only(items), choice.hits[0]?.ratio);
  }
  return withoutItem(variant, refused, index, notes);
}

/** A link that was confirmed wins over every code, and survives renames on both sides. */
function linked(
  variant: VariantToMatch,
  link: KnownLink,
  index: ItemIndex<ItemToMatch>,
  neighbours: Neighbours,
  policy: MatchPolicy,
): Match {
  const item = index.item(link.itemId);
  // What stood in the warehouse is gone altogether: another item may have taken its code.
  if (item === undefined) {
    const anew = matchVariant(variant, undefined, index, neighbours, policy);
    if (anew.state === 'will_link') return anew;
  }
  const base = {
    itemId: link.itemId,
    ratio: link.ratio,
    matchedBy: link.by,
    suggestedItemId: null,
    detail: {},
  };
  if (item === undefined || item.deleted)
    return { ...base, state: 'deleted_in_warehouse', notes: notesOf(variant) };
  return { ...base, state: 'synchronised', notes: notesOf(variant, { item, ratio: link.ratio }, policy) };
}

function willLink(
  variant: VariantToMatch,
  { item, by, ratio }: Extract<Choice<ItemToMatch>, { kind: 'one' }>,
  neighbours: Neighbours,
  policy: MatchPolicy,
): Match {
  const notes = notesOf(variant, { item, ratio }, policy);
  const claims = neighbours.claims(item.id, ratio);
  if (claims > 1) return unmatched('ambiguous', notes, { items: [item.id], variants: claims }, item.id);
  return {
    state: 'will_link',
    notes,
    itemId: item.id,
    ratio,
    matchedBy: by,
    suggestedItemId: null,
    detail: {},
  };
}

/** No live item has one of its codes: a near miss, a deleted item that has it, or something new. */
function withoutItem(
  variant: VariantToMatch,
  refused: number | null,
  index: ItemIndex<ItemToMatch>,
  notes: readonly MatchNote[],
): Match {
  for (const code of [variant.sku, variant.barcode]) {
    const alike = index.lookingLike(code).filter(({ id }) => id !== refused);
    const [first] = alike;
    if (first === undefined) continue;
    const reasons = reasonsOf(code, first);
    const [state] = reasons;
    if (state === undefined) continue;
    const detail = { code: code.trim(), reasons, ...listed(alike) };
    return suggesting(unmatched(state, notes, detail), only(alike), ratioOf(code, first));
  }
  const deleted = index.deletedWith(variant.sku) ?? index.deletedWith(variant.barcode);
  if (deleted !== undefined && deleted.id !== refused)
    return unmatched('deleted_in_warehouse', notes, { items: [deleted.id] }, deleted.id);
  // The code is taken by the item that it must not be linked to: the import cannot create another one under it.
  const taken = refused === null ? undefined : index.item(refused);
  if (taken !== undefined && index.find('code', variant.sku).some(({ item }) => item === taken))
    return unmatched('unlinked', notes, { items: [taken.id] }, taken.id);
  if (variant.bundle) return unmatched('bundle', notes);
  return unmatched(variant.productName.trim() === '' ? 'missing_name' : 'will_be_created', notes);
}

/** In which way the code of a variant misses the nearest code of an item. */
function reasonsOf(code: string, item: ItemToMatch): ReturnType<typeof nearMisses> {
  const all = [item.code, item.barcode, ...item.extraCodes.map((extra) => extra.code)];
  const folded = foldCode(code);
  const ways = all.filter((each) => foldCode(each) === folded).map((each) => nearMisses(code, each));
  return ways.find((way) => way.length > 0) ?? [];
}

/** Base units in one of what the code stands for: a pack that is a near miss is a pack all the same. */
function ratioOf(code: string, { extraCodes }: ItemToMatch): string {
  const folded = foldCode(code);
  return extraCodes.find((extra) => foldCode(extra.code) === folded)?.ratio ?? '1';
}

/** The ratio is that of the link which the suggestion would become. */
function suggesting(match: Match, suggestedItemId: number | null, ratio = '1'): Match {
  return suggestedItemId === null ? match : { ...match, suggestedItemId, ratio };
}

function unmatched(
  state: MatchState,
  notes: readonly MatchNote[],
  detail: Match['detail'] = {},
  suggestedItemId: number | null = null,
): Match {
  return { state, notes, itemId: null, ratio: null, matchedBy: null, suggestedItemId, detail };
}

function listed(items: readonly IndexedItem[]): {
  readonly items: readonly number[];
  readonly count: number;
} {
  return { items: items.slice(0, LISTED).map(({ id }) => id), count: items.length };
}

function only(items: readonly IndexedItem[]): number | null {
  const ids = new Set(items.map(({ id }) => id));
  return ids.size === 1 ? (items[0]?.id ?? null) : null;
}

function notesOf(
  variant: VariantToMatch,
  pair?: { readonly item: ItemToMatch; readonly ratio: string },
  policy?: MatchPolicy,
): MatchNote[] {
  const notes: MatchNote[] = [];
  const note = (name: MatchNote, holds: boolean): void => {
    if (holds) notes.push(name);
  };
  if (pair !== undefined && policy !== undefined) {
    note('price_differs', !variant.bundle && priceDiffers(variant, pair, policy));
    note('pack', pair.ratio !== '1');
    note('service_item', pair.item.isService);
    note('no_measure', pair.item.measureId === null && !pair.item.isService);
  }
  note('missing_description', !variant.hasDescription);
  note('bundle', variant.bundle);
  note('untracked', variant.tracked === false);
  note('unlimited', variant.unlimited && !variant.bundle);
  note('fractional', variant.fractional);
  note('inactive', variant.active === false);
  note('draft', variant.draft === true);
  note('digital', variant.digital === true);
  return notes;
}

/** Is the shop's price another one than the list comes to? A list without a price says nothing. */
function priceDiffers(
  { price }: VariantToMatch,
  { item, ratio }: { readonly item: ItemToMatch; readonly ratio: string },
  { shopPricesWithVat }: MatchPolicy,
): boolean {
  if (item.listPrice === null || price === null) return false;
  const wanted = publishedPrice({
    ...{ lists: [item.listPrice], list: 1, listsWithVat: true, shopWithVat: shopPricesWithVat },
    ...{ taxRate: item.taxRate, ratio, former: null },
    // The preflight holds that both sides count in one currency.
    ...{ warehouseCurrency: '', shopCurrency: '', convertBgn: false },
  });
  return wanted.kind === 'price' && wanted.minor !== price;
}

/** How a variant stands that is linked and that the shop does not have any more. */
export function goneMatch({
  itemId,
  ratio,
  matchedBy,
}: Pick<Match, 'itemId' | 'ratio' | 'matchedBy'>): Match {
  return { state: 'deleted_in_shop', notes: [], itemId, ratio, matchedBy, suggestedItemId: null, detail: {} };
}

/** How an item stands to the shop when no variant stands for it. */
export function matchLoneItem(item: ItemToMatch): Match {
  const notes: MatchNote[] = [];
  if (item.isService) notes.push('service_item');
  else if (item.measureId === null) notes.push('no_measure');
  return { ...unmatched('only_in_warehouse', notes), itemId: item.id };
}
