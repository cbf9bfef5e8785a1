import type { DocumentState } from './coverage.ts';
import type { Beginning } from './generate.ts';
import type { DeliveryDeed, Move, ShopAction, When } from './life.ts';
import type { WireFault } from './network.ts';
import type { Random } from './random.ts';

/** How an order comes to have a document in a state, and what makes a pass begin there. */
interface Approach extends Beginning {
  /** What happens in the shop then. */
  readonly event: ShopAction | undefined;
  /** Where the pass after it has the document in that state; `undefined`: all the time. */
  readonly point: When | undefined;
  /** The event that makes this approach's next write one to the partner or to a document. */
  readonly write?: ShopAction;
}

const act = (action: ShopAction): Move => ({ when: 'rest', do: 'shop', action, told: true });
const onDelivery = { order: { payment: 'cod' } } as const;
const claimsOnly = { choice: 'claims only', ...onDelivery } as const;

const approaches: Readonly<Record<DocumentState, readonly Approach[]>> = {
  none: [{ moves: [], event: undefined, point: 'after claim-order' }],
  reserved: [
    { moves: [], event: undefined, point: 'after reserve-document' },
    { moves: [{ when: 'rest', do: 'wait', ms: 1 }], event: 'pay', point: 'after reserve-document' },
  ],
  sent: [
    { moves: [], event: undefined, point: 'before sending warehouse.saveOperation' },
    { ...onDelivery, moves: [], event: undefined, point: 'after the reply to warehouse.saveOperation' },
    {
      moves: [act('change the address')],
      event: 'add a line',
      point: 'before sending warehouse.saveOperation',
    },
  ],
  'live order': [
    {
      ...onDelivery,
      choice: 'usual',
      moves: [act('change the address')],
      event: 'add a line',
      point: undefined,
    },
    { ...onDelivery, choice: 'usual', moves: [act('change the address')], event: 'pay', point: undefined },
  ],
  'live sale': [
    { moves: [act('pay')], event: 'add a line', point: undefined },
    { ...onDelivery, moves: [act('ship')], event: 'complete', point: undefined },
  ],
  delete_sent: [
    {
      ...onDelivery,
      choice: 'usual',
      moves: [act('change the address')],
      event: 'cancel',
      point: 'before sending warehouse.deleteOperation',
    },
    {
      choice: 'usual',
      moves: [act('add a line')],
      event: 'pay',
      point: 'before sending warehouse.deleteOperation',
    },
    {
      choice: 'usual',
      moves: [act('add a line')],
      event: 'pay',
      point: 'after the reply to warehouse.deleteOperation',
    },
  ],
  returned: [
    { ...claimsOnly, moves: [act('ship'), act('cancel')], event: 'revive', point: undefined },
    { ...claimsOnly, moves: [act('ship'), act('cancel')], event: 'pay', point: undefined },
  ],
  conflict: [
    {
      choice: 'usual',
      moves: [{ when: 'rest', do: 'staff', action: 'change' }, act('change the address')],
      event: 'change the address again',
      point: undefined,
    },
    {
      choice: 'usual',
      moves: [act('change the address'), { when: 'rest', do: 'staff', action: 'delete' }, act('add a line')],
      event: 'change the address again',
      point: undefined,
    },
  ],
};

/** Those that few lives come to by chance are aimed at twice as often. */
const states: readonly DocumentState[] = [
  ...(['none', 'sent', 'sent', 'live order', 'live sale', 'returned', 'returned'] as const),
  ...(['reserved', 'reserved', 'delete_sent', 'delete_sent', 'conflict', 'conflict'] as const),
];

const deliveries: readonly (DeliveryDeed['as'] | 'missing')[] = ['doubled', 'late', 'overtaken', 'missing'];

const wires: readonly WireFault[] = [
  ...[
    'late',
    'lost',
    'unanswered',
    'cut',
    'too many',
    'server error',
    'server error after',
    'html',
    'html after',
  ],
] as readonly WireFault[];
/** Late writes are met by few passes, so they are aimed at more often. */
const blows = ['crash', 'freeze', 'statement lost', 'statement unanswered', ...wires, 'late'] as const;

/** The beginning of a life that meets the mishaps of its number in the state of its number. */
export function aimedAt(number: number, random: Random): Beginning {
  const blow = blows[number % blows.length] as (typeof blows)[number];
  const state = states[Math.floor(number / blows.length) % states.length] as DocumentState;
  const approach = random.pick(approaches[state]);
  const moves: Move[] = [...approach.moves];
  const late = blow === 'late';
  // What can be late is a write: where the document itself has none, the partner has.
  if (late && state === 'reserved') {
    moves.push(
      ...(approach.event === undefined ? [] : [act(approach.event)]),
      { when: 'after reserve-document', do: 'crash' },
      strike(blow, 0, random, true),
      { when: 0, do: 'shop', action: 'change the address again', told: true },
    );
    return { ...approach, moves };
  }
  const early = late && approach.point === undefined;
  if (early) moves.push(strike(blow, 'rest', random, true));
  if (approach.event !== undefined) moves.push(act(approach.event));
  const at: When = approach.point ?? random.below(9);
  const delivery = random.pick(deliveries);
  moves.push(
    delivery === 'missing'
      ? {
          when: at,
          do: 'shop',
          action: random.pick(['add a line', 'archive', 'pay another way'] as const),
          told: false,
        }
      : { when: at, do: 'deliver', as: delivery },
  );
  const writes = approach.point !== undefined && state !== 'none' && state !== 'reserved';
  if (!early) moves.push(strike(blow, 0, random, writes));
  // The pass that takes over begins in the same state, and meets something as well.
  const second = blows[(number * 5 + 3) % blows.length] as (typeof blows)[number];
  moves.push(strike(second, random.below(6), random, false));
  if (random.chance(0.5)) moves.push(strike(random.pick(blows), random.below(6), random, false));
  return { ...approach, moves };
}

function strike(blow: (typeof blows)[number], when: When, random: Random, writes: boolean): Move {
  switch (blow) {
    case 'crash':
    case 'freeze':
      return { when, do: blow };
    case 'statement lost':
      return { when, do: 'statement', fault: 'lost' };
    case 'statement unanswered':
      return { when, do: 'statement', fault: 'unanswered' };
    case 'late': {
      const lateMs = 1 + random.below(24_000);
      return { when, do: 'wire', fault: 'late', vendor: 'warehouse', writes: true, lateMs };
    }
    default:
      return { when, do: 'wire', fault: blow, vendor: 'any', writes, lateMs: 0 };
  }
}
