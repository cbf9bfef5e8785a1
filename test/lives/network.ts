import type { Emulators } from '../support/emulators.ts';
import type { SteppingIo } from './stepping-io.ts';
import type { VirtualClock } from './virtual-time.ts';

/**
 * What can happen to a request. `late`: it takes effect after the client gave up; `lost`: it never arrives; the others
 * are answers that the emulators themselves give instead of the real one, before or after the work.
 */
export const wireFaults = {
  late: { emulator: null },
  lost: { emulator: null },
  unanswered: { emulator: null },
  cut: { emulator: { shop: { kind: 'dropBefore' }, warehouse: { kind: 'dropBefore' } } },
  'cut after': { emulator: { shop: { kind: 'dropAfter' }, warehouse: { kind: 'dropAfter' } } },
  'too many': { emulator: { shop: { kind: 'http429' }, warehouse: { kind: 'http429' } } },
  'server error': { emulator: { shop: { kind: 'http500' }, warehouse: { kind: 'http500' } } },
  'server error after': {
    emulator: { shop: { kind: 'invalidJson' }, warehouse: { kind: 'http500', apply: true } },
  },
  html: { emulator: { shop: { kind: 'http502html' }, warehouse: { kind: 'http502' } } },
  'html after': { emulator: { shop: { kind: 'emptyBody' }, warehouse: { kind: 'http502', apply: true } } },
} as const;

export type WireFault = keyof typeof wireFaults;
export type Vendor = 'shop' | 'warehouse';

/** A fault that the next matching request of a pass meets. */
export interface ArmedFault {
  readonly fault: WireFault;
  readonly vendor: Vendor | 'any';
  /** Only a request that changes something. */
  readonly writes: boolean;
  /** How long after it left a late request takes effect. */
  readonly lateMs: number;
}

interface LateRequest {
  readonly landsAt: number;
  readonly land: () => Promise<void>;
}

/** The way from the passes of one life to the two vendors, real HTTP, with what can go wrong on it. */
export class Network {
  readonly #clock: VirtualClock;
  readonly #emulators: Emulators;
  readonly #deadlineMs: number;
  #armed: ArmedFault[] = [];
  #late: LateRequest[] = [];
  /** Told when a fault happens. */
  onFault: (fault: WireFault) => Promise<void> = () => Promise.resolve();

  constructor(clock: VirtualClock, emulators: Emulators, deadlineMs: number) {
    this.#clock = clock;
    this.#emulators = emulators;
    this.#deadlineMs = deadlineMs;
  }

  reset(): void {
    this.#armed = [];
    this.#late = [];
  }

  arm(fault: ArmedFault): void {
    this.#armed.push(fault);
  }

  /** When the next late request takes effect. */
  nextLanding(): number | undefined {
    return this.#late.length === 0 ? undefined : Math.min(...this.#late.map(({ landsAt }) => landsAt));
  }

  /** Lets every late request land whose time has come. */
  async land(): Promise<void> {
    const due = this.#late.filter(({ landsAt }) => landsAt <= this.#clock.now);
    this.#late = this.#late.filter(({ landsAt }) => landsAt > this.#clock.now);
    for (const { land } of due.toSorted((a, b) => a.landsAt - b.landsAt)) await land();
  }

  /** The `fetch` of one pass. */
  of(io: SteppingIo, vendor: Vendor, apiId: string): typeof fetch {
    return async (input, init) => {
      const index = this.#armed.findIndex(
        (each) =>
          (each.vendor === vendor || each.vendor === 'any') && (!each.writes || changesSomething(io.calling)),
      );
      const [armed] = index < 0 ? [] : this.#armed.splice(index, 1);
      // Deadlines are the simulation's: the client's own timer must not end a request on a busy machine.
      const { signal: _signal, ...rest } = init ?? {};
      if (armed === undefined) return fetch(input, rest);
      await this.onFault(armed.fault);
      const { emulator } = wireFaults[armed.fault];
      if (emulator !== null) {
        await this.#prepare(vendor, emulator[vendor], apiId, input);
        return fetch(input, rest);
      }
      const forward = async (): Promise<void> => {
        await (await fetch(input, rest)).arrayBuffer();
      };
      if (armed.fault === 'unanswered') await forward();
      if (armed.fault === 'late') this.#late.push({ landsAt: this.#clock.now + armed.lateMs, land: forward });
      await io.stand('waiting for an answer', this.#clock.now + this.#deadlineMs);
      throw new Error('no answer in time');
    };
  }

  /** The emulator itself spoils the answer: its control side is told right before. */
  async #prepare(
    vendor: Vendor,
    fault: object,
    apiId: string,
    input: Parameters<typeof fetch>[0],
  ): Promise<void> {
    const { shop, warehouse } = this.#emulators;
    if (vendor === 'warehouse') await warehouse.control.post('/faults', { ...fault, apiId });
    else await shop.control.post('/faults', { ...fault, path: (input as URL).pathname });
  }
}

function changesSomething(call: string): boolean {
  return /^warehouse\.(save|delete|insert|edit)/.test(call);
}
