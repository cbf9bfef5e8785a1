import type { Pool } from '../../src/db/pool.ts';
import { type Control, type SeenDocument, documentsOfOrder } from '../support/emulators.ts';
import type { ChoiceName } from './lane.ts';
import { type StaffDeed, staffActions } from './life.ts';
import { showsMoney } from './oracle.ts';
import type { SeenChange, SeenOrder } from './seen.ts';

/** Where a life is lived, as far as a witness must know. */
export interface Scene {
  /** Control side of the warehouse. */
  readonly warehouse: Control;
  readonly connectionId: string;
  readonly account: { readonly company: string; readonly apiId: string };
  readonly pool: Pool;
}

/**
 * Since when the shop showed something, and since when a completed pass had read it: both as the number of changes
 * that the warehouse had seen of the order by then.
 */
interface Sighting {
  readonly possible: number;
  certain: number;
}

/** Sees one order's life from outside: what the shop showed, and what became of it in the warehouse. */
export class Witness {
  readonly scene: Scene;
  readonly choice: ChoiceName;
  readonly orderId: string;
  readonly email: string;
  /** Everything that the order ever was in the shop. */
  readonly shown: SeenOrder[] = [];
  /** Money that came, and a part of the goods that came back. */
  money: Sighting | undefined;
  part: Sighting | undefined;
  /** Changes by staff, by their number, while no pass was under way and no request. */
  readonly quietStaffChanges: number[] = [];
  /** A request took effect later than the protocol believes in: prevented is nothing then, but it is found and mended. */
  beyondBelief = false;
  /** The order's documents were compared with the ledger after all that happened to them. */
  verified = false;
  readonly #changesBefore: number;

  constructor(
    scene: Scene,
    order: {
      readonly choice: ChoiceName;
      readonly orderId: string;
      readonly email: string;
      /** Changes of documents that the account had seen before this life. */
      readonly changesBefore: number;
    },
  ) {
    this.scene = scene;
    this.choice = order.choice;
    this.orderId = order.orderId;
    this.email = order.email;
    this.#changesBefore = order.changesBefore;
  }

  /** This is how the order is in the shop from now on. */
  async sees(order: SeenOrder): Promise<void> {
    this.shown.push(order);
    if (showsMoney(order)) this.money ??= await this.#sighting();
    if (order.returnStatus === 'partial') this.part ??= await this.#sighting();
  }

  /** A pass that had read this came to its end: from here on it counts as known. */
  async knows(order: SeenOrder): Promise<void> {
    for (const [sighting, applies] of [
      [this.money, showsMoney(order)],
      [this.part, order.returnStatus === 'partial'],
    ] as const) {
      if (sighting === undefined || !applies || sighting.certain !== Number.POSITIVE_INFINITY) continue;
      sighting.certain = (await this.changes()).length;
    }
  }

  /** Staff do something to the newest document. `quiet`: no pass is under way, and no request. */
  async staffDo(action: StaffDeed['action'], quiet: boolean): Promise<boolean> {
    const newest = (await this.documents()).at(-1);
    if (newest === undefined) return false;
    const { method, path, body } = staffActions[action];
    const before = quiet ? (await this.changes()).length : 0;
    const { warehouse, account } = this.scene;
    const address = `/operations/${newest.id}${path}?company=${account.company}`;
    const done = await warehouse.ask(method, address, body(newest.note));
    if (quiet && done !== undefined) this.quietStaffChanges.push(before);
    return done !== undefined;
  }

  async #sighting(): Promise<Sighting> {
    return { possible: (await this.changes()).length, certain: Number.POSITIVE_INFINITY };
  }

  /** What happened to documents of the order in the warehouse so far. */
  async changes(): Promise<SeenChange[]> {
    const { account, warehouse } = this.scene;
    const { history } = await warehouse.get<{ history: SeenChange[] }>(
      `/history?company=${account.company}&since=${this.#changesBefore}`,
    );
    return history.filter(({ note }) => `${note} `.startsWith(`CloudCart #${this.orderId} `));
  }

  /** What the warehouse holds for the order now. */
  documents(): Promise<SeenDocument[]> {
    const { account, warehouse } = this.scene;
    return documentsOfOrder(warehouse, this.orderId, account.company);
  }

  /** Partners that the warehouse holds of the buyer. */
  async partners(): Promise<number> {
    const { account, warehouse } = this.scene;
    const { partners } = await warehouse.get<{ partners: unknown[] }>(
      `/partners?company=${account.company}&email=${this.email}`,
    );
    return partners.length;
  }

  /** Blocking problems that are open, by code. */
  async openProblems(): Promise<string[]> {
    const { rows } = await this.scene.pool.query<{ code: string }>({
      name: 'lives-problems',
      text: `select distinct code from problem where connection_id = $1 and shop_order_id = $2
             and resolved_at is null and severity = 'blocking' order by code`,
      values: [this.scene.connectionId, this.orderId],
    });
    return rows.map(({ code }) => code);
  }
}
