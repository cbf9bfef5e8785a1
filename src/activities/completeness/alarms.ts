import type { Pool } from '../../db/pool.ts';
import { storeAlarms } from '../../db/queries/alarms.ts';
import { readFigures } from '../../db/queries/completeness.ts';
import { alarmText, alarmsOf } from '../../domain/connection/alarms.ts';
import type { Logger } from '../../observability/logger.ts';

/** Opens and clears the alarms of a connection by its figures of this moment. `watched`: the watchdog is at it now. */
export async function refreshAlarms(
  { pool, logger }: { readonly pool: Pool; readonly logger: Logger },
  connectionId: string,
  { watched }: { readonly watched: boolean },
): Promise<void> {
  const [figures] = await readFigures(pool, connectionId);
  if (figures === undefined) return;
  const facts = watched ? { ...figures, lastWatchdogAt: figures.now } : figures;
  const alarms = alarmsOf(facts, figures.alarmLimits);
  const { opened, cleared } = await storeAlarms(pool, connectionId, alarms);
  for (const alarm of alarms.filter(({ code }) => opened.includes(code)))
    logger.warn({ connection: connectionId, alarm: alarm.code }, alarmText(alarm));
  for (const code of cleared) logger.info({ connection: connectionId, alarm: code }, 'the alarm is over');
}
