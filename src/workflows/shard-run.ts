/**
 * Work that every connection needs again and again. A schedule starts one run per shard of connections; the run
 * asks an activity for what is due. The due times of the connections lie in PostgreSQL.
 */

/** The part of all connections that a run is about, and the time-outs of its one step. The only argument. */
export interface ShardRun {
  readonly shard: number;
  readonly shards: number;
  /** Silence of a worker after which the step is given to another one, in milliseconds. */
  readonly heartbeatMs: number;
}

/** What a run came to. Counts only: the facts lie in PostgreSQL. */
export interface ShardReport {
  /** Connections that were due. */
  readonly due: number;
  /** Of those, the ones that failed; each says why in `connection_duty`. */
  readonly failed: number;
}

/** Retries of the one step: it fails only while PostgreSQL is away, and the next run of the schedule does as well. */
export const shardStepRetry = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '30 seconds',
} as const;
