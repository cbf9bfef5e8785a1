import { createHash } from 'node:crypto';
import { Clock } from './clock.ts';
import { Database, type DatabaseSnapshot } from './store/database.ts';
import type { OrderRow } from './store/order-rows.ts';
import { changeSwitches, initialSwitches, type Switches } from './switches.ts';

/** Settings of the shop that its API does not show (CloudCart API 1.9). */
export interface ShopSettings {
  currency: string;
  vatIncluded: 'yes' | 'no';
  language: string;
  storeId: number;
  name: string;
  /** Token of the admin interface; only the owner can make one (CloudCart API 7.6). */
  adminToken: { value: string; scopes: string[]; active: boolean };
}

/** The whole state of a shop as JSON. */
export interface ShopSnapshot {
  readonly clockOffsetMs: number;
  readonly settings: ShopSettings;
  readonly switches: Readonly<Record<string, unknown>>;
  readonly database: DatabaseSnapshot;
}

/** What the shop tells about: the entity is looked up when the delivery is built, in the state of that moment. */
export interface ShopEvent {
  readonly event: string;
  readonly entityId: number;
}

/** Refused by a rule of the shop: 422 over the API, a message in the administration (CloudCart API 5.3). */
export class Refusal extends Error {
  readonly pointer: string | undefined;

  constructor(message: string, pointer?: string) {
    super(message);
    this.pointer = pointer;
  }
}

/** A shop: its data, settings, switches and clock. Everything that happens to it is done by functions over it. */
export class Shop {
  readonly db = new Database();
  readonly clock = new Clock();
  readonly switches: Switches = initialSwitches();
  readonly settings: ShopSettings = {
    currency: 'EUR',
    vatIncluded: 'yes',
    language: 'bg',
    storeId: 70123,
    name: 'Магазин Бор',
    adminToken: {
      value: `cc_pat_${createHash('sha256').update('admin token').digest('hex')}`,
      scopes: ['products', 'inventory'],
      active: true,
    },
  };
  /** Called for every event, with everything saved already. */
  emit: (event: ShopEvent) => void = () => undefined;
  /** Called after changes, for the state file. */
  changed: () => void = () => undefined;

  /** Now, in whole seconds: the platform keeps no finer dates. */
  now(): number {
    return Math.floor(this.clock.now() / 1000) * 1000;
  }

  /** One write of the platform: all of it or nothing, and what it tells about is the state at its end (CloudCart API 1.8). */
  atomically<T>(work: () => T): T {
    if (this.db.isWriting) return work();
    const { emit } = this;
    const events: ShopEvent[] = [];
    this.emit = (event) => void events.push(event);
    try {
      const result = this.db.atomically(work);
      for (const event of events) emit(event);
      return result;
    } finally {
      this.emit = emit;
    }
  }

  /** Saves changes of an order and its time of change. */
  touch(orderId: number, changes: Partial<OrderRow> = {}): OrderRow {
    return this.db.tables.orders.update(orderId, { ...changes, updated_at: this.now() });
  }

  snapshot(): ShopSnapshot {
    return {
      clockOffsetMs: this.clock.offsetMs,
      settings: { ...this.settings },
      switches: { ...this.switches },
      database: this.db.snapshot(),
    };
  }

  restore(snapshot: ShopSnapshot): void {
    this.clock.offsetMs = snapshot.clockOffsetMs;
    Object.assign(this.settings, snapshot.settings);
    Object.assign(this.switches, initialSwitches());
    changeSwitches(this.switches, snapshot.switches);
    this.db.restore(snapshot.database);
  }
}
