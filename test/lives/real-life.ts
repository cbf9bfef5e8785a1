import type { RunningStack } from '../chaos/running-stack.ts';
import type { Control } from '../support/emulators.ts';
import type { ChoiceName } from './lane.ts';
import { type Life, type Move, type ShopAction, type ShopDeed, shopActions, silentActions } from './life.ts';
import { Random } from './random.ts';
import type { SeenOrder } from './seen.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { Witness } from './witness.ts';

/** A shop with its connection in the running product. */
export interface RealShop {
  readonly choice: ChoiceName;
  readonly control: Control;
  readonly company: string;
  readonly apiId: string;
}

/** What neither a webhook nor the sweep tells: the order's date does not move (CloudCart API 5.6). */
const unseen = new Set<ShopAction>(['delete', 'return a part', 'archive', 'unarchive']);

/** Longest that a request may land after its client gave up, within what the product is told. */
const LATEST_MS = 900;

const LONGEST_REST_MS = 2_000;

/** One life in real time: everything goes its real way, and nobody waits for points of a pass. */
export class RealLife {
  readonly name: string;
  readonly witness: Witness;
  readonly #stack: RunningStack;
  readonly #shop: RealShop;
  readonly #life: Life;
  readonly #random: Random;

  private constructor(stack: RunningStack, shop: RealShop, life: Life, name: string, witness: Witness) {
    this.#stack = stack;
    this.#shop = shop;
    this.#life = life;
    this.name = name;
    this.witness = witness;
    this.#random = new Random(life.turns);
  }

  static async begin(stack: RunningStack, shop: RealShop, life: Life, name: string): Promise<RealLife> {
    const email = `${name.replaceAll(/\W/g, '-')}@example.com`;
    const { id, ...placed } = await shop.control.post<SeenOrder & { id: number }>('/orders', {
      ...life.order,
      silent: true,
      customer: { email, firstName: 'Лице', lastName: 'Пробно', guest: true },
    });
    const scene = {
      ...{ warehouse: stack.warehouse, connectionId: shop.choice.replaceAll(' ', '-'), pool: stack.pool },
      account: { company: shop.company, apiId: shop.apiId },
    };
    const order = { choice: shop.choice, orderId: String(id), email, changesBefore: 0 };
    const real = new RealLife(stack, shop, life, name, new Witness(scene, order));
    await real.witness.sees(placed);
    await real.#deliver('order.created');
    return real;
  }

  /** Makes its moves: some once nothing is left to do, some in the middle of what is. */
  async run(): Promise<void> {
    for (const move of this.#life.moves) {
      if (move.when === 'rest' || this.#random.chance(0.3)) await this.#rest();
      await this.#make(move);
    }
  }

  /** Waits until nothing is left to do, but not for long: Temporal may look at it again in half a minute only. */
  async #rest(): Promise<void> {
    await waitUntil('rest', () => this.isAtRest(), { timeoutMs: LONGEST_REST_MS, everyMs: 150 }).catch(
      () => undefined,
    );
  }

  /** Every delivery is answered, and nothing is under way or due. */
  async isAtRest(): Promise<boolean> {
    const { rows } = await this.#stack.pool.query<{ busy: boolean }>({
      name: 'real-life-busy',
      text: `select exists (select 1 from webhook_delivery where connection_id = $1 and entity_id = $2 and closed_at is null)
               or exists (select 1 from document where connection_id = $1 and shop_order_id = $2 and state in ('sent', 'delete_sent'))
               or exists (select 1 from shop_order where connection_id = $1 and shop_order_id = $2
                          and (lease_until > clock_timestamp() or (due_at is not null and due_reason <> 'blocked'))) as busy`,
      values: [this.witness.scene.connectionId, this.witness.orderId],
    });
    return rows[0]?.busy === false;
  }

  async #make(move: Move): Promise<void> {
    switch (move.do) {
      case 'shop':
        return this.#act(move.action, move.told);
      case 'staff':
        await this.witness.staffDo(move.action, false);
        return;
      case 'deliver':
        return this.#deliver('order.updated');
      case 'wire':
        return this.#spoil(move);
      default:
    }
  }

  async #act(action: ShopAction, told: ShopDeed['told']): Promise<void> {
    const { path, body } = shopActions[action];
    const { orderId } = this.witness;
    const address = `/orders/${orderId}${path === '' ? '' : `/${path}`}`;
    const done = await this.#shop.control.ask<SeenOrder>(path === '' ? 'DELETE' : 'POST', address, body);
    if (done === undefined) return;
    await this.witness.sees(done);
    if (unseen.has(action) || (told !== false && !silentActions.has(action)))
      await this.#deliver('order.updated');
  }

  /** The emulators spoil an answer: at the shop this order's, at the warehouse that of the application's next call. */
  async #spoil({ vendor, fault, writes, lateMs }: Extract<Move, { do: 'wire' }>): Promise<void> {
    const spoilt = faults[fault];
    if (vendor === 'shop' && spoilt.shop !== null) {
      await this.#shop.control.post('/faults', {
        kind: spoilt.shop,
        path: `/api/v2/orders/${this.witness.orderId}`,
      });
      return;
    }
    await this.#stack.warehouse.post('/faults', {
      ...spoilt.warehouse,
      ...(writes
        ? { function: this.#random.pick(['saveOperation', 'deleteOperation', 'insertPartner']) }
        : {}),
      apiId: this.#shop.apiId,
      ms: lateMs % LATEST_MS,
    });
  }

  #deliver(event: string): Promise<void> {
    return this.#stack.deliver(this.witness.scene.connectionId, event, this.witness.orderId);
  }
}

const faults = {
  late: { shop: null, warehouse: { kind: 'holdAndApplyLater' } },
  lost: { shop: 'timeoutBefore', warehouse: { kind: 'timeoutBefore' } },
  unanswered: { shop: 'timeoutAfter', warehouse: { kind: 'timeoutAfter' } },
  cut: { shop: 'dropBefore', warehouse: { kind: 'dropBefore' } },
  'cut after': { shop: 'dropAfter', warehouse: { kind: 'dropAfter' } },
  // A pause that the vendor asks for is long: once it is enough for all.
  'too many': { shop: 'http500', warehouse: { kind: 'http503' } },
  'server error': { shop: 'http500', warehouse: { kind: 'http500' } },
  'server error after': { shop: 'invalidJson', warehouse: { kind: 'http500', apply: true } },
  html: { shop: 'http502html', warehouse: { kind: 'http502' } },
  'html after': { shop: 'emptyBody', warehouse: { kind: 'http502', apply: true } },
} as const;
