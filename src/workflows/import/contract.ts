/**
 * Import all: the goods of a shop become items of the warehouse. A preview first, then batch after batch; and the undo of it. Where a
 * run stands is decided in PostgreSQL (`import_run`); the workflow shows it as a tree and walks it.
 */

/** Workflow types, as shown in Temporal's Web UI: a run, and one batch of it. */
export const IMPORT_WORKFLOW = 'importAll';
export const BATCH_WORKFLOW = 'importBatch';

/** The run that a workflow is about. The only argument: ids, no data. */
export interface ImportRef {
  readonly connection: string;
  /** Row of the table `import_run`. */
  readonly run: number;
}

/** One batch of a run, counted from 1. */
export interface BatchRef extends ImportRef {
  readonly batch: number;
  readonly batches: number;
  /** A worker that is silent for so long counts as dead. */
  readonly heartbeatMs: number;
}

export function importWorkflowId({ connection, run }: ImportRef): string {
  return `import:${connection}:${run}`;
}

export function batchWorkflowId({ batch, ...run }: Omit<BatchRef, 'batches' | 'heartbeatMs'>): string {
  return `${importWorkflowId(run)}:${batch}`;
}

/** What a person wants of a run. Each is carried out in PostgreSQL first; the signal only wakes the workflow. */
export const importSignals = ['start', 'pause', 'resume', 'cancel'] as const;
export type ImportSignal = (typeof importSignals)[number];

/** Name of the query that answers an {@link ImportProgress}. */
export const PROGRESS_QUERY = 'progress';

/** Where a run stands, as its workflow knows it: after the last step of the last batch. */
export interface ImportProgress {
  readonly state: 'planning' | 'preview' | 'running' | 'paused' | 'finished' | 'cancelled';
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

/** The run in figures, for Temporal's Web UI; its rows lie in PostgreSQL. */
export interface ImportSummary {
  readonly state: 'finished' | 'cancelled' | 'discarded';
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly byOutcome: Readonly<Record<string, number>>;
}

/** What some seconds of a batch came to. */
export interface BatchResult {
  /** Rows without a result. */
  readonly open: number;
  readonly done: number;
  /** The run is paused or over. */
  readonly halted: boolean;
}

/** What the workflow goes by. */
export interface RunFacts {
  readonly kind: 'import' | 'undo';
  readonly state: ImportProgress['state'] | 'discarded';
  readonly batches: number;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** As the workers are configured. */
  readonly heartbeatMs: number;
}

export interface ImportActivities {
  /** Works out rows of the preview for some seconds. False: it is complete, or the run is past that. */
  planImport(ref: ImportRef): Promise<boolean>;
  lookAtImport(ref: ImportRef): Promise<RunFacts>;
  /** Does what a person wants, where the run is in a state for it; done already is as good. */
  steerImport(ref: ImportRef, wish: ImportSignal): Promise<void>;
  bringBatch(ref: BatchRef): Promise<BatchResult>;
  concludeImport(ref: ImportRef): Promise<ImportSummary>;
}
