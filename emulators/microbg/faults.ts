/** Ways in which the API can fail (micro.bg API 8, E-25). */
export const FAULT_KINDS = [
  'delay',
  'slowFirstByte',
  'timeoutBefore',
  'timeoutAfter',
  'dropBefore',
  'dropAfter',
  'http429',
  'http500',
  'http502',
  'http503',
  'invalidJson',
  'bom',
  'emptyBody',
  'failedEnvelope',
  'nullData',
  'holdAndApplyLater',
  'park',
] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that the next matching calls have. */
export interface Fault {
  readonly id: number;
  /** Name of the API function, null = any. */
  readonly function: string | null;
  readonly apiId: string | null;
  readonly kind: FaultKind;
  /** Milliseconds of a delay, or how long after the client gave up the call is applied. */
  readonly ms: number;
  /** Is the call applied before its answer is spoilt? Null = as usual for the kind. */
  readonly apply: boolean | null;
  /** Keys of a failed envelope. */
  readonly errors: readonly string[];
  /** Matching calls that still pass unharmed before. */
  after: number;
  times: number;
}

/** Faults of the API, first come, first served. */
export class Faults {
  #faults: Fault[] = [];
  #last = 0;

  add(fault: Omit<Fault, 'id'>): number {
    this.#last += 1;
    this.#faults.push({ ...fault, id: this.#last });
    return this.#last;
  }

  /** The fault of this call, used up by asking. */
  take(functionName: string, apiId: string): Fault | undefined {
    for (const fault of this.#faults) {
      if (fault.function !== null && fault.function !== functionName) continue;
      if (fault.apiId !== null && fault.apiId !== apiId) continue;
      if (fault.after > 0) {
        fault.after -= 1;
        continue;
      }
      fault.times -= 1;
      if (fault.times <= 0) this.#faults = this.#faults.filter((each) => each !== fault);
      return fault;
    }
    return undefined;
  }

  all(): readonly Fault[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }
}
