import type { Logger } from './observability/logger.ts';
import { ConfigError } from './config.ts';

/** Exit codes of our processes. */
export const EXIT = {
  ok: 0,
  /** Something failed while running. */
  failed: 1,
  /** The configuration is wrong: starting again will not help. */
  configuration: 78,
} as const;

/**
 * Runs a process: start, wait for SIGTERM or SIGINT, stop in order. A second signal ends at once.
 * With stdin as a pipe whose other end closes (the launcher was killed) the process ends as well.
 */
export async function runProcess(
  start: () => Promise<{
    readonly logger: Logger;
    readonly stop: () => Promise<void>;
    readonly failed?: Promise<never>;
  }>,
): Promise<void> {
  let service: Awaited<ReturnType<typeof start>>;
  try {
    service = await start();
  } catch (error) {
    process.stderr.write(
      error instanceof ConfigError ? `${error.message}\n` : `${(error as Error).stack ?? String(error)}\n`,
    );
    process.exit(error instanceof ConfigError ? EXIT.configuration : EXIT.failed);
  }
  const { logger, stop, failed } = service;
  const reason = await Promise.race([stopRequested(), failed ?? new Promise<never>(() => undefined)]).catch(
    (error: unknown) => {
      logger.error({ err: error }, 'the process failed');
      return undefined;
    },
  );
  process.once('SIGTERM', () => process.exit(EXIT.failed));
  process.once('SIGINT', () => process.exit(EXIT.failed));
  logger.info({ reason }, 'stopping');
  try {
    await stop();
    process.exit(reason === undefined ? EXIT.failed : EXIT.ok);
  } catch (error) {
    logger.error({ err: error }, 'the process could not be stopped in order');
    process.exit(EXIT.failed);
  }
}

function stopRequested(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    if (process.env['EXIT_WITH_PARENT'] === 'true') {
      process.stdin.on('end', () => resolve('the parent ended'));
      process.stdin.resume();
    }
  });
}
