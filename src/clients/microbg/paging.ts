/**
 * Where a walk over `getItems`, `getPartners` or `getOperations` stands (micro.bg API 3.9). Plain data, so that
 * an activity can heartbeat it and go on after a crash.
 */
export interface Cursor {
  /** Highest id seen; rows above it are new. */
  readonly fromId: number;
  readonly limit: number;
  /** Rows of the largest page so far: a silent cap of the server shows here and not as an end. */
  readonly pageSize: number;
}

/** Rows not seen before, and where to go on; `next` is null at the end. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: Cursor | null;
}

/** Start of a walk. The vendor's examples use pages of 50 and 100. */
export function firstCursor(limit = 100): Cursor {
  return { fromId: 0, limit, pageSize: 0 };
}

/** Parameters of the cursor on the wire; note their lower case (micro.bg API 1.7). */
export function cursorParameters(cursor: Cursor): { fromId: number; limit: number } {
  return { fromId: cursor.fromId, limit: cursor.limit };
}

/**
 * Works out what is new in a page and whether to go on (micro.bg API 3.9, Q-17). Tolerates an inclusive
 * `fromId`, repeated and unordered rows, and a server that caps pages silently. A short first page is asked
 * about once more; a page without anything new always ends the walk, so it cannot run in circles.
 */
export function pageOf<T extends { readonly id: number }>(received: readonly T[], cursor: Cursor): Page<T> {
  const seen = new Set<number>();
  const rows = received.filter((row) => {
    if (row.id <= cursor.fromId || seen.has(row.id)) return false;
    seen.add(row.id);
    return true;
  });
  if (rows.length === 0 || received.length < Math.min(cursor.pageSize, cursor.limit))
    return { rows, next: null };
  const fromId = rows.reduce((highest, row) => Math.max(highest, row.id), cursor.fromId);
  const pageSize = Math.max(cursor.pageSize, received.length);
  return { rows, next: { fromId, limit: cursor.limit, pageSize } };
}
