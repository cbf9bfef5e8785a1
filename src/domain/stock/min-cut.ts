/**
 * A network of pipes with whole capacities, and the cheapest way to cut its end off from its beginning (Dinic's
 * algorithm). Nodes are numbers from 0.
 */
export class FlowNetwork {
  // Pipe 2k and its way back 2k + 1.
  readonly #to: number[] = [];
  readonly #room: number[] = [];
  readonly #pipes: number[][];

  constructor(nodes: number) {
    this.#pipes = Array.from({ length: nodes }, () => []);
  }

  /** A pipe of this capacity; `Infinity` cannot be cut. */
  connect(from: number, to: number, capacity: number): void {
    this.#pipes[from]?.push(this.#to.length);
    this.#pipes[to]?.push(this.#to.length + 1);
    this.#to.push(to, from);
    this.#room.push(capacity, 0);
  }

  /** Nodes that still hang together with the beginning after the cheapest cut. */
  sideOf(source: number, sink: number): ReadonlySet<number> {
    for (;;) {
      const levels = this.#levels(source);
      if (levels[sink] === -1) return new Set([...levels.keys()].filter((node) => levels[node] !== -1));
      this.#fill(source, sink, levels);
    }
  }

  /** How many pipes with room lead from the beginning to each node; -1: none do. */
  #levels(source: number): number[] {
    const levels = this.#pipes.map(() => -1);
    levels[source] = 0;
    const queue = [source];
    for (const node of queue)
      for (const pipe of this.#pipes[node] ?? []) {
        const next = this.#to[pipe] ?? 0;
        if ((this.#room[pipe] ?? 0) <= 0 || levels[next] !== -1) continue;
        levels[next] = (levels[node] ?? 0) + 1;
        queue.push(next);
      }
    return levels;
  }

  /** Fills all shortest ways. Without recursion: a way may be as long as the network. */
  #fill(source: number, sink: number, levels: readonly number[]): void {
    const tried = this.#pipes.map(() => 0);
    const way: number[] = [];
    let node = source;
    for (;;) {
      if (node === sink) {
        node = this.#pour(way, source);
        continue;
      }
      const pipe = this.#pipes[node]?.[tried[node] ?? 0];
      if (pipe === undefined) {
        const back = way.pop();
        if (back === undefined) return;
        node = this.#to[back ^ 1] ?? source;
        tried[node] = (tried[node] ?? 0) + 1;
      } else if ((this.#room[pipe] ?? 0) > 0 && levels[this.#to[pipe] ?? 0] === (levels[node] ?? 0) + 1) {
        way.push(pipe);
        node = this.#to[pipe] ?? source;
      } else tried[node] = (tried[node] ?? 0) + 1;
    }
  }

  /** Sends as much as fits along a way; goes on from where it is full. */
  #pour(way: number[], source: number): number {
    const amount = Math.min(...way.map((pipe) => this.#room[pipe] ?? 0));
    for (const pipe of way) {
      this.#room[pipe] = (this.#room[pipe] ?? 0) - amount;
      this.#room[pipe ^ 1] = (this.#room[pipe ^ 1] ?? 0) + amount;
    }
    const full = way.findIndex((pipe) => (this.#room[pipe] ?? 0) <= 0);
    const from = way[full];
    way.length = Math.max(full, 0);
    return from === undefined ? source : (this.#to[from ^ 1] ?? source);
  }
}
