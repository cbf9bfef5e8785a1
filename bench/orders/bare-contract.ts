/** The bare engine, as the benchmark and its worker both know it. */

export const BARE_QUEUE = 'bare-engine';
export const BARE_WORKFLOW = 'bareOrder';
export const BARE_SIGNAL = 'changed';

/** What one step does besides being a step: as much as ours was measured to do. */
export interface BareStep {
  readonly shopCalls: number;
  readonly warehouseCalls: number;
  readonly writing: number;
  readonly reading: number;
}

export interface BareActivities {
  bareStep(order: string, number: number, step: BareStep): Promise<string>;
}

/** Bytes of an answer, as the two emulators answer on average: an order with its parts; a document. */
export const ANSWER_BYTES = { shop: 5_200, warehouse: 400 } as const;
/** Bytes of a request, as a call to micro.bg has. */
export const REQUEST_BYTES = 250;
