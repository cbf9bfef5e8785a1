import { settleCall, takeCall } from '../../db/queries/budget.ts';
import type { Export } from './export-context.ts';

/** Requests a minute of the admin interface, of its own beside the REST API's (CloudCart API 7.6). One more: as the REST API counts. */
const ADMIN_LIMIT = 61;
/** The first 429 that says nothing is waited out for so long. */
const PAUSE_MS = 60_000;

/** Takes a place in the minute of the admin interface. False when none comes free before `until`, by the clock that never jumps. */
export async function takeAdminCall(
  { io, pool, connection, httpDeadlineMs }: Export,
  until: number,
): Promise<boolean> {
  const key = adminBudget(connection.shopHost);
  for (;;) {
    if (io.now() > until) return false;
    const taken = await io.db('take-admin-call', () => takeCall(pool, key, 'orders', httpDeadlineMs));
    if (!('waitMs' in taken)) {
      // The window is charged from here on; the answer of this interface says nothing about it.
      await io.db('settle-admin-call', () =>
        settleCall(pool, key, taken, { limit: ADMIN_LIMIT, remaining: null, pauseMs: null }),
      );
      return true;
    }
    await io.sleep(Math.min(taken.waitMs, 1_000));
  }
}

/** The admin interface refused because of its limit: nobody asks it before. */
export async function pauseAdmin(
  { io, pool, connection }: Export,
  retryAfterMs: number | undefined,
): Promise<void> {
  const end = { limit: null, remaining: null, pauseMs: retryAfterMs ?? PAUSE_MS };
  await io.db('pause-admin', () => settleCall(pool, adminBudget(connection.shopHost), { charge: null }, end));
}

function adminBudget(shopHost: string): string {
  return `${shopHost}#admin`;
}
