/** What every table row has; columns that begin with `_` are the emulator's own and never leave it. */
export type AnyRow = { readonly id: number | string; readonly [column: string]: unknown };

/** Rows by id in the order of insertion, with look-ups by foreign keys in constant time. */
export class Table<T extends { readonly id: number | string }> {
  readonly #rows = new Map<string, T>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();
  #version = 0;
  /** Takes what undoes each change, for writes that fail half way. */
  onChange: (undo: () => void) => void = () => undefined;

  constructor(indexed: readonly (keyof T & string)[] = []) {
    for (const column of indexed) this.#indexes.set(column, new Map());
  }

  /** Grows with every change: what was worked out from the rows before is old. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: number | string | null | undefined): T | undefined {
    return this.#rows.get(String(id));
  }

  /** The row with this id. @throws when there is none: the caller knows that it exists. */
  need(id: number | string): T {
    const row = this.get(id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  }

  all(): T[] {
    return [...this.#rows.values()];
  }

  /** Rows whose indexed column has this value, in the order of insertion. */
  by(column: keyof T & string, value: number | string): T[] {
    const index = this.#indexes.get(column);
    if (index === undefined) return this.all().filter((row) => String(row[column]) === String(value));
    return [...(index.get(String(value)) ?? [])].map((id) => this.need(id));
  }

  isIndexed(column: string): boolean {
    return this.#indexes.has(column);
  }

  /** Inserts a row, or replaces the one with its id. */
  put(row: T): T {
    const key = String(row.id);
    const old = this.#rows.get(key);
    this.#version += 1;
    this.#rows.set(key, row);
    this.onChange(() => (old === undefined ? this.delete(key) : this.put(old)));
    for (const [column, index] of this.#indexes) {
      const value = String(row[column as keyof T]);
      if (old !== undefined) {
        // Left alone where nothing changes: taken out and put back it would be the last one.
        const before = String(old[column as keyof T]);
        if (before === value) continue;
        forget(index, before, key);
      }
      const ids = index.get(value);
      if (ids === undefined) index.set(value, new Set([key]));
      else ids.add(key);
    }
    return row;
  }

  /** Changes columns of a row. */
  update(id: number | string, changes: Partial<T>): T {
    return this.put({ ...this.need(id), ...changes });
  }

  delete(id: number | string): void {
    const key = String(id);
    const old = this.#rows.get(key);
    if (old === undefined) return;
    this.#version += 1;
    for (const [column, index] of this.#indexes) forget(index, String(old[column as keyof T]), key);
    this.#rows.delete(key);
    this.onChange(() => this.put(old));
  }

  /** Throws all rows away and takes these. */
  replace(rows: readonly T[]): void {
    this.#rows.clear();
    this.#version += 1;
    for (const index of this.#indexes.values()) index.clear();
    for (const row of rows) this.put(row);
  }
}

function forget(index: Map<string, Set<string>>, value: string, key: string): void {
  const ids = index.get(value);
  ids?.delete(key);
  if (ids?.size === 0) index.delete(value);
}
