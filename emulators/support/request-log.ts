/** The last entries of something that happens, each under a growing number. Bounded: emulators run for days. */
export class Ring<T extends object> {
  readonly #size: number;
  #entries: (T & { readonly seq: number })[] = [];
  #last = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Keeps an entry; it may still be completed by the caller. */
  add(entry: T): T & { readonly seq: number } {
    this.#last += 1;
    const kept = Object.assign(entry, { seq: this.#last });
    this.#entries.push(kept);
    if (this.#entries.length > this.#size * 2) this.#entries = this.#entries.slice(-this.#size);
    return kept;
  }

  /** Entries after `seq`, oldest first. */
  since(seq: number): readonly (T & { readonly seq: number })[] {
    return this.#entries.slice(-this.#size).filter((entry) => entry.seq > seq);
  }

  clear(): void {
    this.#entries = [];
  }
}
