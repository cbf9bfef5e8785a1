import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** What every variable means, with an example for the message when it is wrong. `.env.example` is checked against it. */
const variables = {
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
    example: 'postgres://user:password@127.0.0.1:5432/cloudcart_microbg',
  },
  TEMPORAL_ADDRESS: {
    schema: z.string().regex(/^[^\s/:]+:\d{1,5}$/, 'must be host:port'),
    example: '127.0.0.1:7233',
  },
  TEMPORAL_NAMESPACE: { schema: z.string().min(1).max(200).default('default'), example: 'default' },
  TEMPORAL_TLS: { schema: flag.default(false), example: 'false' },
  TEMPORAL_API_KEY: { schema: z.string().min(1).optional(), example: 'the API key of Temporal Cloud' },
  TEMPORAL_TASK_QUEUE: {
    schema: z.string().min(1).max(200).default('cloudcart-microbg'),
    example: 'cloudcart-microbg',
  },
  SECRETS_KEY: {
    schema: z
      .base64()
      .refine((value) => Buffer.from(value, 'base64').length === 32, 'must be 32 random bytes in base64'),
    example: 'the output of: openssl rand -base64 32',
  },
  HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1' },
  PORT: { schema: port.default(8080), example: '8080' },
  API_PORT: { schema: port.default(8090), example: '8090' },
  API_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1' },
  PANEL_URL: {
    schema: z
      .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
      .refine(
        (value) => new URL(value).origin === value.replace(/\/$/, ''),
        'must be an origin, without a path',
      )
      .transform((value) => new URL(value).origin)
      .optional(),
    example: 'https://sync.example.bg',
  },
  TRUSTED_PROXIES: { schema: z.coerce.number().int().min(0).max(5).default(0), example: '0' },
  SESSION_IDLE_MS: { schema: milliseconds(1_000, 2_592_000_000).default(43_200_000), example: '43200000' },
  SESSION_MAX_MS: { schema: milliseconds(1_000, 2_592_000_000).default(604_800_000), example: '604800000' },
  PUBLIC_URL: {
    schema: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
    example: 'https://sync.example.bg',
  },
  PRIVATE_ADDRESSES: { schema: z.enum(['refuse', 'allow']).default('refuse'), example: 'refuse' },
  METRICS_PORT: { schema: port.min(1).optional(), example: '9464' },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    example: 'info',
  },
  DATABASE_POOL: { schema: z.coerce.number().int().min(2).max(200).default(20), example: '20' },
  WORKER_ACTIVITIES: { schema: z.coerce.number().int().min(1).max(500).default(40), example: '40' },
  CONNECTION_PASSES: { schema: z.coerce.number().int().min(1).max(50).default(4), example: '4' },
  WAREHOUSE_PASSES: { schema: z.coerce.number().int().min(1).max(2).default(1), example: '1' },
  HTTP_DEADLINE_MS: { schema: milliseconds(50, 120_000).default(30_000), example: '30000' },
  LEASE_MS: { schema: milliseconds(100, 600_000).default(40_000), example: '40000' },
  LAND_MS: { schema: milliseconds(100, 3_600_000).default(120_000), example: '120000' },
  PASS_SPACING_MS: { schema: milliseconds(0, 60_000).default(1_200), example: '1200' },
  GONE_AFTER_MS: { schema: milliseconds(0, 3_600_000).default(180_000), example: '180000' },
  BLOCKED_RETRY_MS: { schema: milliseconds(100, 86_400_000).default(45_000), example: '45000' },
  PAUSED_RETRY_MS: { schema: milliseconds(100, 86_400_000).default(50_000), example: '50000' },
  RETRY_WITHIN_MS: { schema: milliseconds(1_000, 3_600_000).default(45_000), example: '45000' },
  HEARTBEAT_MS: { schema: milliseconds(500, 60_000).default(10_000), example: '10000' },
  STICKY_MS: { schema: milliseconds(500, 60_000).default(2_000), example: '2000' },
  RELAY_EVERY_MS: { schema: milliseconds(20, 60_000).default(250), example: '250' },
  RELAY_RESEND_MS: { schema: milliseconds(100, 3_600_000).default(60_000), example: '60000' },
  SCHEDULE_SHARDS: { schema: z.coerce.number().int().min(1).max(1_000).default(1), example: '1' },
  WATCHDOG_LOOK_MS: { schema: milliseconds(1_000, 600_000).default(60_000), example: '60000' },
  URGENT_LOOK_MS: { schema: milliseconds(50, 60_000).default(1_000), example: '1000' },
  EXPORT_MINUTE_MS: { schema: milliseconds(1_000, 60_000).default(60_000), example: '60000' },
  SWEEP_LOOK_MS: { schema: milliseconds(1_000, 600_000).default(60_000), example: '60000' },
  RECONCILIATION_LOOK_MS: { schema: milliseconds(1_000, 3_600_000).default(600_000), example: '600000' },
  WORKFLOW_BUNDLE: { schema: z.string().min(1).optional(), example: 'dist/workflow-bundle.js' },
} as const;

type Variables = typeof variables;
/** The validated, frozen configuration. Durations end in `_MS` and are milliseconds. */
export type Config = Readonly<{ [Name in keyof Variables]: z.output<Variables[Name]['schema']> }>;
type VariableName = keyof Variables;
/** Variables that were asked for by name: each has a value. */
type Needed<Name extends VariableName> = Readonly<{ [Each in Name]: Exclude<Config[Each], undefined> }>;

/** Start-up was refused: the message names each variable, its problem and an example. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from the environment: the only place that does.
 * @throws {ConfigError} naming every variable that is wrong.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const { values, lines } = readNamed(variableNames, environment);
  const config = values as Config;
  if (lines.length === 0 && config.LEASE_MS <= config.HTTP_DEADLINE_MS) {
    lines.push(
      describe(
        'LEASE_MS',
        String(config.LEASE_MS),
        'must be longer than HTTP_DEADLINE_MS: no request may outlive its lease',
      ),
    );
  }
  if (lines.length === 0 && config.API_HOST !== '127.0.0.1' && config.PANEL_URL === undefined)
    lines.push(
      describe('PANEL_URL', undefined, '').replace(
        'is missing',
        'is missing: who listens on API_HOST must say how browsers reach it',
      ),
    );
  refuse(lines);
  return Object.freeze(config);
}

/**
 * Reads only what a tool needs, by the same rules; what is optional elsewhere is not optional here.
 * @throws {ConfigError} naming every variable that is wrong or missing.
 */
export function readVariables<Name extends VariableName>(
  names: readonly Name[],
  environment: NodeJS.ProcessEnv = process.env,
): Needed<Name> {
  const { values, lines } = readNamed(names, environment);
  const missing = names.filter((name) => Object.hasOwn(values, name) && values[name] === undefined);
  refuse([...lines, ...missing.map((name) => describe(name, undefined, ''))]);
  return Object.freeze(values as Needed<Name>);
}

/** A secret under the name that an operator chose for it; undefined when there is none. */
export function readSecretVariable(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return environment[name] === '' ? undefined : environment[name];
}

function readNamed(
  names: readonly VariableName[],
  environment: NodeJS.ProcessEnv,
): { readonly values: Partial<Record<VariableName, unknown>>; readonly lines: string[] } {
  const lines: string[] = [];
  const values: Partial<Record<VariableName, unknown>> = {};
  for (const name of names) {
    const raw = environment[name];
    const result = variables[name].schema.safeParse(raw === '' ? undefined : raw);
    if (result.success) values[name] = result.data;
    else lines.push(describe(name, raw, result.error.issues.map((issue) => issue.message).join('; ')));
  }
  return { values, lines };
}

function refuse(lines: readonly string[]): void {
  if (lines.length === 0) return;
  throw new ConfigError(
    `The configuration is not complete:\n${lines.join('\n')}\nSee .env.example for every variable.`,
  );
}

function describe(name: VariableName, raw: string | undefined, problem: string): string {
  const secret = /KEY|URL/.test(name);
  const shown =
    raw === undefined || raw === ''
      ? 'is missing'
      : `${secret ? '(value hidden)' : JSON.stringify(raw.slice(0, 80))} ${problem}`;
  return `  ${name}: ${shown}. Example: ${variables[name].example}`;
}

/** Names of all variables, for the check that `.env.example` documents each one. */
export const variableNames = Object.keys(variables) as readonly VariableName[];

/** A fresh key for SECRETS_KEY. */
export function newSecretsKey(): string {
  return randomBytes(32).toString('base64');
}
