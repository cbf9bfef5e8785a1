import { type ChoiceName, skus } from './lane.ts';
import {
  LATEST_MS,
  type DeliveryDeed,
  type Life,
  type Move,
  type PlacedOrder,
  type ShopAction,
  type ShopDeed,
  type StaffDeed,
  type When,
} from './life.ts';
import type { WireFault } from './network.ts';
import { aimedAt } from './aim.ts';
import { Random } from './random.ts';

const edits: readonly ShopAction[] = [
  'add a line',
  'more of a line',
  'remove a line',
  'give a discount',
  'change the address',
  'change the address again',
  'pay another way',
];

/** What may happen next, the likelier the more often it is named. */
const actions: readonly ShopAction[] = [
  ...['pay', 'pay', 'pay', 'pay by gateway', 'authorize', 'ship', 'ship', 'complete'],
  ...[
    'cancel',
    'cancel',
    'cancel',
    'revive',
    'revive',
    'refund',
    'refund',
    'void',
    'fail',
    'dispute',
    'charge back',
  ],
  ...['return a part', 'archive', 'unarchive', 'confirm', 'custom status', 'delete'],
  ...edits,
  ...edits,
  ...['add an unknown product', 'remove the unknown product', 'pay in an unmapped way'],
] as readonly ShopAction[];

const tidings: readonly ShopDeed['told'][] = [
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  'stored',
  false,
  false,
];

const staffWork: readonly StaffDeed['action'][] = ['change', 'delete', 'make a sale', 'make a sale of it'];

const sudden: readonly When[] = [
  'after store-intent',
  'before sending warehouse.saveOperation',
  'after the reply to warehouse.saveOperation',
  'before sending warehouse.deleteOperation',
  'after the reply to warehouse.deleteOperation',
  'after reserve-document',
  'before store-intent',
  'after claim-order',
  'before sending shop.orders.get',
  'after the reply to shop.orders.get',
  'before settle-live',
  'before settle-deleted',
  'before finish-pass',
  'after finish-pass',
  'before sending warehouse.insertPartner',
  'before close-returned',
];

const wireFaults: readonly WireFault[] = [
  ...[
    'lost',
    'unanswered',
    'cut',
    'cut after',
    'too many',
    'server error',
    'server error after',
    'html',
    'html after',
  ],
] as readonly WireFault[];

/** The life with this number under this seed. Most are aimed at a state of the ledger; what follows is chance. */
export function lifeOf(seed: number, number: number): Life {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const byChance = number % 5 === 4;
  const begin: Beginning = byChance ? random.pick(beginnings) : aimedAt(number, random);
  const moves: Move[] = [...begin.moves];
  const scenes = begin.alone ? 0 : byChance ? 1 + random.below(3) : Math.max(0, random.below(4) - 1);
  for (let scene = 0; scene < scenes; scene += 1) moves.push(...sceneOf(random));
  return {
    choice: begin.choice ?? (random.chance(0.6) ? 'usual' : random.pick(choiceNames)),
    order: { ...orderOf(random), ...begin.order },
    moves,
    turns: random.below(1_000_000),
  };
}

const choiceNames: readonly ChoiceName[] = ['usual', 'claims only', 'ask always', 'sale at once'];

export interface Beginning {
  readonly choice?: ChoiceName;
  readonly order?: Partial<PlacedOrder>;
  readonly moves: readonly Move[];
  /** Nothing follows: what comes later would cover up what went wrong. */
  readonly alone?: true;
}

const act = (action: ShopAction): Move => ({ when: 'rest', do: 'shop', action, told: true });
const unheard = (when: When): Move => ({ when, do: 'shop', action: 'add a line', told: 'stored' });
const staff = (action: StaffDeed['action']): Move => ({ when: 'rest', do: 'staff', action });

/** How lives begin: most with nothing, others where few would come to by chance. */
const beginnings: readonly Beginning[] = [
  ...Array.from({ length: 8 }, () => ({ moves: [] })),
  { moves: [act('pay')] },
  { order: { payment: 'cod' }, moves: [act('ship')] },
  { choice: 'claims only', order: { payment: 'cod' }, moves: [act('ship'), act('cancel')] },
  { choice: 'claims only', order: { payment: 'cod' }, moves: [act('ship'), act('cancel'), act('revive')] },
  { choice: 'usual', moves: [act('pay'), act('refund')] },
  { choice: 'usual', moves: [staff('change'), act('change the address')] },
  { choice: 'usual', moves: [act('pay'), staff('change'), act('add a line')] },
  { choice: 'usual', moves: [staff('delete'), act('add a line')] },
  // News that comes while a pass knows what it read, and whose signal is lost: only its open delivery is left of it.
  { alone: true, moves: [unheard('after the reply to shop.orders.get')] },
  { alone: true, moves: [unheard('before finish-pass')] },
];

function orderOf(random: Random): PlacedOrder {
  const lines = skus
    .filter((sku) => sku === 'CUP-01' || random.chance(0.3))
    .map((sku) => ({ sku, quantity: 1 + random.below(3) }));
  const payment = random.pick(['cod', 'cod', 'bwt', 'stripe'] as const);
  return {
    lines,
    payment,
    shipping: random.chance(0.8) ? { provider: 'econt', price: '4.80' } : null,
    ...(random.chance(0.15) ? { status: 'paid' as const } : {}),
    ...(random.chance(0.04) ? { draft: true } : {}),
  };
}

/** Something happens in the shop or in the warehouse, and something goes wrong about it. */
function sceneOf(random: Random): Move[] {
  const moves: Move[] = [];
  const when: When = random.chance(0.5) ? 'rest' : whenOf(random);
  if (random.chance(0.1)) moves.push({ when, do: 'staff', action: random.pick(staffWork) });
  // The request of the next write is to be spoilt before the write begins.
  const early = random.chance(0.6) ? [mishapOf(random, 'rest')] : [];
  moves.push(...early.filter((move) => move.do === 'wire'));
  moves.push({ when, do: 'shop', action: random.pick(actions), told: random.pick(tidings) });
  moves.push(
    ...early.filter((move) => move.do !== 'wire').map((move) => ({ ...move, when: whenOf(random) })),
  );
  const more = random.below(3);
  for (let index = 0; index < more; index += 1) moves.push(mishapOf(random, whenOf(random)));
  return moves;
}

function whenOf(random: Random): When {
  if (random.chance(0.5)) return random.below(random.chance(0.5) ? 12 : 45);
  return random.chance(0.1) ? 'rest' : random.pick(sudden);
}

function mishapOf(random: Random, when: When): Move {
  const kind = random.below(100);
  if (kind < 15) return { when, do: 'crash' };
  if (kind < 26) return { when, do: 'freeze' };
  if (kind < 32) return { when, do: 'thaw' };
  if (kind < 44) return { when, do: 'deliver', as: random.pick(deliveries) };
  if (kind < 54) return { when, do: 'statement', fault: random.pick(['lost', 'unanswered']) };
  if (kind < 58) return { when, do: 'wait', ms: random.pick([1_000, 6_000, 15_000, 40_000]) };
  const late = kind < 72;
  const writes = late || random.chance(0.6);
  return {
    ...{ when, do: 'wire', fault: late ? 'late' : random.pick(wireFaults), writes },
    vendor: writes || random.chance(0.5) ? 'warehouse' : 'shop',
    // One in eight is later than the protocol believes in: detected then, and mended.
    lateMs: 1 + random.below(LATEST_MS) + (late && random.chance(0.12) ? LATEST_MS + 3_000 : 0),
  };
}

const deliveries: readonly DeliveryDeed['as'][] = ['doubled', 'late', 'overtaken'];
