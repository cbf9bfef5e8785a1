import { type NewPrice, isSameDecimal, itemName, newItemPrice, usableCode } from './item-fields.ts';
import type { MatchState } from './match-states.ts';
import { cleanText } from '../text.ts';

/** A variant as far as its item follows from it. */
export interface PlanVariant {
  readonly productName: string;
  readonly options: string;
  readonly sku: string;
  readonly barcode: string;
  /** Minor units; null: none. */
  readonly price: number | null;
  readonly currency: string | null;
  /** Percent, where the shop showed it. */
  readonly taxRate: string | null;
  readonly digital: boolean | null;
  readonly fractional: boolean;
  /** Short name of the unit, for instance `кг`. */
  readonly unit: string | null;
}

/** An item as far as an update looks at it. */
export interface PlanItem {
  readonly itemId: number;
  readonly name: string;
  readonly barcode: string;
  readonly isService: boolean;
  readonly extraCodes: readonly { readonly code: string; readonly kind: 'code' | 'barcode' }[];
}

/** What the account and the settings say about new items; read once for a run. */
export interface ImportAccount {
  readonly taxGroups: readonly { readonly number: number; readonly rate: string }[];
  /** VAT where the shop shows none: the country's main rate, or 0 for a company without VAT; null: not known. */
  readonly mainRate: string | null;
  /** As found on existing items: micro.bg lists them nowhere (micro.bg API 7, trap 2). */
  readonly measures: readonly { readonly id: number; readonly name: string; readonly uses: number }[];
  readonly currency: string;
  /** The account keeps its price lists with VAT. */
  readonly pricesWithVat: boolean;
  /** 1 to 10; null: not chosen, then new items get no price. */
  readonly priceList: number | null;
  readonly shopPricesWithVat: boolean;
  readonly convertBgn: boolean;
}

/** What the merchant chose for a row, or for the whole run; null: the rule decides. */
export interface ItemChoices {
  readonly taxRate: string | null;
  readonly measureId: number | null;
  readonly groupId: number | null;
}

/** How a variant stands to the warehouse, from the match report. */
export interface PlanMatch {
  readonly state: MatchState;
  readonly item: PlanItem | null;
  readonly ratio: string | null;
  /** Variants of the shop of which one is one unit of this item, this one included. */
  readonly sharing: number;
}

/** Why nothing is written for a row. States of the report keep a variant back by their own name. */
export type SkipReason =
  | Exclude<MatchState, 'synchronised' | 'will_link' | 'will_be_created' | 'only_in_warehouse'>
  /** It is linked, and the warehouse shows what the shop has. */
  | 'unchanged'
  /** One unit of the variant is several of the item, or several variants share it: its name is not theirs. */
  | 'shared_item'
  | 'service_item'
  /** Neither a SKU that can be a code, nor a barcode by which the item is found again. */
  | 'code_unusable'
  | 'vat_unknown'
  | 'vat_group_missing'
  | 'measure_missing';

/** What is to be known of a row besides. */
export type PlanNote = 'name_cut' | 'no_price' | 'own_code_impossible' | 'vat_assumed';

/** A new item as it is sent. */
export interface NewItem {
  /** Our own code; null: micro.bg gives one. */
  readonly code: string | null;
  readonly name: string;
  readonly barcode: string;
  readonly taxRate: string;
  readonly taxGroup: number;
  readonly measureId: number;
  readonly groupId: number | null;
  readonly isService: boolean;
  readonly priceList: number | null;
  readonly price: NewPrice | null;
}

/** Old and new text of a field that an update writes. */
export interface TextChange {
  readonly before: string;
  readonly after: string;
}

export interface ItemChanges {
  readonly name?: TextChange;
  readonly barcode?: TextChange;
}

/** What an import does about one variant. */
export type ItemPlan =
  | { readonly action: 'create'; readonly item: NewItem; readonly notes: readonly PlanNote[] }
  | {
      readonly action: 'update';
      readonly itemId: number;
      readonly changes: ItemChanges;
      readonly notes: readonly PlanNote[];
    }
  /** Only the link is stored. */
  | { readonly action: 'link'; readonly itemId: number; readonly notes: readonly PlanNote[] }
  | {
      readonly action: 'skip';
      readonly reason: SkipReason;
      readonly params: Readonly<Record<string, string>>;
      readonly notes: readonly PlanNote[];
    };

/** What an import does about a variant. Total, and the same for the same facts. */
export function planItem(
  variant: PlanVariant,
  match: PlanMatch,
  account: ImportAccount,
  choices: ItemChoices,
): ItemPlan {
  switch (match.state) {
    case 'synchronised':
    case 'will_link':
      return match.item === null ? skip('deleted_in_warehouse') : planUpdate(variant, match, match.item);
    case 'will_be_created':
      return planNew(variant, account, choices);
    case 'only_in_warehouse':
      return skip('deleted_in_shop');
    case 'missing_code':
    case 'missing_name':
    case 'duplicate_code_in_shop':
    case 'duplicate_code_in_warehouse':
    case 'ambiguous':
    case 'leading_zeros':
    case 'blanks':
    case 'letter_case':
    case 'look_alike_letters':
    case 'cross_match':
    case 'unlinked':
    case 'bundle':
    case 'ignored':
    case 'deleted_in_shop':
    case 'deleted_in_warehouse':
      return skip(match.state);
  }
}

function skip(
  reason: SkipReason,
  params: Readonly<Record<string, string>> = {},
  notes: readonly PlanNote[] = [],
): ItemPlan {
  return { action: 'skip', reason, params, notes };
}

function planUpdate(variant: PlanVariant, match: PlanMatch, item: PlanItem): ItemPlan {
  const isNew = match.state === 'will_link';
  const idle = (reason: SkipReason): ItemPlan =>
    isNew ? { action: 'link', itemId: item.itemId, notes: [] } : skip(reason);
  if (item.isService) return idle('service_item');
  if (match.sharing > 1 || (match.ratio ?? '1') !== '1') return idle('shared_item');
  const { name, cut } = itemName(variant);
  const changes: ItemChanges = {
    ...(name === '' || cleanText(item.name) === name ? {} : { name: { before: item.name, after: name } }),
    ...barcodeChange(variant, item),
  };
  const notes: PlanNote[] = cut && changes.name !== undefined ? ['name_cut'] : [];
  if (changes.name === undefined && changes.barcode === undefined) return idle('unchanged');
  return { action: 'update', itemId: item.itemId, changes, notes };
}

/** What the shop has; never a blank, and never a barcode that the item carries as an extra one. */
function barcodeChange({ barcode }: PlanVariant, item: PlanItem): Pick<ItemChanges, 'barcode'> {
  const wanted = barcode.trim();
  if (wanted === '' || item.barcode.trim() === wanted) return {};
  const carried = item.extraCodes.some(({ code, kind }) => kind === 'barcode' && code.trim() === wanted);
  return carried ? {} : { barcode: { before: item.barcode, after: wanted } };
}

function planNew(variant: PlanVariant, account: ImportAccount, choices: ItemChoices): ItemPlan {
  const { name, cut } = itemName(variant);
  if (name === '') return skip('missing_name');
  const code = usableCode(variant.sku);
  const barcode = variant.barcode.trim();
  if (code === null && barcode === '') return skip('code_unusable', { sku: variant.sku.trim().slice(0, 60) });
  const taxRate = choices.taxRate ?? variant.taxRate ?? account.mainRate;
  if (taxRate === null) return skip('vat_unknown');
  const taxGroup = taxGroupOf(account, taxRate);
  if (taxGroup === undefined) return skip('vat_group_missing', { rate: taxRate });
  const measureId = choices.measureId ?? measureOf(variant, account);
  if (measureId === undefined) return skip('measure_missing', { unit: variant.unit ?? '' });
  const { minor, shopCurrency } = { minor: variant.price, shopCurrency: variant.currency };
  const { priceList, shopPricesWithVat: shopWithVat, currency: warehouseCurrency, convertBgn } = account;
  const price =
    priceList === null
      ? null
      : newItemPrice({ minor, shopWithVat, taxRate, shopCurrency, warehouseCurrency, convertBgn });
  const notes: PlanNote[] = [];
  if (cut) notes.push('name_cut');
  if (price === null) notes.push('no_price');
  if (code === null) notes.push('own_code_impossible');
  if (choices.taxRate === null && variant.taxRate === null) notes.push('vat_assumed');
  const item = { code, name, barcode, taxRate, taxGroup, measureId, groupId: choices.groupId };
  // Nothing of it lies on a shelf: as goods it would be sold below zero.
  return {
    action: 'create',
    item: { ...item, isService: variant.digital === true, priceList, price },
    notes,
  };
}

/** By the percent, never by the number (micro.bg API 3.2); of several groups with one percent the first. */
function taxGroupOf({ taxGroups }: ImportAccount, rate: string): number | undefined {
  return taxGroups
    .filter((group) => isSameDecimal(group.rate, rate))
    .map(({ number }) => number)
    .toSorted((left, right) => left - right)[0];
}

/** `кг` is `Кг.`; without a unit it is pieces, else what most items have. */
function measureOf({ unit }: PlanVariant, { measures }: ImportAccount): number | undefined {
  const byUse = measures.toSorted((left, right) => right.uses - left.uses || left.id - right.id);
  const named = (names: readonly string[]) => byUse.find(({ name }) => names.includes(bare(name)))?.id;
  if (unit !== null && bare(unit) !== '') return named([bare(unit)]);
  return named(PIECES) ?? byUse[0]?.id;
}

const PIECES = ['бр', 'брой', 'броя', 'pcs', 'pc'];

function bare(name: string): string {
  return name.trim().toLowerCase().replaceAll(/[\s.]/gu, '');
}

/** Rate of a company's country where the shop shows none; 0 where the company owes no VAT. */
export function mainRateOf(
  { countryCode, isVatRegistered }: { readonly countryCode: string; readonly isVatRegistered: boolean },
  used: readonly { readonly rate: string; readonly items: number }[],
): string | null {
  if (!isVatRegistered) return '0';
  if (countryCode === '' || countryCode.toUpperCase() === 'BG') return BULGARIAN_MAIN_RATE;
  return used.toSorted((left, right) => right.items - left.items)[0]?.rate ?? null;
}

const BULGARIAN_MAIN_RATE = '20';
