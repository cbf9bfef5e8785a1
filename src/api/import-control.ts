import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Pool } from '../db/pool.ts';
import { importsUnderWay } from '../db/queries/catalogue/import-runs.ts';
import type { Logger } from '../observability/logger.ts';
import {
  IMPORT_WORKFLOW,
  type ImportRef,
  type ImportSignal,
  importWorkflowId,
} from '../workflows/import/contract.ts';

/** Wakes the workflow of an import, after what is wanted was stored. */
export interface ImportControl {
  start(ref: ImportRef): Promise<void>;
  signal(ref: ImportRef, wish: ImportSignal): Promise<void>;
}

const ANSWER_WITHIN_MS = 5_000;

export function createImportControl({
  client,
  taskQueue,
}: {
  readonly client: Client;
  readonly taskQueue: string;
}): ImportControl {
  const within = <T>(work: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + ANSWER_WITHIN_MS, work);
  const start = async (ref: ImportRef): Promise<void> => {
    const { connection, run } = ref;
    try {
      await within(() =>
        client.workflow.start(IMPORT_WORKFLOW, {
          ...{ workflowId: importWorkflowId(ref), taskQueue, args: [ref] },
          staticSummary: `import ${run} of ${connection}`,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
  return {
    start,
    async signal(ref, wish) {
      try {
        await within(() => client.workflow.getHandle(importWorkflowId(ref)).signal(wish));
      } catch (error) {
        // It was never started, because Temporal was away then: what it finds says what is wanted.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        await start(ref);
      }
    },
  };
}

/** Starts the workflows of runs that were asked for while Temporal was away. Answers how to stop. */
export function superviseImports(
  pool: Pool,
  imports: ImportControl,
  logger: Logger,
  everyMs = 30_000,
): () => void {
  const timer = setInterval(() => {
    void importsUnderWay(pool)
      .then((runs) => Promise.all(runs.map((ref) => imports.start(ref))))
      .catch((error: unknown) => logger.info({ err: error }, 'imports are looked at again later'));
  }, everyMs).unref();
  return () => clearInterval(timer);
}
