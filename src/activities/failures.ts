import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { PassStopped } from './order/stops.ts';

/**
 * A pass that cannot go on now, as Temporal must see it: an expected wait is no fault, and it says itself when to
 * try again. Everything else is a fault and is repeated with growing pauses. The messages hold codes, no data of people.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof PassStopped) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      category: ApplicationFailureCategory.BENIGN,
      ...(error.retryInMs === undefined ? {} : { nextRetryDelay: Math.ceil(error.retryInMs) }),
    });
  }
  return error instanceof Error ? error : new Error(String(error));
}
