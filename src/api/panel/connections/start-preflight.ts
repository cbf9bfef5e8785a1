import { askForDuty } from '../../../db/queries/duties.ts';
import type { PanelDependencies } from '../route.ts';

/** Has the checks of a connection done now, also where it is off. */
export async function startPreflight(
  { pool, lookNow }: Pick<PanelDependencies, 'pool' | 'lookNow'>,
  id: string,
): Promise<void> {
  await askForDuty(pool, id, 'preflight');
  lookNow('preflight', id);
}
