import {
  type Mutation,
  type Patch,
  type Rules,
  type World,
  isQuiet,
  oversold,
  reallyFree,
  rule,
} from './stock-state.ts';
import { type Step, steps } from './stock-world.ts';

/** A world in which the product is wrong, and the way there. */
export interface Fault {
  readonly what: string;
  readonly path: readonly string[];
}

export interface Exploration {
  readonly worlds: number;
  readonly quiet: number;
  /** The first fault; the exploration ends with it. */
  readonly fault: Fault | undefined;
}

/** What is wrong with a world, if anything. */
export function faultOf(world: World, rules: Rules, atRest = isQuiet(world, rules)): string | undefined {
  const units = oversold(world);
  if (units > 0) return `${units} offered that is gone`;
  if (!atRest) return undefined;
  const wanted = Number(rule(world, rules));
  return world.shop === wanted ? undefined : `at rest the shop shows ${world.shop}, the rule says ${wanted}`;
}

/** Is something on offer that is gone, although the window excuses it? */
export function windowOf(world: World): string | undefined {
  const excused = world.orders.filter((order) => order.excused).length;
  const units = Math.min(excused, world.shop - Math.max(0, reallyFree(world)));
  return units > 0 ? `the window: ${units} offered that is gone` : undefined;
}

/** Visits every world that can be reached, nearest first: the way to a fault is a shortest one. */
export function explore(first: World, rules: Rules, alsoWrong = nothingElse): Exploration {
  const seen = new Set([keyOf(first)]);
  const trail: { readonly world: World; readonly name: string; readonly from: number }[] = [
    { world: first, name: '', from: -1 },
  ];
  let quiet = 0;
  for (let at = 0; at < trail.length; at += 1) {
    const here = trail[at] as (typeof trail)[number];
    const atRest = isQuiet(here.world, rules);
    const what = faultOf(here.world, rules, atRest) ?? alsoWrong(here.world);
    if (what !== undefined) return { worlds: seen.size, quiet, fault: { what, path: pathTo(trail, at) } };
    if (atRest) quiet += 1;
    for (const { name, world } of steps(here.world, rules)) {
      const key = keyOf(world);
      if (seen.has(key)) continue;
      seen.add(key);
      trail.push({ world, name, from: at });
    }
  }
  return { worlds: seen.size, quiet, fault: undefined };
}

function nothingElse(_world: World): string | undefined {
  return undefined;
}

function pathTo(trail: readonly { readonly name: string; readonly from: number }[], end: number): string[] {
  const path: string[] = [];
  for (let at = end; at > 0; at = trail[at]?.from ?? 0) path.unshift(trail[at]?.name ?? '');
  return path;
}

/** Equal for worlds that behave alike: orders in any sequence, versions only by whether they are the latest. */
function keyOf({ orders, sku, cycle, flying, ...rest }: World): string {
  const patches = cycle.stage === 'sending' ? [cycle.patch, ...flying] : flying;
  const claims = cycle.stage === 'reading' || cycle.stage === 'read' ? cycle.claims : [];
  const each = orders.map((order, index) => {
    const { status, taken, news, heard, seen, ordered, sale, excused } = order;
    const flags =
      Number(taken) + 2 * Number(news) + 4 * Number(heard) + 8 * Number(ordered) + 16 * Number(excused);
    const known = patches.map(
      ({ counted, announced }) => ((counted >> index) & 1) + 2 * ((announced >> index) & 1),
    );
    const claim = claims[index];
    const claimed =
      claim === undefined ? '' : `${claim.decrementedInShop}${claim.writtenOffAtMs}${claim.orderedAtMs}`;
    return `${status[1]}${seen[1]}${sale[0]}${sale[1]}${flags}.${known.join('')}${claimed}`;
  });
  const latest = (version: number | null): number => Number(version === sku.version);
  const { openWrite } = sku;
  const write =
    openWrite &&
    `${openWrite.quantity}.${openWrite.delta}.${latest(openWrite.version)}.${openWrite.sentAtMs}`;
  const product = `${latest(sku.exportedVersion)}${sku.shown}w${write}d${sku.doubtUntilMs}.${sku.doubtAdds}g${sku.gapUntilMs}`;
  const { shop, stock, counter, deliveries, mishaps } = rest;
  return `${each.toSorted().join(' ')}|${shop},${stock},${rest.sold - rest.soldKnown},${counter},${deliveries},${mishaps},${rest.surplus},${rest.forgotten}|${product}|${stageOf(cycle, latest, rest.sold)}|${flying.map((patch) => patchOf(patch, rest.sold)).join(' ')}`;
}

function stageOf(cycle: World['cycle'], latest: (version: number) => number, sold: number): string {
  switch (cycle.stage) {
    case 'idle':
      return '-';
    case 'reading':
      return `b${latest(cycle.version)}`;
    case 'read':
      return `r${latest(cycle.version)}.${cycle.quantity}.${sold - cycle.soldBefore}.${cycle.before}`;
    case 'sending':
      return `s${Number(cycle.landed)}${patchOf(cycle.patch, sold)}.${cycle.before}.${cycle.after}`;
  }
}

function patchOf({ quantity, delta, soldBefore, published, surplus }: Patch, sold: number): string {
  return `${quantity}.${delta}.${sold - soldBefore}.${published}.${surplus}`;
}

/** Sweep, passes, cycles and the network until nobody has anything to do; undefined: that never comes. */
export function comeToRest(world: World, rules: Rules, limit = 300): World | undefined {
  let now = world;
  for (let turn = 0; turn < limit; turn += 1) {
    if (isQuiet(now, rules)) return now;
    const ours = steps(now, rules).filter(isOurs);
    // Orders are read and booked before the export has its turn, as in a shop at night.
    const next = ours.find(({ name }) => !name.startsWith('cycle')) ?? ours[0];
    if (next === undefined) return undefined;
    now = next.world;
  }
  return undefined;
}

function isOurs({ name }: Step): boolean {
  return !/^(?:buyer|shop refunds|counter|goods|webhook|cycle crashes|no answer|variant cannot)/.test(name);
}

export const mutations: readonly Mutation[] = [
  'orders_before_quantities',
  'no_timestamp_rule',
  'no_dirty_flag',
  'no_version_check',
  'raise_while_in_flight',
  'unknown_is_written',
  'no_repeat_after_doubt',
];
