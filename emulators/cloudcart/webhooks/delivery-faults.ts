/** Ways in which a delivery can go wrong on the shop's side. */
export const DELIVERY_FAULT_KINDS = [
  'drop',
  'duplicate',
  'reorder',
  'delay',
  'delayRetries',
  'wrongSecret',
  'missingHeader',
] as const;

/** One of {@link DELIVERY_FAULT_KINDS}. */
export type DeliveryFaultKind = (typeof DELIVERY_FAULT_KINDS)[number];

/** A fault that the next matching deliveries have. */
export interface DeliveryFault {
  readonly id: number;
  readonly event: string | null;
  readonly kind: DeliveryFaultKind;
  readonly ms: number;
  times: number;
}

/** Faults of deliveries, first come, first served. */
export class DeliveryFaults {
  #faults: DeliveryFault[] = [];
  #last = 0;

  add(fault: Omit<DeliveryFault, 'id'>): number {
    this.#last += 1;
    this.#faults.push({ ...fault, id: this.#last });
    return this.#last;
  }

  /** The fault of the next delivery of this event, used up by asking. */
  take(event: string): DeliveryFault | undefined {
    const fault = this.#faults.find((each) => each.event === null || each.event === event);
    if (fault === undefined) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.#faults = this.#faults.filter((each) => each !== fault);
    return fault;
  }

  all(): readonly DeliveryFault[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }
}
