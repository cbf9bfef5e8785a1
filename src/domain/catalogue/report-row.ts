import type { Match } from './match.ts';

/** What a row of the report is found and sorted by. */
export interface RowKeys {
  readonly nameKey: string;
  readonly codeKey: string;
  readonly search: string;
}

/** What both sides call the thing that a row is about; null where a side has nothing. */
export interface RowNames {
  readonly variant: {
    readonly productName: string;
    readonly options: string;
    readonly sku: string;
    readonly barcode: string;
  } | null;
  readonly item: { readonly name: string; readonly code: string; readonly barcode: string } | null;
}

/** Longer ones are of no use to a person, and an index does not take them. */
const LONGEST_KEY = 80;
const LONGEST_SEARCH = 800;

/** Lower case here and not in the database: its own knows Bulgarian letters in some locales only. */
export function rowKeys({ variant, item }: RowNames): RowKeys {
  const name = variant === null ? (item?.name ?? '') : `${variant.productName} ${variant.options}`;
  const code =
    [variant?.sku, variant?.barcode, item?.code].find((each) => each !== undefined && each !== '') ?? '';
  const all = [
    ...[variant?.sku, variant?.barcode, item?.code, item?.barcode],
    ...[variant?.productName, variant?.options, item?.name],
  ];
  const words = new Set(all.filter((each) => each !== undefined && each !== ''));
  return {
    nameKey: key(name, LONGEST_KEY),
    codeKey: key(code, LONGEST_KEY),
    search: key([...words].join(' '), LONGEST_SEARCH),
  };
}

/** What somebody types, as the search compares it. */
export function searchKey(text: string): string {
  return key(text, LONGEST_SEARCH);
}

function key(text: string, longest: number): string {
  return text
    .trim()
    .toLowerCase()
    .slice(0, longest)
    .replace(/\p{Cs}$/u, '');
}

/** A variant that the merchant does not want to hear of keeps its link, and nothing else. */
export function ignored(match: Match): Match {
  return { ...match, state: 'ignored', notes: [], suggestedItemId: null, detail: { state: match.state } };
}
