import type { Config } from '../config.ts';
import type { Pool } from '../db/pool.ts';
import { clearAlarmsOfOff } from '../db/queries/alarms.ts';
import { beginReconciliation } from '../db/queries/reconciliation.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { PreflightActivities } from '../workflows/preflight/contract.ts';
import type { ReconciliationActivities, ReconciliationRef } from '../workflows/reconciliation/contract.ts';
import type { ShardReport, ShardRun } from '../workflows/shard-run.ts';
import type { SweepActivities } from '../workflows/sweep/contract.ts';
import type { VerificationActivities } from '../workflows/verification/contract.ts';
import type { WatchdogActivities } from '../workflows/watchdog/contract.ts';
import type { MatchActivities, MatchRef } from '../workflows/match/contract.ts';
import { beginReport } from '../db/queries/catalogue/match-run.ts';
import { type DutyDependencies, type DutyKind, runDuties } from './duties.ts';
import type { ImportOutcome } from '../db/queries/catalogue/import-results.ts';
import type { Connection } from '../db/queries/connections.ts';
import { bringItem } from './catalogue/import/bring-item.ts';
import { withHeartbeat } from './heartbeat.ts';
import type { ProductActivities } from '../workflows/product/contract.ts';
import { syncProduct } from './product/sync-product.ts';
import { compareGoods } from './match/compare.ts';
import { dueMatches } from './match/due.ts';
import { type MatchDependencies, readShopGoods, readWarehouseItems } from './match/walk.ts';
import type { PassDependencies } from './order/pass.ts';
import { compareSides } from './reconciliation/compare.ts';
import { dueReconciliations } from './reconciliation/due.ts';
import { type ReconciliationDependencies, readShopPage, readWarehousePage } from './reconciliation/walk.ts';
import { preflightDuty } from './preflight/preflight.ts';
import { sweepDuty } from './sweep/sweep.ts';
import { verificationDuty } from './verification/verification.ts';
import { watchdogDuty } from './watchdog/watchdog.ts';

/** What every connection needs again and again, with or without orders. */
export type RegularActivities = SweepActivities &
  WatchdogActivities &
  VerificationActivities &
  PreflightActivities &
  ReconciliationActivities &
  MatchActivities &
  ProductActivities;

/** The activities behind the schedules. They share clients, places and budget with the passes. */
export function createRegularActivities(
  {
    config,
    pool,
    logger,
    metrics,
  }: {
    readonly config: Config;
    readonly pool: Pool;
    readonly logger: Logger;
    readonly metrics: Metrics;
  },
  { io, connections, slots, shopOf, warehouseOf, durations }: PassDependencies,
): RegularActivities {
  const heartbeatMs = config.HEARTBEAT_MS;
  const httpDeadlineMs = config.HTTP_DEADLINE_MS;
  const duties: DutyDependencies = { pool, connections, logger, metrics, heartbeatMs };
  const duty =
    (kind: DutyKind) =>
    (run: ShardRun): Promise<ShardReport> =>
      withHeartbeat(heartbeatMs, () => runDuties(duties, kind, run));
  const watch = duty(
    watchdogDuty({
      ...{ pool, logger, io, shopOf, httpDeadlineMs },
      lookEveryMs: config.WATCHDOG_LOOK_MS,
    }),
  );
  const both: ReconciliationDependencies = {
    ...{ pool, io, connections, slots, shopOf, warehouseOf, httpDeadlineMs },
    lookEveryMs: config.RECONCILIATION_LOOK_MS,
  };
  const ofReconciliation =
    <T>(work: (dependencies: ReconciliationDependencies, ref: ReconciliationRef) => Promise<T>) =>
    (ref: ReconciliationRef): Promise<T> =>
      withHeartbeat(heartbeatMs, () => work(both, ref));
  const matching: MatchDependencies = { ...both, pausedRetryMs: config.PAUSED_RETRY_MS };
  const bring = async ({ id }: Connection, variantKey: string) => {
    const brought = await bringItem({ ...matching, durations }, id, variantKey);
    return brought.kind === 'done' ? deedOf(brought.outcome) : 'nothing';
  };
  const ofMatch =
    <T>(work: (dependencies: MatchDependencies, ref: MatchRef) => Promise<T>) =>
    (ref: MatchRef): Promise<T> =>
      withHeartbeat(heartbeatMs, () => work(matching, ref));
  return {
    dueMatches: (run) => withHeartbeat(heartbeatMs, () => dueMatches({ ...matching, ...duties }, run)),
    beginMatch: ofMatch(({ pool: database }, { report }) => beginReport(database, report)),
    readShopGoods: ofMatch(readShopGoods),
    readWarehouseItems: ofMatch(readWarehouseItems),
    compareGoods: ofMatch(compareGoods),
    syncProduct: (ref) => withHeartbeat(heartbeatMs, () => syncProduct({ ...matching, bring }, ref)),
    sweepShops: duty(
      sweepDuty({ ...{ pool, io, shopOf, httpDeadlineMs }, lookEveryMs: config.SWEEP_LOOK_MS }),
    ),
    verifyDocuments: duty(
      verificationDuty({
        ...{ pool, logger, slots, io, warehouseOf },
        quietMs: config.LEASE_MS + config.LAND_MS,
        pausedRetryMs: config.PAUSED_RETRY_MS,
        lookEveryMs: config.WATCHDOG_LOOK_MS,
      }),
    ),
    checkConnections: duty(
      preflightDuty({
        ...{ pool, slots, io, shopOf, warehouseOf, httpDeadlineMs },
        ...{ leaseMs: config.LEASE_MS, landMs: config.LAND_MS },
        pausedRetryMs: config.PAUSED_RETRY_MS,
        lookEveryMs: config.WATCHDOG_LOOK_MS,
      }),
    ),
    watchConnections: async (run) => {
      await clearAlarmsOfOff(pool);
      return watch(run);
    },
    dueReconciliations: (run) =>
      withHeartbeat(heartbeatMs, () => dueReconciliations({ ...both, ...duties }, run)),
    beginReconciliation: ofReconciliation(({ pool: database }, { reconciliation }) =>
      beginReconciliation(database, reconciliation),
    ),
    readShopPage: ofReconciliation(readShopPage),
    readWarehousePage: ofReconciliation(readWarehousePage),
    compareSides: ofReconciliation(compareSides),
  };
}

function deedOf(outcome: ImportOutcome): 'written' | 'linked' | 'nothing' {
  if (outcome === 'created' || outcome === 'updated') return 'written';
  return outcome === 'adopted' || outcome === 'linked' ? 'linked' : 'nothing';
}
