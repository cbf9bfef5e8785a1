import type { Queryable } from '../../../db/pool.ts';
import { readLookups } from '../../../db/queries/lookups.ts';
import { lastPreflight, preflightStanding } from '../../../db/queries/preflight.ts';
import type { ConnectionMode } from '../../../domain/connection/mode.ts';
import type { ConnectionSettings } from '../../../domain/connection/settings.ts';
import {
  type CheckResult,
  blocksGoLive,
  describeCheck,
  preflight,
} from '../../../domain/preflight/preflight.ts';
import { ApiFailure, type FailureCause } from '../failure.ts';

/** The checks as they stand now: what the last run saw, judged with today's settings and confirmations. */
export interface Judged {
  readonly ranAt: Date;
  readonly requests: { readonly shop: number; readonly warehouse: number };
  readonly checks: readonly CheckResult[];
}

/** Judges the last run of a connection; undefined while there was none. */
export async function judge(
  database: Queryable,
  id: string,
  { mode, settings }: { readonly mode: ConnectionMode; readonly settings: ConnectionSettings },
): Promise<Judged | undefined> {
  const run = await lastPreflight(database, id);
  if (run === undefined) return undefined;
  const checks = preflight(run.evidence, {
    ...(await preflightStanding(database, id)),
    ...{ mode, settings },
    lookups: (await readLookups(database, id))?.lookups,
    nowMs: Date.now(),
    today: new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Sofia' }).format(new Date()),
  });
  return { ranAt: run.finishedAt, requests: run.evidence.requests, checks };
}

/**
 * Refuses to go live while a check fails, or while none was made, unless somebody says why not.
 * @returns the codes that the override overrides, for the audit log.
 * @throws {ApiFailure} 409 naming the checks.
 */
export async function gateGoLive(
  database: Queryable,
  id: string,
  connection: Parameters<typeof judge>[2],
  overrideReason: string | undefined,
): Promise<readonly string[]> {
  const judged = await judge(database, id, { ...connection, mode: 'live' });
  if (judged === undefined) {
    if (overrideReason !== undefined) return ['preflight'];
    throw new ApiFailure(409, 'preflight_missing', 'The checks were not made yet: start them first');
  }
  // Turning the webhooks on is the step beside this one; it cannot be done in mode `off`.
  const failing = judged.checks.filter((check) => blocksGoLive(check) && check.code !== 'webhooks');
  if (failing.length > 0 && overrideReason === undefined)
    throw new ApiFailure(
      409,
      'preflight_failing',
      'Checks fail: mend them, or say why they do not matter',
    ).because(failing.map(causeOf));
  return failing.map(({ code }) => code);
}

function causeOf(check: CheckResult): FailureCause {
  const words = (language: 'bg' | 'en') => {
    const { title, text, mend } = describeCheck(check, language);
    return { text: `${title}: ${text}`, mend };
  };
  return { code: check.code, bg: words('bg'), en: words('en') };
}
