import type { Config } from '../../../config.ts';
import type { ImportActivities, ImportRef } from '../../../workflows/import/contract.ts';
import { withHeartbeat } from '../../heartbeat.ts';
import { bringBatch, concludeImport } from './batch.ts';
import type { ImportDependencies } from './desk.ts';
import { lookAtImport, planImport, steerImport } from './plan.ts';

/** The steps of an import. */
export function createImportActivities(
  dependencies: ImportDependencies,
  { HEARTBEAT_MS }: Pick<Config, 'HEARTBEAT_MS'>,
): ImportActivities {
  const step =
    <Arguments extends readonly unknown[], T>(
      work: (dependencies: ImportDependencies, ...given: Arguments) => Promise<T>,
    ) =>
    (...given: Arguments): Promise<T> =>
      withHeartbeat(HEARTBEAT_MS, () => work(dependencies, ...given));
  return {
    planImport: step(planImport),
    lookAtImport: step(async (all, ref: ImportRef) => ({
      ...(await lookAtImport(all, ref)),
      heartbeatMs: HEARTBEAT_MS,
    })),
    steerImport: step(steerImport),
    bringBatch: step(bringBatch),
    concludeImport: step(concludeImport),
  };
}
