import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Pool } from '../db/pool.ts';
import { pendingMigrations } from '../db/migrate.ts';
import { secretsOpen } from '../db/queries/connections.ts';
import type { SecretBox } from '../db/secrets.ts';
import { isWebhookTarget } from '../domain/webhook-address.ts';
import type { Metrics } from '../observability/metrics.ts';
import { type WebhookDependencies, createWebhookHandler } from './webhooks/handler.ts';

export interface AppDependencies {
  readonly pool: Pool;
  readonly metrics: Metrics;
  readonly webhooks: WebhookDependencies;
  readonly box: SecretBox;
  /** Is Temporal reachable and set up? Throws or answers a reason when not. */
  readonly temporalProblem: () => Promise<string | undefined>;
}

/** The gateway: webhooks, health and metrics. The panel's API joins it below /api. */
export function createApp(dependencies: AppDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  const webhook = createWebhookHandler(dependencies.webhooks);
  // First of all, on the raw target: no router may answer 400, 404 or 405 below the webhook prefix.
  app.use((request, response, next) => {
    if (isWebhookTarget(request.url)) void webhook(request, response);
    else next();
  });
  app.use(helmet());
  app.get('/health', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/ready', async (_request, response) => {
    const problems = await readinessProblems(dependencies);
    response
      .status(problems.length === 0 ? 200 : 503)
      .json({ status: problems.length === 0 ? 'ready' : 'not ready', problems });
  });
  app.get('/metrics', async (_request, response) => {
    response
      .type(dependencies.metrics.registry.contentType)
      .send(await dependencies.metrics.registry.metrics());
  });
  app.use(
    (_request, response) =>
      void response.status(404).json({ title: 'Not found', status: 404, code: 'not_found' }),
  );
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    dependencies.webhooks.logger.error({ err: error }, 'a request failed');
    response.status(500).json({ title: 'Something went wrong on our side', status: 500, code: 'internal' });
  });
  return app;
}

async function readinessProblems({ pool, box, temporalProblem }: AppDependencies): Promise<string[]> {
  const problems: string[] = [];
  try {
    const pending = await pendingMigrations(pool);
    if (pending.length > 0)
      problems.push(`the database waits for migrations: ${pending.join(', ')}: run \`npm run migrate\``);
    else if (!(await secretsOpen(pool, box)))
      problems.push('SECRETS_KEY is not the key that the stored secrets were sealed with');
  } catch {
    problems.push('the database does not answer');
  }
  const temporal = await temporalProblem().catch(() => 'Temporal does not answer');
  if (temporal !== undefined) problems.push(temporal);
  return problems;
}
