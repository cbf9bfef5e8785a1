import type { StatementFault } from './stepping-io.ts';
import type { Vendor, WireFault } from './network.ts';
import type { ChoiceName } from './lane.ts';

/**
 * One life of an order, as data: what happens to it in the shop and in the warehouse, and what goes wrong meanwhile.
 * The same life runs the same way every time. Any move can be left out and a life is left: that is how a failing one
 * is made short.
 */
export interface Life {
  readonly choice: ChoiceName;
  readonly order: PlacedOrder;
  readonly moves: readonly Move[];
  /** Decides who goes first where several passes could take the next step. */
  readonly turns: number;
}

/** The order as it is placed, in the words of the shop emulator's control API. */
export interface PlacedOrder {
  readonly lines: readonly { readonly sku: string; readonly quantity?: number }[];
  readonly payment: 'cod' | 'bwt' | 'stripe';
  readonly shipping: { readonly provider: 'econt'; readonly price: string } | null;
  readonly status?: 'paid';
  readonly draft?: boolean;
}

/**
 * When a move is made: after so many points of the passes, when nothing is left to do (`rest`), or when a pass stands
 * at a point of this name. All of them come at `rest` at the latest.
 */
export type When = number | 'rest' | `before ${string}` | `after ${string}`;

/** One thing that happens. */
export type Move = { readonly when: When } & Deed;

export type Deed = ShopDeed | StaffDeed | DeliveryDeed | ProcessDeed | WireDeed | StatementDeed | WaitDeed;

/** Somebody acts in the shop; `told`: is a webhook delivered at once? `stored`: it is, and its signal is lost. */
export interface ShopDeed {
  readonly do: 'shop';
  readonly action: ShopAction;
  readonly told: boolean | 'stored';
}

/** Staff act in the warehouse, on the newest document of the order. */
export interface StaffDeed {
  readonly do: 'staff';
  readonly action: keyof typeof staffActions;
}

/** A delivery arrives that is not the first of its event, or not in its turn. */
export interface DeliveryDeed {
  readonly do: 'deliver';
  readonly as: 'doubled' | 'late' | 'overtaken';
}

/** The process of the pass dies; freezes, so that another one takes over; goes on. */
export interface ProcessDeed {
  readonly do: 'crash' | 'freeze' | 'thaw';
}

/** The next request to a vendor goes wrong. */
export interface WireDeed {
  readonly do: 'wire';
  readonly fault: WireFault;
  readonly vendor: Vendor | 'any';
  readonly writes: boolean;
  readonly lateMs: number;
}

/** The next statement of the pass goes wrong. */
export interface StatementDeed {
  readonly do: 'statement';
  readonly fault: StatementFault;
}

export interface WaitDeed {
  readonly do: 'wait';
  readonly ms: number;
}

/** The latest that a request may take effect, after it left; later ones are beyond what the protocol excludes. */
export const LATEST_MS = 24_000;

/** What staff do to a document: a sale made of an order may keep our stamp and owner. */
export const staffActions = {
  change: { method: 'PATCH', path: '', body: (note: string) => ({ Note: `${note} (персонал)` }) },
  delete: { method: 'DELETE', path: '', body: () => ({}) },
  'make a sale': { method: 'POST', path: '/to-sale', body: () => ({}) },
  'make a sale of it': { method: 'POST', path: '/to-sale', body: () => ({ inherit: true }) },
} as const;

/** What people and gateways do to an order in the shop. The shop refuses what does not fit its state, as it should. */
export const shopActions = {
  pay: { path: 'pay', body: { by: 'merchant' } },
  'pay by gateway': { path: 'pay', body: { by: 'gateway' } },
  authorize: { path: 'pay', body: { by: 'gateway', status: 'authorized' } },
  ship: { path: 'ship', body: {} },
  complete: { path: 'complete', body: {} },
  cancel: { path: 'cancel', body: {} },
  revive: { path: 'restore', body: {} },
  void: { path: 'gateway', body: { status: 'voided' } },
  fail: { path: 'gateway', body: { status: 'failed' } },
  dispute: { path: 'gateway', body: { status: 'disputed' } },
  'charge back': { path: 'gateway', body: { status: 'chargebacked' } },
  refund: { path: 'refund', body: {} },
  'return a part': { path: 'partial-return', body: { lines: [] } },
  archive: { path: 'archive', body: {} },
  unarchive: { path: 'unarchive', body: {} },
  confirm: { path: 'confirm', body: {} },
  'custom status': { path: 'status', body: { status: 'order-za-utochniavane' } },
  'add a line': { path: 'edit', body: { lines: { add: [{ sku: 'PEN-1', quantity: 2 }] } } },
  'more of a line': { path: 'edit', body: { lines: { change: [{ line: 'CUP-01', quantity: 3 }] } } },
  'remove a line': { path: 'edit', body: { lines: { remove: ['TEA'] } } },
  'give a discount': { path: 'edit', body: { addDiscounts: [{ type: 'flat', value: '2.00' }] } },
  'change the address': {
    path: 'edit',
    body: { shippingAddress: { city: 'Пловдив', street: 'Нова', number: '7', phone: '0888111222' } },
  },
  'change the address again': {
    path: 'edit',
    body: { shippingAddress: { city: 'Варна', street: 'Морска', number: '1', phone: '0888333444' } },
  },
  'add an unknown product': { path: 'edit', body: { lines: { add: [{ sku: 'CANDLE' }] } } },
  'remove the unknown product': { path: 'edit', body: { lines: { remove: ['CANDLE'] } } },
  'pay another way': { path: 'payment', body: { provider: 'bwt' } },
  'pay in an unmapped way': { path: 'payment', body: { provider: 'mokka' } },
  delete: { path: '', body: {} },
} as const;

export type ShopAction = keyof typeof shopActions;

/** What no webhook tells (CloudCart API 5.4, 5.6): the sweep finds it. */
export const silentActions: ReadonlySet<ShopAction> = new Set<ShopAction>([
  'pay by gateway',
  'authorize',
  'void',
  'fail',
  'dispute',
  'charge back',
  'return a part',
  'archive',
  'unarchive',
  'pay another way',
  'pay in an unmapped way',
  'delete',
]);
