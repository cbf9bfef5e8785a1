import type { Queryable } from '../../db/pool.ts';
import { audit } from '../../db/queries/audit.ts';
import { type Calibration, stepCalibration } from '../../db/queries/calibrations.ts';
import { readCard } from '../../db/queries/connection-edits.ts';
import { readSettingsVersion, saveSettings } from '../../db/queries/connections.ts';
import { type TrialEvidence, judgeTrial } from '../../domain/preflight/reservation-trial.ts';

/**
 * Ends a trial whose document is gone: what it showed, the setting that follows, and who is behind it, in the caller's
 * transaction. An unclear one changes no setting. Undefined when another worker was faster.
 */
export async function concludeTrial(
  database: Queryable,
  connectionId: string,
  trial: Calibration,
  evidence: TrialEvidence,
): Promise<Calibration | undefined> {
  // The settings' lock first: whoever saves settings holds it too.
  const card = await readCard(database, connectionId, 'lock');
  const result = judgeTrial(evidence);
  const done = await stepCalibration(database, trial, { state: 'done', result, evidence });
  if (done === undefined || card === undefined) return undefined;
  const by = trial.askedBy;
  await audit(database, {
    ...{ by, connectionId, action: 'calibration.found', subject: trial.kind },
    after: { result, ...evidence },
  });
  if (result === 'unclear') return done;
  const warehouseReserves = result === 'subtracts';
  const settings = await readSettingsVersion(database, connectionId, card.settingsVersion);
  if (settings.warehouseReserves === warehouseReserves) return done;
  const version = await saveSettings(database, connectionId, { ...settings, warehouseReserves }, by);
  await audit(database, {
    ...{ by, connectionId, action: 'settings.changed', subject: String(version) },
    before: { warehouseReserves: settings.warehouseReserves },
    after: { warehouseReserves },
  });
  return done;
}
