import { setTimeout as pause } from 'node:timers/promises';
import type { Control } from '../local/control.ts';
import { between, pick } from './random.ts';
import type { Expected } from './verdict.ts';

export const ORDER = 19;
const SALE = 2;
const CLAIM = 34;

type Step = 'pay' | 'payByCard' | 'edit' | 'cancel' | 'restore' | 'refund' | 'ship';

/** What happens to an order, and what must stand in the warehouse in the end. */
interface Life {
  readonly steps: readonly Step[];
  readonly ends: readonly number[];
  /** It may be over before we looked at it: then nothing was sold, and nothing is to be taken back. */
  readonly orNothing?: true;
  readonly payment?: 'stripe';
  /** The code by which it must wait for a person. */
  readonly attention?: string;
}

const LIVES: readonly Life[] = [
  { steps: [], ends: [ORDER] },
  { steps: ['pay'], ends: [SALE] },
  { steps: ['edit'], ends: [ORDER] },
  { steps: ['cancel'], ends: [] },
  { steps: ['edit', 'pay'], ends: [SALE] },
  { steps: ['pay', 'edit'], ends: [SALE] },
  { steps: ['pay', 'refund'], ends: [SALE, CLAIM], orNothing: true },
  { steps: ['cancel', 'restore', 'pay'], ends: [SALE] },
  { steps: ['ship'], ends: [SALE] },
  // The gateway's report fires no webhook (CloudCart API 5.4): only the sweep can find it.
  { steps: ['payByCard'], ends: [SALE], payment: 'stripe' },
];
/** One order of so many holds a product that the warehouse does not know. */
const UNKNOWN_EVERY = 20;
const UNKNOWN: Life = { steps: [], ends: [], attention: 'sku_not_matched' };

const BODIES: Readonly<Record<Step, { readonly action: string; readonly body: object }>> = {
  pay: { action: 'pay', body: { by: 'merchant' } },
  payByCard: { action: 'pay', body: { by: 'gateway' } },
  edit: { action: 'edit', body: { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } } },
  cancel: { action: 'cancel', body: {} },
  restore: { action: 'restore', body: {} },
  refund: { action: 'refund', body: {} },
  ship: { action: 'ship', body: {} },
};

/** Orders as shops have them: goods, a discount, a fee, a reduced rate. */
const PRESETS = ['variant', 'coupon', 'fee', 'book'] as const;
/** Of ten orders six are of customers of their own. */
const CUSTOMERS_SHARE = 0.6;
/** Between two things that happen to one order, milliseconds. */
const NEXT_STEP_MS = [200, 3_000] as const;

/** An order that was lived, and what must be left of it. */
export interface Lived extends Expected {
  readonly email: string;
  readonly attention: string | undefined;
}

/** Places order `number` of `count`, and does to it what its life says. */
export async function live(
  shop: Control,
  random: () => number,
  { number, count }: { number: number; count: number },
): Promise<Lived> {
  const unknown = number % UNKNOWN_EVERY === UNKNOWN_EVERY - 1;
  const life = unknown ? UNKNOWN : (LIVES[number % LIVES.length] as Life);
  const customer = number % Math.ceil(count * CUSTOMERS_SHARE);
  const email = `chaos-${customer}@example.com`;
  const { id } = await shop.post<{ id: number }>('/orders', {
    preset: pick(random, PRESETS),
    ...(unknown ? { lines: [{ sku: 'CUP-01' }, { sku: 'CANDLE' }] } : {}),
    customer: {
      ...{ email, firstName: 'Купувач', lastName: `Номер ${customer}`, guest: true },
      phone: `+35988${String(7_000_000 + customer)}`,
    },
    payment: life.payment ?? 'cod',
  });
  for (const step of life.steps) {
    await pause(between(random, ...NEXT_STEP_MS));
    const { action, body } = BODIES[step];
    await shop.post(`/orders/${id}/${action}`, body);
  }
  const { ends, orNothing = false, attention } = life;
  return { orderId: String(id), ends, orNothing, email, attention };
}
