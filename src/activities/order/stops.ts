import type { Decision } from '../../clients/answer.ts';
import { type Problem, type ProblemCode, problem } from '../../domain/problems.ts';

/**
 * Why a pass, or other work at a vendor, ends without a result. Turned into a retry for Temporal by `failures.ts`.
 * The order is left as the ledger says; the next pass goes on from there.
 */
export class PassStopped extends Error {
  override readonly name = 'PassStopped';
  readonly code: string;
  /** Try again after so many milliseconds; undefined: with growing pauses. */
  readonly retryInMs: number | undefined;

  constructor(code: string, message: string, options: { retryInMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryInMs = options.retryInMs;
  }
}

/** Another pass holds this order now: it will do what is to be done, we look again later. */
export class LeaseLost extends PassStopped {
  constructor() {
    super('lease_lost', 'Another pass has taken over this order');
  }
}

/** A vendor cannot serve us now; nothing was changed, or the intent stands in the ledger. */
export function vendorUnavailable(decision: Decision): PassStopped {
  return new PassStopped(
    decision.code,
    decision.operator,
    decision.retryAfterMs === undefined ? {} : { retryInMs: decision.retryAfterMs },
  );
}

/** Something that a person must mend: becomes a problem of the order. Params carry codes and ids, no personal data. */
export class PassBlocked extends Error {
  override readonly name = 'PassBlocked';
  readonly problem: Problem;

  constructor(code: ProblemCode, params: Problem['params'] = {}) {
    super(code);
    this.problem = problem(code, params);
  }
}
