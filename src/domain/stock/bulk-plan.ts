import { FlowNetwork } from './min-cut.ts';

/** What is to be written of one variant. At least one of quantity and price. */
export interface VariantWrite {
  readonly variantId: string;
  readonly productId: string;
  /** Decimal text; absolute. */
  readonly quantity?: string;
  /** Minor units. */
  readonly price?: number;
}

/** One request to the shop (CloudCart API 4.14, 7.6). */
export type ShopCall<W extends VariantWrite = VariantWrite> =
  | { readonly kind: 'variant'; readonly writes: readonly [W] }
  | { readonly kind: 'product'; readonly productId: string; readonly writes: readonly W[] }
  | { readonly kind: 'quantity'; readonly quantity: number; readonly writes: readonly W[] }
  | { readonly kind: 'price'; readonly price: number; readonly writes: readonly W[] };

/** What bulk requests may hold, and whether they can be used at all. */
export interface BulkLimits {
  /** Variants of one request with one number. Undocumented (U-51): as many as were accepted so far. */
  readonly idsPerCall: number;
  /** Variants of one product in one request (CloudCart API 7.6). */
  readonly variantsPerProductCall: number;
}

/** Requests count alike; where two plans need equally many, the one that leaves the orders' budget alone is taken. */
const COST = { single: 1_001, bulk: 1_000 } as const;
const WHOLE = /^\d{1,9}(?:\.0+)?$/;

/**
 * The fewest requests that write everything. A variant is written by itself, with the others of its product, or with
 * all that get the same quantity and all that get the same price; which of these is cheapest is a cut through the
 * network product - variant - numbers. Exact while the variants of one number fit in one request.
 *
 * Guarantee: every write is in exactly one request of its own or of its product, or in one for each of its numbers.
 * Requests stand in the order of the most urgent write that they hold; `writes` come most urgent first.
 */
export function planWrites<W extends VariantWrite>(writes: readonly W[], limits: BulkLimits): ShopCall<W>[] {
  // Quantities of the admin interface are whole numbers (CloudCart API 7.6).
  const single = writes.filter(({ quantity }) => quantity !== undefined && !WHOLE.test(quantity));
  const alone = new Set(single);
  const rest = writes.filter((write) => !alone.has(write));
  const calls: ShopCall<W>[] = single.map((write) => ({ kind: 'variant', writes: [write] }));
  calls.push(...cheapestCalls(rest, limits));
  const place = new Map(writes.map((write, index) => [write, index]));
  const urgency = (call: ShopCall<W>): number =>
    call.writes.reduce((first, write) => Math.min(first, place.get(write) ?? 0), writes.length);
  return calls
    .map((call) => ({ call, urgency: urgency(call) }))
    .toSorted((one, other) => one.urgency - other.urgency)
    .map(({ call }) => call);
}

/** The numbers that a write needs, as names of the requests that would carry them. */
function numbersOf({ quantity, price }: VariantWrite): string[] {
  return [
    ...(quantity === undefined ? [] : [`quantity ${Number(quantity)}`]),
    ...(price === undefined ? [] : [`price ${price}`]),
  ];
}

function cheapestCalls<W extends VariantWrite>(writes: readonly W[], limits: BulkLimits): ShopCall<W>[] {
  const products = groupBy(writes, (write) => [write.productId]);
  const numbers = groupBy(writes, numbersOf);
  const reachable = cut(writes, products, numbers, limits);
  const byProduct = new Map<string, W[]>();
  const byNumber = new Map<string, W[]>();
  const single: W[] = [];
  for (const write of writes) {
    const names = numbersOf(write);
    // Cut behind the beginning: its product's request is made. Cut before the end: its numbers' are.
    if (!reachable.products.has(write.productId)) push(byProduct, write.productId, write);
    else if (names.every((name) => reachable.numbers.has(name)))
      for (const name of names) push(byNumber, name, write);
    else single.push(write);
  }
  return [
    ...single.map((write): ShopCall<W> => ({ kind: 'variant', writes: [write] })),
    ...[...byProduct].flatMap(([productId, all]) =>
      chunks(all, limits.variantsPerProductCall).map((part) => ({
        kind: 'product' as const,
        productId,
        writes: part,
      })),
    ),
    ...[...byNumber].flatMap(([name, all]) =>
      chunks(all, limits.idsPerCall).map((part) => numberCall(name, part)),
    ),
  ];
}

/** Sides of the cheapest cut: products whose request is not made, numbers whose requests are. */
function cut<W extends VariantWrite>(
  writes: readonly W[],
  products: ReadonlyMap<string, readonly W[]>,
  numbers: ReadonlyMap<string, readonly W[]>,
  limits: BulkLimits,
): { readonly products: ReadonlySet<string>; readonly numbers: ReadonlySet<string> } {
  const productNodes = new Map([...products.keys()].map((id, index) => [id, 2 + index]));
  const firstWrite = 2 + products.size;
  const numberNodes = new Map(
    [...numbers.keys()].map((name, index) => [name, firstWrite + writes.length + index]),
  );
  const network = new FlowNetwork(firstWrite + writes.length + numbers.size);
  const [source, sink] = [0, 1];
  const callsFor = (all: readonly W[], most: number): number => COST.bulk * Math.ceil(all.length / most);
  for (const [id, all] of products)
    network.connect(source, productNodes.get(id) ?? 0, callsFor(all, limits.variantsPerProductCall));
  for (const [name, all] of numbers)
    network.connect(numberNodes.get(name) ?? 0, sink, callsFor(all, limits.idsPerCall));
  for (const [index, write] of writes.entries()) {
    network.connect(productNodes.get(write.productId) ?? 0, firstWrite + index, COST.single);
    for (const name of numbersOf(write))
      network.connect(firstWrite + index, numberNodes.get(name) ?? 0, Number.POSITIVE_INFINITY);
  }
  const side = network.sideOf(source, sink);
  return {
    products: new Set([...productNodes].flatMap(([id, node]) => (side.has(node) ? [id] : []))),
    numbers: new Set([...numberNodes].flatMap(([name, node]) => (side.has(node) ? [name] : []))),
  };
}

function numberCall<W extends VariantWrite>(name: string, writes: readonly W[]): ShopCall<W> {
  const [kind, number] = name.split(' ');
  return kind === 'quantity'
    ? { kind, quantity: Number(number), writes }
    : { kind: 'price', price: Number(number), writes };
}

function groupBy<W>(writes: readonly W[], keysOf: (write: W) => readonly string[]): Map<string, W[]> {
  const groups = new Map<string, W[]>();
  for (const write of writes) for (const key of keysOf(write)) push(groups, key, write);
  return groups;
}

function push<W>(groups: Map<string, W[]>, key: string, write: W): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [write]);
  else group.push(write);
}

function chunks<W>(all: readonly W[], most: number): W[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, part) =>
    all.slice(part * most, (part + 1) * most),
  );
}
