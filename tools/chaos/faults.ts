import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '../local/process.ts';
import type { Stack } from '../local/stack.ts';
import type { FaultProxy, ProxyMode } from './fault-proxy.ts';
import { between, dealt, pick } from './random.ts';
import type { ChaosWorld } from './world.ts';

/** One way of doing harm; it is over, or stands by for its victim, when the promise is kept. */
interface Fault {
  readonly kind: string;
  inject(world: ChaosWorld, random: () => number): Promise<unknown>;
}

/** Faults of one sort, one after the other; sorts go on beside each other. */
interface Sort {
  readonly faults: readonly Fault[];
  /** Pause between two, milliseconds. */
  readonly pauseMs: readonly [number, number];
  /** Each once and no more. */
  readonly once?: true;
}

/** Faults by kind, and how many of each. */
export type FaultCounts = Readonly<Record<string, number>>;

type Service = Parameters<Stack['kill']>[0];

/** How long something is away, milliseconds: up to longer than a request may take. */
const AWAY_MS = [0, 1_800] as const;

function killed(...services: readonly Service[]): Fault {
  return {
    kind: `SIGKILL ${services.join(' + ')}`,
    async inject({ stack }, random) {
      await Promise.all(services.map((service) => stack.kill(service)));
      await pause(between(random, ...AWAY_MS));
      await Promise.all(services.map((service) => startAgain(stack, service)));
    },
  };
}

/** Processes of a killed PostgreSQL are gone a moment after it; others need it: until then they refuse to start. */
export async function startAgain(stack: Stack, service: Service): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await stack.start(service);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}

function wire(vendor: 'shop' | 'warehouse', mode: ProxyMode): Fault {
  const wireOf = (world: ChaosWorld): FaultProxy => (vendor === 'shop' ? world.toShop : world.toWarehouse);
  return {
    kind: `network to the ${vendor}: ${mode}`,
    async inject(world, random) {
      await wireOf(world).setMode(mode);
      await pause(between(random, ...AWAY_MS));
      await wireOf(world).setMode('pass');
    },
  };
}

function shopAnswers(kind: string, body: object = {}): Fault {
  return {
    kind: `shop: ${kind}`,
    inject: ({ shop }) => shop.post('/faults', { kind, method: 'GET', path: '/api/v2/orders', ...body }),
  };
}

/** What the warehouse is asked during a pass; saves count double, because most can go wrong there. */
const FUNCTIONS = ['saveOperation', 'saveOperation', 'deleteOperation', 'insertPartner', 'getOperations'];

function warehouseAnswers(kind: string, body: object = {}): Fault {
  return {
    kind: `warehouse: ${kind}${'apply' in body ? `, ${body.apply === true ? 'applied' : 'not applied'}` : ''}`,
    inject: ({ warehouse }, random) =>
      warehouse.post('/faults', { kind, function: pick(random, FUNCTIONS), ...body }),
  };
}

function webhook(kind: string, body: object = {}): Fault {
  return {
    kind: `webhook: ${kind}`,
    inject: ({ shop }, random) =>
      shop.post('/webhook-faults', {
        ...{ kind, event: pick(random, ['order.created', 'order.updated']), ...body },
      }),
  };
}

/** The shop switches a subscription off (CloudCart API 6.4): what happens from then on is told to nobody. */
function disabled(event: string): Fault {
  return {
    kind: `webhook: ${event} switched off`,
    async inject({ shop }) {
      const { webhooks } = await shop.get<{ webhooks: { id: number; event: string }[] }>('/webhooks');
      const webhook = webhooks.find((each) => each.event === event);
      if (webhook !== undefined) await shop.send('PATCH', `/webhooks/${webhook.id}`, { active: 'no' });
    },
  };
}

/** Longer than the deadline of a request. */
const LATE_MS = 2_000;

const SORTS: readonly Sort[] = [
  {
    pauseMs: [1_500, 3_000],
    faults: [
      killed('worker'),
      killed('server'),
      killed('temporal'),
      killed('postgres'),
      killed('worker', 'temporal'),
      killed('server', 'postgres'),
    ],
  },
  {
    pauseMs: [1_500, 3_500],
    faults: (['refuse', 'reset', 'halfOpen', 'slow', 'loseAnswer'] as const).flatMap((mode) => [
      wire('shop', mode),
      wire('warehouse', mode),
    ]),
  },
  {
    pauseMs: [600, 1_600],
    faults: [
      shopAnswers('http429', { ms: 1_000 }),
      shopAnswers('http500'),
      shopAnswers('http502html'),
      shopAnswers('http504html'),
      shopAnswers('timeoutBefore'),
      shopAnswers('slowFirstByte', { ms: LATE_MS }),
      shopAnswers('dropAfter'),
      shopAnswers('invalidJson'),
      shopAnswers('emptyBody'),
      shopAnswers('pageShift'),
    ],
  },
  {
    pauseMs: [200, 600],
    faults: [
      warehouseAnswers('http500', { apply: true }),
      warehouseAnswers('http502', { apply: true }),
      warehouseAnswers('http502', { apply: false }),
      warehouseAnswers('http503', { apply: false }),
      warehouseAnswers('timeoutBefore'),
      warehouseAnswers('timeoutAfter'),
      warehouseAnswers('dropBefore'),
      warehouseAnswers('dropAfter'),
      warehouseAnswers('slowFirstByte', { ms: LATE_MS }),
      // Still within the time in which a request may take effect (LAND_MS).
      warehouseAnswers('holdAndApplyLater', { ms: 500 }),
      warehouseAnswers('invalidJson'),
      warehouseAnswers('bom'),
      warehouseAnswers('emptyBody'),
      warehouseAnswers('nullData'),
    ],
  },
  {
    pauseMs: [200, 800],
    faults: [
      webhook('drop'),
      webhook('duplicate'),
      webhook('reorder', { ms: LATE_MS }),
      webhook('delay', { ms: LATE_MS }),
      webhook('wrongSecret'),
      webhook('missingHeader'),
    ],
  },
  {
    // One that is switched off again and again is repaired minutes later, so that the shop is not harassed.
    once: true,
    pauseMs: [2_000, 5_000],
    faults: [disabled('order.created'), disabled('order.updated')],
  },
];

/** What goes wrong between the export and both vendors, beside the rest. */
export const exportSorts: readonly Sort[] = [
  {
    pauseMs: [2_000, 4_000],
    faults: [
      variantWrites('http429', { ms: 500, times: 3 }),
      variantWrites('http500'),
      variantWrites('http502html', { times: 2 }),
      variantWrites('timeoutBefore'),
      variantWrites('timeoutAfter'),
      variantWrites('dropBefore', { times: 2 }),
      variantWrites('dropAfter', { times: 2 }),
      variantWrites('slowFirstByte', { ms: LATE_MS }),
      // Still within the time in which a request may take effect (LAND_MS).
      variantWrites('holdAndApplyLater', { ms: 500 }),
      variantWrites('emptyBody'),
      variantWrites('invalidJson'),
    ],
  },
  {
    // A cycle that cannot read writes nothing: others must come to their writes.
    pauseMs: [8_000, 20_000],
    faults: [
      stockReads('http500'),
      stockReads('http503'),
      stockReads('timeoutBefore'),
      stockReads('dropBefore'),
      stockReads('emptyBody'),
      stockReads('invalidJson'),
      stockReads('nullData'),
    ],
  },
];

function variantWrites(kind: string, body: object = {}): Fault {
  return {
    kind: `stock in the shop: ${kind}`,
    inject: ({ shop }) => shop.post('/faults', { kind, method: 'PATCH', ...body }),
  };
}

function stockReads(kind: string): Fault {
  return {
    kind: `stock in the warehouse: ${kind}`,
    async inject({ warehouse }) {
      await untilMet(warehouse);
      await warehouse.post('/faults', { kind, function: STOCK_READ });
    },
  };
}

const STOCK_READ = 'getItemQuantities';

/** One at a time: each ends a cycle, and if they piled up, none would ever come to its own end. */
async function untilMet(warehouse: ChaosWorld['warehouse']): Promise<void> {
  const met = async (): Promise<boolean> => {
    const { faults } = await warehouse.get<{ faults: Standing[] }>('/faults');
    return !faults.some((fault) => fault.function === STOCK_READ);
  };
  // Where nobody reads for so long, another one does no harm.
  await waitUntil('the read', met, { timeoutMs: 20_000, everyMs: 200 }).catch(() => undefined);
}

/** Of every sort at least so many, also on a machine where the orders are through before. */
const LEAST_OF_A_SORT = 3;

/** Does harm of every sort, and of more where they are given, until the orders are through, then mends everything. Answers with what it did. */
export async function harm(
  world: ChaosWorld,
  randomOf: (sort: number) => () => number,
  through: Promise<unknown>,
  more: readonly Sort[] = [],
): Promise<FaultCounts> {
  const counts: Record<string, number> = {};
  const harmOf = async ({ faults, pauseMs, once }: Sort, random: () => number): Promise<void> => {
    const most = once === true ? faults.length : Number.POSITIVE_INFINITY;
    const least = Math.min(most, LEAST_OF_A_SORT);
    let over = false;
    const end = (): void => void (over = true);
    void through.then(end, end);
    let done = 0;
    for (const fault of dealt(random, faults)) {
      await pause(between(random, ...pauseMs));
      if (done >= (over ? least : most)) return;
      await fault.inject(world, random);
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
      done += 1;
    }
  };
  await Promise.all([...SORTS, ...more].map((sort, index) => harmOf(sort, randomOf(index))));
  await withdraw(world, counts);
  return counts;
}

interface Standing {
  readonly kind: string;
  readonly method?: string | null;
  readonly function?: string | null;
  readonly apply?: boolean | null;
}

/** Takes back what nobody met: it does not count. */
async function withdraw({ shop, warehouse }: ChaosWorld, counts: Record<string, number>): Promise<void> {
  const atShop = await shop.get<{ faults: Standing[]; deliveries: Standing[] }>('/faults');
  const atWarehouse = await warehouse.get<{ faults: Standing[] }>('/faults');
  await shop.send('DELETE', '/faults');
  await warehouse.send('DELETE', '/faults');
  const unmet = [
    ...atShop.faults.map(
      ({ kind, method }) => `${method === 'PATCH' ? 'stock in the shop' : 'shop'}: ${kind}`,
    ),
    ...atShop.deliveries.map(({ kind }) => `webhook: ${kind}`),
    ...atWarehouse.faults.map(
      ({ kind, apply, function: name }) =>
        `${name === STOCK_READ ? 'stock in the warehouse' : 'warehouse'}: ${kind}${typeof apply === 'boolean' ? `, ${apply ? 'applied' : 'not applied'}` : ''}`,
    ),
  ];
  for (const kind of unmet) counts[kind] = (counts[kind] ?? 1) - 1;
}
