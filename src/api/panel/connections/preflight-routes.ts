import { z } from 'zod';
import { inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { readCard } from '../../../db/queries/connection-edits.ts';
import { readSettingsVersion } from '../../../db/queries/connections.ts';
import { confirmCheck, preflightProgress, unconfirmCheck } from '../../../db/queries/preflight.ts';
import { CONFIRMABLE, type CheckResult, describeCheck } from '../../../domain/preflight/preflight.ts';
import { type PanelDependencies, type Route, connectionId, nothing, route } from '../route.ts';
import { judge } from './judge.ts';
import { known } from './known.ts';
import { startPreflight } from './start-preflight.ts';

const oneConnection = z.strictObject({ id: connectionId });
const words = z.strictObject({ title: z.string(), text: z.string(), mend: z.string() });
const preflightReply = z.strictObject({
  /** Null: the checks were never made. */
  ranAt: z.iso.datetime({ offset: true }).nullable(),
  running: z.boolean(),
  lastError: z.string().nullable(),
  requests: z.strictObject({ shop: z.int(), warehouse: z.int() }),
  counts: z.strictObject({ pass: z.int(), warn: z.int(), fail: z.int(), unknown: z.int() }),
  checks: z.array(
    z.strictObject({
      code: z.string(),
      outcome: z.enum(['pass', 'warn', 'fail', 'unknown']),
      reason: z.string(),
      evidence: z.record(z.string(), z.union([z.string(), z.number()])),
      /** No API shows this: a person confirms it. */
      confirmable: z.boolean(),
      bg: words,
      en: words,
    }),
  ),
});

const show = route({
  method: 'get',
  path: '/api/connections/{id}/preflight',
  role: 'viewer',
  summary: 'Every check of a connection with what was found and how to mend it',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: preflightReply,
  answer: (panel, { params: { id } }) => shown(panel, id),
});

const run = route({
  method: 'post',
  path: '/api/connections/{id}/preflight',
  role: 'operator',
  summary: 'Has the checks made now, also while the connection is off',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: preflightReply,
  answer: async (panel, { params: { id } }) => {
    known(await readCard(panel.pool, id));
    await startPreflight(panel, id);
    return shown(panel, id);
  },
});

const confirm = route({
  method: 'post',
  path: '/api/connections/{id}/preflight/{check}/confirm',
  role: 'operator',
  summary: 'A person has looked up what no API shows; `confirmed: false` takes it back',
  params: z.strictObject({ id: connectionId, check: z.enum(CONFIRMABLE) }),
  query: nothing,
  body: z.strictObject({ confirmed: z.boolean().default(true) }),
  reply: preflightReply,
  answer: async (panel, { params: { id, check }, body: { confirmed }, by }) => {
    known(await readCard(panel.pool, id));
    await inTransaction(panel.pool, async (database) => {
      if (confirmed) await confirmCheck(database, id, check, by);
      else await unconfirmCheck(database, id, check);
      const action = confirmed ? 'preflight.confirmed' : 'preflight.unconfirmed';
      await audit(database, { by, connectionId: id, action, subject: check });
    });
    return shown(panel, id);
  },
});

/** The checks of a connection. */
export const preflightRoutes: readonly Route[] = [show, run, confirm];

async function shown({ pool }: PanelDependencies, id: string) {
  const { mode, settingsVersion } = known(await readCard(pool, id));
  const settings = await readSettingsVersion(pool, id, settingsVersion);
  const judged = await judge(pool, id, { mode, settings });
  const checks = judged?.checks ?? [];
  const count = (outcome: CheckResult['outcome']): number =>
    checks.filter((check) => check.outcome === outcome).length;
  return {
    ranAt: judged?.ranAt ?? null,
    ...(await preflightProgress(pool, id)),
    requests: judged?.requests ?? { shop: 0, warehouse: 0 },
    counts: { pass: count('pass'), warn: count('warn'), fail: count('fail'), unknown: count('unknown') },
    checks: checks.map((check) => ({
      ...{ code: check.code, outcome: check.outcome, reason: check.reason, evidence: check.facts },
      confirmable: CONFIRMABLE.some((each) => each === check.code),
      bg: describeCheck(check, 'bg'),
      en: describeCheck(check, 'en'),
    })),
  };
}
