import { z } from 'zod';
import { readAlarms } from '../../db/queries/alarms.ts';
import { audit } from '../../db/queries/audit.ts';
import { type ConnectionFigures, readFigures } from '../../db/queries/completeness.ts';
import { askForDuty } from '../../db/queries/duties.ts';
import { askForWebhooks, viewWebhooks } from '../../db/queries/subscriptions.ts';
import { type Alarm, alarmCodes, alarmsOf, describeAlarm } from '../../domain/connection/alarms.ts';
import { ApiFailure } from './failure.ts';
import { completenessReply, connectionsReply, webhooksReply } from './replies.ts';
import { type PanelDependencies, type Route, connectionId, nothing, route } from './route.ts';

const oneConnection = z.strictObject({ id: connectionId });
/** Alarms of the past that are shown with those of today. */
const PAST_ALARMS = 20;

const connections = route({
  method: 'get',
  path: '/api/connections',
  role: 'viewer',
  summary: 'Connections with mode, figures of completeness, and alarms',
  params: nothing,
  query: nothing,
  body: nothing,
  reply: connectionsReply,
  answer: async ({ pool }) => {
    const stored = await readAlarms(pool, undefined, 0);
    return {
      connections: (await readFigures(pool, undefined)).map((figures) => ({
        ...shown(figures),
        alarms: openNow(figures, stored),
      })),
    };
  },
});

const completeness = route({
  method: 'get',
  path: '/api/connections/{id}/completeness',
  role: 'viewer',
  summary: 'How shop and warehouse stand to each other, when each part last worked, and what is late',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: completenessReply,
  answer: async ({ pool }, { params: { id } }) => {
    const figures = known((await readFigures(pool, id))[0]);
    const stored = await readAlarms(pool, id, PAST_ALARMS);
    return {
      ...shown(figures),
      now: figures.now,
      alarmAfterMinutes: figures.alarmLimits,
      alarms: openNow(figures, stored),
      past: stored
        .filter(({ clearedAt }) => clearedAt !== null)
        .map(({ code, params, since, clearedAt }) => ({ ...texts({ code, params }), since, clearedAt })),
    };
  },
});

const webhooks = route({
  method: 'get',
  path: '/api/connections/{id}/webhooks',
  role: 'viewer',
  summary: 'Webhooks of a connection: on or off in the shop, and the last delivery of each',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: webhooksReply,
  answer: async ({ pool }, { params: { id } }) => known(await viewWebhooks(pool, id)),
});

const register = route({
  method: 'post',
  path: '/api/connections/{id}/webhooks/register',
  role: 'operator',
  summary: 'Registers or repairs the webhooks in the shop, and keeps them on from then on',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: webhooksReply,
  answer: (panel, { params: { id }, by }) => askWebhooks(panel, id, { wanted: true, by }),
});

const turnOff = route({
  method: 'post',
  path: '/api/connections/{id}/webhooks/turn-off',
  role: 'operator',
  summary: 'Removes the webhooks from the shop; orders are then found by the sweep only',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: webhooksReply,
  answer: (panel, { params: { id }, by }) => askWebhooks(panel, id, { wanted: false, by }),
});

/** Routes of connections. */
export const connectionRoutes: readonly Route[] = [connections, completeness, webhooks, register, turnOff];

/** Stores what is wanted; the watchdog brings it about in the shop. `doneAt` says when that has happened. */
async function askWebhooks(
  { pool, publicUrl, lookNow }: PanelDependencies,
  id: string,
  { wanted, by }: { readonly wanted: boolean; readonly by: string },
) {
  const { mode, publicUrl: registered } = known(await viewWebhooks(pool, id));
  if (mode === 'off') throw new ApiFailure(409, 'connection_off', 'The connection is off');
  if (publicUrl === undefined && registered === null)
    throw new ApiFailure(
      409,
      'public_url_missing',
      'PUBLIC_URL is not configured: the shop would not find us',
    );
  await askForWebhooks(pool, id, { wanted, publicUrl: publicUrl ?? null, by });
  const action = wanted ? 'webhooks.registered' : 'webhooks.turned_off';
  await audit(pool, { by, connectionId: id, action });
  await askForDuty(pool, id, 'watchdog');
  lookNow('watchdog', id);
  return known(await viewWebhooks(pool, id));
}

function shown({ alarmLimits: _limits, now: _now, watchedSince: _since, ...figures }: ConnectionFigures) {
  return figures;
}

/** What is wrong at this moment. The watchdog stores it at its next look: then it has a beginning. */
function openNow(figures: ConnectionFigures, stored: Awaited<ReturnType<typeof readAlarms>>) {
  return alarmsOf(figures, figures.alarmLimits).map((alarm) => {
    const open = stored.find(
      ({ connection, code, clearedAt }) =>
        connection === figures.id && code === alarm.code && clearedAt === null,
    );
    return { ...texts(alarm), since: open?.since ?? null };
  });
}

/** Both languages; a code of a newer or older version has no texts here. */
function texts({ code, params }: { readonly code: string; readonly params: Alarm['params'] }) {
  const ours = alarmCodes.find((each) => each === code);
  if (ours === undefined) return { code, params };
  const alarm = { code: ours, params };
  return { ...alarm, bg: describeAlarm(alarm, 'bg'), en: describeAlarm(alarm, 'en') };
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new ApiFailure(404, 'unknown_connection', 'There is no such connection');
  return found;
}
