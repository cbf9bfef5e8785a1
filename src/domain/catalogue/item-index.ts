import { type LeadingZeros, codeKey, foldCode } from './codes.ts';

/** What a match needs to know of an item of the warehouse. */
export interface IndexedItem {
  readonly id: number;
  readonly code: string;
  readonly barcode: string;
  /** Codes of packs: one stands for `ratio` base units. */
  readonly extraCodes: readonly {
    readonly code: string;
    readonly kind: 'code' | 'barcode';
    readonly ratio: string;
  }[];
  readonly deleted: boolean;
}

/** An item that has a code, and how many base units one of it stands for. */
export interface CodeHit<I extends IndexedItem> {
  readonly item: I;
  readonly ratio: string;
}

type Kind = 'code' | 'barcode' | 'extra_code' | 'extra_barcode';

/** Items by every code that they have, each look-up in constant time. Deleted ones are kept apart. */
export class ItemIndex<I extends IndexedItem> {
  readonly #leadingZeros: LeadingZeros;
  readonly #items = new Map<number, I>();
  readonly #live: Readonly<Record<Kind, Map<string, CodeHit<I>[]>>> = {
    code: new Map(),
    barcode: new Map(),
    extra_code: new Map(),
    extra_barcode: new Map(),
  };
  readonly #deleted = new Map<string, I>();
  /** By the form in which codes that people confuse are the same; filled when first asked for. */
  #folded: Map<string, I[]> | undefined;

  constructor(leadingZeros: LeadingZeros, items: Iterable<I> = []) {
    this.#leadingZeros = leadingZeros;
    for (const item of items) this.add(item);
  }

  add(item: I): void {
    this.#items.set(item.id, item);
    this.#folded = undefined;
    if (item.deleted) {
      for (const code of [item.code, item.barcode])
        this.#deleted.set(codeKey(code, this.#leadingZeros), item);
      return;
    }
    this.#put('code', item.code, { item, ratio: '1' });
    this.#put('barcode', item.barcode, { item, ratio: '1' });
    for (const { code, kind, ratio } of item.extraCodes)
      this.#put(kind === 'code' ? 'extra_code' : 'extra_barcode', code, { item, ratio });
  }

  item(id: number): I | undefined {
    return this.#items.get(id);
  }

  items(): IterableIterator<I> {
    return this.#items.values();
  }

  /** Live items with this code; none for an empty one. */
  find(kind: Kind, code: string): readonly CodeHit<I>[] {
    return this.#live[kind].get(codeKey(code, this.#leadingZeros)) ?? [];
  }

  /** A deleted item with this code or barcode: it still occupies the code. */
  deletedWith(code: string): I | undefined {
    const key = codeKey(code, this.#leadingZeros);
    return key === '' ? undefined : this.#deleted.get(key);
  }

  /** Live items with a code that people may take for this one. */
  lookingLike(code: string): readonly I[] {
    this.#folded ??= this.#fold();
    const folded = foldCode(code);
    return folded === '' ? [] : (this.#folded.get(folded) ?? []);
  }

  #put(kind: Kind, code: string, hit: CodeHit<I>): void {
    const key = codeKey(code, this.#leadingZeros);
    if (key === '') return;
    const known = this.#live[kind].get(key);
    if (known === undefined) this.#live[kind].set(key, [hit]);
    // An item is added at once with all its codes: the same one can only be the last.
    else if (known.at(-1)?.item !== hit.item) known.push(hit);
  }

  #fold(): Map<string, I[]> {
    const folded = new Map<string, I[]>();
    for (const item of this.#items.values()) {
      if (item.deleted) continue;
      for (const code of foldedCodes(item)) {
        const known = folded.get(code);
        if (known === undefined) folded.set(code, [item]);
        else known.push(item);
      }
    }
    return folded;
  }
}

/** Every code of an item in its confused form, each once. */
export function foldedCodes({ code, barcode, extraCodes }: Omit<IndexedItem, 'id' | 'deleted'>): string[] {
  const all = [code, barcode, ...extraCodes.map((extra) => extra.code)].map(foldCode);
  return [...new Set(all.filter((folded) => folded !== ''))];
}
