/** Ways in which the API can fail (CloudCart API 10, fault injection). */
export const FAULT_KINDS = [
  'delay',
  'dropBefore',
  'dropAfter',
  'timeoutBefore',
  'timeoutAfter',
  'slowFirstByte',
  'http403',
  'http404',
  'http429',
  'html429',
  'http500',
  'http502html',
  'http504html',
  'invalidJson',
  'emptyBody',
  'holdAndApplyLater',
  'park',
  'pageShift',
] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that the next matching requests have. */
export interface Fault {
  readonly id: number;
  readonly method: string | null;
  readonly path: RegExp | string | null;
  readonly kind: FaultKind;
  /** Milliseconds of a delay, until a repeat is welcome, or how long after the client gave up the request is applied. */
  readonly ms: number;
  /** Matching requests that still pass unharmed before. */
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

  /** The fault of this request, used up by asking. */
  take(method: string, target: string): Fault | undefined {
    for (const fault of this.#faults) {
      if (!matches(fault, method, target)) continue;
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

function matches({ method, path }: Fault, asked: string, target: string): boolean {
  if (method !== null && method !== asked) return false;
  if (path === null) return true;
  return typeof path === 'string' ? target.startsWith(path) : path.test(target);
}

/** A path to match: a prefix when it begins with a slash and is plain, otherwise a regular expression. */
export function pathPattern(text: string | undefined): RegExp | string | null {
  if (text === undefined) return null;
  return /^\/[\w/.-]*$/.test(text) ? text : new RegExp(text);
}
