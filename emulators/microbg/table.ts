/** Gives the keys under which an index finds a row. */
export type IndexKeys<T> = (row: T) => readonly string[];

interface Index<T> {
  readonly keysOf: IndexKeys<T>;
  readonly ids: Map<string, Set<number>>;
}

/**
 * Rows by id, in ascending id, with look-ups by other keys in constant time.
 * Rows are replaced and never changed in place: a list of rows is a consistent snapshot.
 */
export class Table<T extends { readonly id: number }> {
  readonly #rows = new Map<number, T>();
  readonly #indexes = new Map<string, Index<T>>();
  #ids: number[] = [];

  constructor(indexes: Readonly<Record<string, IndexKeys<T>>> = {}, rows: readonly T[] = []) {
    for (const [name, keysOf] of Object.entries(indexes)) this.#indexes.set(name, { keysOf, ids: new Map() });
    for (const row of rows) this.put(row);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: number): T | undefined {
    return this.#rows.get(id);
  }

  has(id: number): boolean {
    return this.#rows.has(id);
  }

  /** Inserts a row or replaces the one with its id. */
  put(row: T): void {
    const old = this.#rows.get(row.id);
    if (old) this.#unindex(old);
    else this.#insertId(row.id);
    this.#rows.set(row.id, row);
    for (const { keysOf, ids } of this.#indexes.values()) {
      for (const key of keysOf(row)) {
        const set = ids.get(key);
        if (set) set.add(row.id);
        else ids.set(key, new Set([row.id]));
      }
    }
  }

  delete(id: number): void {
    const old = this.#rows.get(id);
    if (!old) return;
    this.#unindex(old);
    this.#rows.delete(id);
    this.#ids.splice(this.#position(id), 1);
  }

  /** All rows, ascending id. */
  all(): T[] {
    return this.#ids.map((id) => this.#rows.get(id) as T);
  }

  /** Rows with an id of at least `first`, ascending. */
  *from(first: number): Generator<T> {
    for (let index = this.#position(first); index < this.#ids.length; index++) {
      yield this.#rows.get(this.#ids[index] as number) as T;
    }
  }

  /** Rows an index holds under a key, ascending id. */
  find(index: string, key: string): T[] {
    const ids = this.#indexes.get(index)?.ids.get(key);
    if (!ids) return [];
    return [...ids].sort((left, right) => left - right).map((id) => this.#rows.get(id) as T);
  }

  /** Does an index hold any row under a key? */
  some(index: string, key: string): boolean {
    return this.#indexes.get(index)?.ids.has(key) === true;
  }

  #insertId(id: number): void {
    const last = this.#ids.at(-1);
    if (last === undefined || id > last) this.#ids.push(id);
    else this.#ids.splice(this.#position(id), 0, id);
  }

  /** Place of the first id that is not smaller. */
  #position(id: number): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #unindex(row: T): void {
    for (const { keysOf, ids } of this.#indexes.values()) {
      for (const key of keysOf(row)) {
        const set = ids.get(key);
        set?.delete(row.id);
        if (set?.size === 0) ids.delete(key);
      }
    }
  }
}
