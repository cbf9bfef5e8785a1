import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { readCard } from '../../../db/queries/connection-edits.ts';
import { readSettingsVersion, saveSettings } from '../../../db/queries/connections.ts';
import { newestDecisions } from '../../../db/queries/decisions.ts';
import { readLookups } from '../../../db/queries/lookups.ts';
import { settingsProblems } from '../../../domain/connection/check-settings.ts';
import { previewSettings } from '../../../domain/connection/preview.ts';
import type { ConnectionSettings } from '../../../domain/connection/settings.ts';
import { suggestionsOf } from '../../../domain/connection/suggestions.ts';
import { Versioned } from '../answers.ts';
import { ApiFailure } from '../failure.ts';
import { type PanelDependencies, type Route, connectionId, nothing, route } from '../route.ts';
import { known, refuseStale } from './known.ts';
import { lookupsReply } from './replies.ts';
import { settingsFields } from './settings-schema.ts';
import { startPreflight } from './start-preflight.ts';

const oneConnection = z.strictObject({ id: connectionId });
const settingsSchema = z.strictObject(settingsFields);
/** Orders that a preview works out again. */
const PREVIEWED = 200;

const show = route({
  method: 'get',
  path: '/api/connections/{id}/settings',
  role: 'viewer',
  summary: 'The settings of a connection; their version is the ETag',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: settingsSchema,
  answer: async (panel, { params: { id } }) => {
    const { version, settings } = await current(panel, id);
    return new Versioned(String(version), settings);
  },
});

const save = route({
  method: 'put',
  path: '/api/connections/{id}/settings',
  role: 'owner',
  summary:
    'Saves the settings whole as a new version; documents keep the version they began with. Needs If-Match',
  params: oneConnection,
  query: nothing,
  body: settingsSchema,
  reply: settingsSchema,
  answer: async (panel, { params: { id }, body, by, ifMatch }) => {
    const settings = plain(body);
    const { version } = await current(panel, id);
    refuseStale(ifMatch, String(version));
    await refuseUnknown(panel, id, settings);
    const saved = await inTransaction(panel.pool, async (database) => {
      const { settingsVersion } = known(await readCard(database, id, 'lock'));
      refuseStale(ifMatch, String(settingsVersion));
      const before = await readSettingsVersion(database, id, settingsVersion);
      // The same again is no new version.
      if (isDeepStrictEqual(plain(before), settings)) return settingsVersion;
      const made = await saveSettings(database, id, settings, by);
      await audit(database, {
        ...{ by, connectionId: id, action: 'settings.changed', subject: String(made) },
        ...difference(before, settings),
      });
      return made;
    });
    panel.onDue();
    return new Versioned(String(saved), settings);
  },
});

const example = z.strictObject({ where: z.string(), before: z.string(), after: z.string() });
const preview = route({
  method: 'post',
  path: '/api/connections/{id}/settings/preview',
  role: 'owner',
  summary: 'Works the last 200 orders out again under other settings, and says how many would differ and how',
  params: oneConnection,
  query: nothing,
  body: settingsSchema,
  reply: z.strictObject({
    orders: z.int(),
    differ: z.int(),
    /** How the outcomes change, with the number of orders: `post -> blocked`. */
    changes: z.record(z.string(), z.int()),
    examples: z.array(
      z.strictObject({ order: z.string(), change: z.string(), differences: z.array(example), more: z.int() }),
    ),
  }),
  answer: async (panel, { params: { id }, body }) => {
    await current(panel, id);
    const decisions = await newestDecisions(panel.pool, id, PREVIEWED);
    return previewSettings(decisions, plain(body));
  },
});

const lookups = route({
  method: 'get',
  path: '/api/connections/{id}/lookups',
  role: 'viewer',
  summary: 'What settings are chosen from, as shop and warehouse last showed it, with suggestions',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: lookupsReply,
  answer: async (panel, { params: { id } }) => {
    const { settings } = await current(panel, id);
    const found = await readLookups(panel.pool, id);
    if (found === undefined)
      throw new ApiFailure(409, 'not_looked', 'Nobody has looked yet: start the checks first');
    return {
      readAt: found.readAt,
      ...found.lookups,
      suggestions: suggestionsOf(found.lookups, settings),
    };
  },
});

const refresh = route({
  method: 'post',
  path: '/api/connections/{id}/lookups/refresh',
  role: 'operator',
  summary: 'Has shop and warehouse read again; the checks are made with it',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: z.strictObject({ started: z.literal(true) }),
  answer: async (panel, { params: { id } }) => {
    known(await readCard(panel.pool, id));
    await startPreflight(panel, id);
    return { started: true };
  },
});

/** Settings of a connection, and what they are chosen from. */
export const settingsRoutes: readonly Route[] = [show, save, preview, lookups, refresh];

async function current(
  { pool }: PanelDependencies,
  id: string,
): Promise<{ readonly version: number; readonly settings: ConnectionSettings }> {
  const { settingsVersion: version } = known(await readCard(pool, id));
  return { version, settings: await readSettingsVersion(pool, id, version) };
}

/** @throws {ApiFailure} 400 naming every setting that names something that is not there. */
async function refuseUnknown(
  { pool }: PanelDependencies,
  id: string,
  settings: ConnectionSettings,
): Promise<void> {
  const found = await readLookups(pool, id);
  const problems = found === undefined ? {} : settingsProblems(settings, found.lookups);
  if (Object.keys(problems).length === 0) return;
  throw new ApiFailure(
    400,
    'invalid_input',
    'The request is not valid',
    Object.fromEntries(Object.entries(problems).map(([field, text]) => [`body.${field}`, text])),
  );
}

/** As the database gives it back: without what is undefined. */
function plain(settings: z.output<typeof settingsSchema> | ConnectionSettings): ConnectionSettings {
  return JSON.parse(JSON.stringify(settings)) as ConnectionSettings;
}

/** Only the settings that changed, old and new. */
function difference(
  before: ConnectionSettings,
  after: ConnectionSettings,
): { readonly before: object; readonly after: object } {
  const names = (Object.keys(after) as (keyof ConnectionSettings)[]).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const only = (settings: ConnectionSettings): object =>
    Object.fromEntries(names.map((name) => [name, settings[name]]));
  return { before: only(before), after: only(after) };
}
