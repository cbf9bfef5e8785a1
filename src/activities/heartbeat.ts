import { Context } from '@temporalio/activity';
import { toFailure } from './failures.ts';

/** Temporal notices a dead worker by its silence. */
export async function withHeartbeat<T>(heartbeatMs: number, work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), heartbeatMs / 3);
  try {
    return await work();
  } catch (error) {
    throw toFailure(error);
  } finally {
    clearInterval(timer);
  }
}
