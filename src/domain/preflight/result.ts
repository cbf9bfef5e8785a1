import type { FaultCode } from '../connection/faults.ts';
import type { reasons } from './texts/reasons.ts';

/** What was found, or the fault that kept us from looking. */
export type Reason = keyof typeof reasons | FaultCode;

/** How a check came out. `unknown`: nobody could look, or nobody has confirmed it yet. */
export type Outcome = 'pass' | 'warn' | 'fail' | 'unknown';

/** Facts that a check rests on; numbers, names of the vendors' lists and codes, no personal data. */
export type Facts = Readonly<Record<string, string | number>>;

/** A check's judgement: `reason` names the sentence that says what was found. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly facts: Facts;
}

export const pass = (reason: Reason, facts: Facts = {}): Judgement => ({ outcome: 'pass', reason, facts });
export const warn = (reason: Reason, facts: Facts = {}): Judgement => ({ outcome: 'warn', reason, facts });
export const fail = (reason: Reason, facts: Facts = {}): Judgement => ({ outcome: 'fail', reason, facts });
export const unknown = (reason: Reason, facts: Facts = {}): Judgement => ({
  outcome: 'unknown',
  reason,
  facts,
});
