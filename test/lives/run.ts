import type { Pool } from '../../src/db/pool.ts';
import type { Connection } from '../../src/db/queries/connections.ts';
import { storeDeliveries } from '../../src/db/queries/inbox.ts';
import { storeVerification } from '../../src/db/queries/verification.ts';
import { runPass } from '../../src/activities/order/pass.ts';
import { PassStopped } from '../../src/activities/order/stops.ts';
import { Coverage, type Mishap, statesOf } from './coverage.ts';
import type { Lane } from './lane.ts';
import {
  LATEST_MS,
  type Life,
  type Move,
  type ShopAction,
  type ShopDeed,
  type StaffDeed,
  type When,
  shopActions,
  silentActions,
} from './life.ts';
import { type WireFault } from './network.ts';
import { ProcessOfOrder, type SteppedPass } from './process-of-order.ts';
import type { Mutation } from '../support/mutations.ts';
import { Random } from './random.ts';
import { SteppingIo } from './stepping-io.ts';
import type { SeenOrder } from './seen.ts';
import { Witness } from './witness.ts';

/** More steps than any life needs. */
const MOST_STEPS = 6_000;
const SWEEP_MS = 120_000;
const REPEATED_HINT_MS = 60_000;
const VERIFICATION_MS = 180_000;

const mishapOf: Readonly<Record<WireFault, Mishap>> = {
  late: 'late write',
  lost: 'lost request',
  unanswered: 'unanswered',
  cut: 'connection cut',
  'cut after': 'unanswered',
  'too many': '429',
  'server error': '5xx',
  'server error after': '5xx after',
  html: 'HTML',
  'html after': 'HTML after',
};

/** One life, being lived. */
export class LifeRun {
  readonly lane: Lane;
  readonly life: Life;
  readonly coverage = new Coverage();
  /** What happened, for people. */
  readonly log: string[] = [];
  /** What must not happen: an error that nothing explains. */
  readonly faults: string[] = [];
  #witnessed: Witness | undefined;
  readonly #random: Random;
  readonly #process: ProcessOfOrder;
  readonly #mutation: Mutation | undefined;
  #passes: SteppedPass[] = [];
  #steps = 0;
  #passNumber = 0;
  #untold = false;
  /** The warehouse may hold something that the ledger does not say. */
  #suspicious = false;
  #deliveredAt = 0;
  /** Of the worker process that is at work now. */
  #memory: Connection;

  constructor(lane: Lane, life: Life, mutation?: Mutation) {
    this.lane = lane;
    this.life = life;
    this.#random = new Random(life.turns);
    this.#process = new ProcessOfOrder(lane.clock);
    this.#mutation = mutation;
    this.#memory = lane.memory(life.choice);
  }

  /** Who saw it. */
  get witness(): Witness {
    if (this.#witnessed === undefined) throw new Error('the order is not placed yet');
    return this.#witnessed;
  }

  get #orderId(): string {
    return this.witness.orderId;
  }

  get #pool(): Pool {
    return this.lane.database.pool;
  }

  /** Lives it to its end: until nothing is left to do, however long one waits. */
  async run(): Promise<void> {
    await this.lane.reset(this.life.choice);
    this.lane.network.onFault = (fault) => this.#cover(mishapOf[fault], fault);
    await this.#place();
    for (const move of this.life.moves) {
      await this.#reach(move.when);
      await this.#make(move);
    }
    await this.#settle();
  }

  async #place(): Promise<void> {
    const { emulators, connectionId, account } = this.lane;
    const email = `life-${this.lane.nextBuyer()}@example.com`;
    const { id, ...placed } = await emulators.shop.control.post<SeenOrder & { id: number }>('/orders', {
      ...this.life.order,
      silent: true,
      customer: { email, firstName: 'Лице', lastName: 'Пробно', guest: true },
    });
    const order = { choice: this.life.choice, orderId: String(id), email };
    const changesBefore = await this.lane.countChanges();
    const scene = { warehouse: emulators.warehouse.control, connectionId, account, pool: this.#pool };
    this.#witnessed = new Witness(scene, { ...order, changesBefore });
    await this.witness.sees(placed);
    await this.#deliver('order.created');
  }

  async #reach(when: When): Promise<void> {
    if (typeof when === 'number') {
      for (let points = 0; points < when; points += 1) if (!(await this.#step())) return;
      return;
    }
    while (when === 'rest' || !this.#standsAt(when)) if (!(await this.#step())) return;
  }

  #standsAt(point: string): boolean {
    return this.#passes.some(({ state, io }) => state === 'going' && io.standing?.point === point);
  }

  /** The next thing that happens by itself; false when nothing is left to do. */
  async #step(): Promise<boolean> {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw new Error('the life does not come to rest');
    const { now } = this.lane.clock;
    const going = this.#passes.filter(({ state }) => state === 'going');
    const able = going.filter(({ io }) => (io.standing?.notBefore ?? 0) <= now);
    if (able.length > 0) {
      await this.#advancePass(able.length === 1 ? (able[0] as SteppedPass) : this.#random.pick(able));
      return true;
    }
    const begin = this.#process.nextBegin();
    if (begin !== undefined && begin <= now) {
      await this.#beginPass();
      return true;
    }
    const wakes = [begin, ...going.map(({ io }) => io.standing?.notBefore)].filter((at) => at !== undefined);
    if (wakes.length === 0) return false;
    await this.#waitUntil(Math.min(...wakes));
    return true;
  }

  async #advancePass(pass: SteppedPass): Promise<void> {
    const arrival = pass.io.arrival();
    const { standing } = pass.io;
    if (standing?.point === 'after the reply to shop.orders.get') pass.readWhile = this.#readWhile;
    if (standing?.point === 'before sending shop.orders.get') this.#readWhile = this.witness.shown.at(-1);
    pass.io.standing = undefined;
    standing?.go();
    await Promise.race([arrival, pass.ended]);
    for (const read of this.#unmarked.splice(0)) if (read !== undefined) await this.witness.knows(read);
  }

  #readWhile: SeenOrder | undefined;
  /** What completed passes had read, not looked at yet. */
  #unmarked: (SeenOrder | undefined)[] = [];

  async #beginPass(): Promise<void> {
    // A read answers what came before it, not what came with it.
    if (this.#deliveredAt === this.lane.clock.now) this.lane.clock.now += 1;
    this.#passNumber += 1;
    const io = new SteppingIo(this.lane.database, this.lane.clock);
    const pass: SteppedPass = {
      ...{ io, number: this.#passNumber, state: 'going', readWhile: undefined, result: undefined },
      ended: Promise.resolve(),
    };
    const arrival = io.arrival();
    const dependencies = this.lane.process(this.#memory, io, this.#mutation);
    const ref = { connection: this.lane.connectionId, shopOrderId: this.#orderId };
    pass.ended = runPass(dependencies, ref, 'orders').then(
      (result) => {
        pass.result = result;
        this.#passEnded(pass, undefined);
      },
      (error: unknown) => this.#passEnded(pass, error),
    );
    this.#passes.push(pass);
    this.#process.begun(pass);
    await Promise.race([arrival, pass.ended]);
  }

  #passEnded(pass: SteppedPass, error: unknown): void {
    pass.state = 'ended';
    this.#passes = this.#passes.filter((each) => each !== pass);
    this.#process.ended(pass, error);
    if (error === undefined) {
      const { deed, state, problems = [], documents = [] } = pass.result ?? {};
      // Numbers of documents differ from lane to lane; the life does not.
      const kinds = documents.map((document) => document.split(' ')[0] ?? '');
      this.#note(`pass ${pass.number}: ${[deed, state, ...problems, ...kinds].join(', ')}`);
      this.#unmarked.push(pass.readWhile);
      return;
    }
    const text = error instanceof PassStopped ? error.code : (error as Error).message;
    this.#note(`pass ${pass.number} stops: ${text}`);
    if (error instanceof PassStopped || pass.io.hadFault) return;
    this.faults.push(`pass ${pass.number} fails: ${(error as Error).stack ?? text}`);
  }

  #note(text: string): void {
    this.log.push(`${String(this.lane.clock.now - this.lane.clock.beginning).padStart(8)} ms  ${text}`);
  }

  /** Time goes on; what is under way lands when its time has come. */
  async #waitUntil(time: number): Promise<void> {
    const { clock, network } = this.lane;
    for (let at = network.nextLanding(); at !== undefined && at <= time; at = network.nextLanding()) {
      clock.now = Math.max(clock.now, at);
      this.#note('a late request lands');
      await network.land();
    }
    clock.now = Math.max(clock.now, time);
  }

  async #cover(mishap: Mishap, how: string): Promise<void> {
    const states = await statesOf(this.#pool, this.lane.connectionId, this.#orderId);
    for (const state of states) this.coverage.add(mishap, state);
    const standing = this.#process.current?.io;
    this.#note(
      `${mishap} (${how}) at ${standing?.standing?.point ?? standing?.calling ?? 'rest'}; ${states.join(', ')}`,
    );
  }

  async #make(move: Move): Promise<void> {
    switch (move.do) {
      case 'shop':
        return this.#act(move.action, move.told);
      case 'staff':
        return this.#staff(move.action);
      case 'deliver':
        await this.#cover(move.as === 'late' ? 'late delivery' : move.as, 'delivery');
        return this.#deliver('order.updated');
      case 'crash':
      case 'freeze': {
        const { current } = this.#process;
        if (current === undefined) return;
        await this.#cover(move.do === 'crash' ? 'crash' : 'zombie', move.do);
        current.state = move.do === 'crash' ? 'dead' : 'frozen';
        this.#process.silent();
        this.#memory = this.lane.memory(this.life.choice);
        return;
      }
      case 'thaw':
        return this.#thaw();
      case 'wire':
        if (move.lateMs > LATEST_MS) {
          this.#suspicious = true;
          this.witness.beyondBelief = true;
        }
        return this.lane.network.arm(move);
      case 'statement': {
        const { current } = this.#process;
        if (current === undefined) return;
        await this.#cover(move.fault === 'lost' ? 'statement lost' : 'statement unanswered', 'statement');
        current.io.failStatement(move.fault);
        return;
      }
      case 'wait':
        return this.#waitUntil(this.lane.clock.now + move.ms);
    }
  }

  #thaw(): void {
    for (const pass of this.#passes) if (pass.state === 'frozen') pass.state = 'going';
  }

  async #act(action: ShopAction, told: ShopDeed['told']): Promise<void> {
    const { path, body } = shopActions[action];
    const { control } = this.lane.emulators.shop;
    const done =
      action === 'delete'
        ? await control.ask<SeenOrder>('DELETE', `/orders/${this.#orderId}`)
        : await control.ask<SeenOrder>('POST', `/orders/${this.#orderId}/${path}`, body);
    this.#note(`shop: ${action}${done === undefined ? ' (refused)' : ''}`);
    if (done === undefined) return;
    await this.witness.sees(done);
    const delivered = told !== false && !silentActions.has(action);
    if (delivered) await this.#deliver('order.updated', told === true);
    if (delivered && told === true) return;
    this.#untold ||= !delivered;
    await this.#cover('missing', action);
  }

  async #staff(action: StaffDeed['action']): Promise<void> {
    const busy =
      this.#passes.some(({ state }) => state !== 'dead') || this.lane.network.nextLanding() !== undefined;
    const done = await this.witness.staffDo(action, !busy);
    this.#suspicious ||= done;
    this.#note(`staff: ${action}${done ? '' : ' (refused)'}`);
  }

  /** A webhook comes in, is stored, and becomes a hint unless the signal is lost: then the relay repeats it later. */
  async #deliver(event: string, signalled = true): Promise<void> {
    this.lane.clock.now += 1;
    this.#deliveredAt = this.lane.clock.now;
    await storeDeliveries(await this.lane.database.at(), [
      {
        ...{ connectionId: this.lane.connectionId, event, entityId: this.#orderId, hint: {} },
        ...{ body: Buffer.from('{}'), headerOk: true, closed: false },
      },
    ]);
    if (signalled) this.#process.hint();
  }

  /** Until nothing is left to do: frozen passes go on, the sweep finds what nobody told, what is due is looked at. */
  async #settle(): Promise<void> {
    for (;;) {
      await this.#reach('rest');
      if (this.#passes.some(({ state }) => state === 'frozen')) this.#thaw();
      else if (this.#untold) await this.#sweep();
      else if (await this.#followUp()) continue;
      else if (this.#suspicious) await this.#verify();
      else return;
    }
  }

  /**
   * What the verification walk does with an order whose documents are not what the ledger says: it makes it due, and
   * the pass looks. Whether it notices is the matter of its own tests.
   */
  async #verify(): Promise<void> {
    this.#suspicious = false;
    this.witness.verified = true;
    await this.#waitUntil(this.lane.clock.now + VERIFICATION_MS);
    await storeVerification(await this.lane.database.at(), this.lane.connectionId, {
      ...{ seenUntil: null, means: null, documents: 0, unknown: [] },
      suspicions: [{ order: this.#orderId, finding: 'differs' }],
    });
  }

  async #sweep(): Promise<void> {
    await this.#waitUntil(this.lane.clock.now + SWEEP_MS);
    this.#untold = false;
    this.#process.hint();
  }

  /** What the relay would do: due orders, and hints without an answer. */
  async #followUp(): Promise<boolean> {
    const { rows } = await this.#pool.query<{ due: number | null; blocked: boolean; open: boolean }>({
      name: 'lives-follow-up',
      text: `select (extract(epoch from due_at) * 1000)::float8 as due, coalesce(due_reason = 'blocked', false) as blocked,
               exists (select 1 from webhook_delivery where connection_id = $1 and entity_id = $2 and closed_at is null) as open
             from (select 1) one left join shop_order on connection_id = $1 and shop_order_id = $2`,
      values: [this.lane.connectionId, this.#orderId],
    });
    const { due = null, blocked = false, open = false } = rows[0] ?? {};
    const landing = this.lane.network.nextLanding();
    if (landing !== undefined) {
      await this.#waitUntil(landing);
      return true;
    }
    if (open) await this.#waitUntil(this.lane.clock.now + REPEATED_HINT_MS);
    else if (due !== null && !(blocked && (await this.#isStuck()))) await this.#waitUntil(due);
    else return false;
    this.#process.hint();
    return true;
  }

  #stuckAt = '';

  /** A blocked order was looked at again, and the same is in the way: only a person can mend it. */
  async #isStuck(): Promise<boolean> {
    const problems = JSON.stringify(await this.witness.openProblems());
    if (problems === this.#stuckAt) return true;
    this.#stuckAt = problems;
    return false;
  }
}
