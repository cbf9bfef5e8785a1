/**
 * How a sweep goes through the shop's orders, newest change first. There is no "updated since" (CloudCart API 3.5),
 * and rows move while pages are read: every change moves its order to the top. So a sweep of several pages reads
 * the first page again until it shows nothing new, and goes down once more where it does.
 */

/** Where the sweep of a shop stands. Times are the shop's wall time as written, `YYYY-MM-DD HH:MM:SS` (U-10). */
export interface SweepProgress {
  /** Changes up to here were handed over; null until the first sweep has come to its end. */
  readonly watermark: string | null;
  /** Since when nothing newer was seen, by our clock. */
  readonly sinceMs: number | null;
  /** When this sweep read its first page, by our clock; null: it has not begun. */
  readonly beganMs: number | null;
  /** Changes before this are known: seen by this very sweep, or proven by the last one; null: only by the watermark. */
  readonly bound: string | null;
  /** The next page to read. */
  readonly page: number;
  /** The newest change that the first page showed when it was last read. */
  readonly newest: string | null;
  /**
   * Fingerprint of the first page when it was last read. Between two sweeps: of a shop in which nothing changed for so
   * long that nothing older can turn up any more; null otherwise.
   */
  readonly sight: string | null;
  /** Orders that the shop counted on the last page. */
  readonly total: number | null;
}

/** What a page showed. */
export interface SweptPage {
  readonly first: string | null | undefined;
  readonly last: string | null | undefined;
  readonly sight: string;
  readonly more: boolean;
  readonly total: number | null;
}

const start = { beganMs: null, bound: null, page: 1, newest: null, sight: null, total: null } as const;
export const sweepStart: SweepProgress = { watermark: null, sinceMs: null, ...start };

/** A change turns up at most so much later than its date says: clocks of several machines, saves that take a while. */
const OVERLAP_MS = 120_000;
/** In the night in which summer time ends the shop's clock shows one hour twice. */
const OVERLAP_AT_CLOCK_CHANGE_MS = 65 * 60_000;

/** Where the sweep stands after a page, and whether it has come to its end. */
export function afterPage(
  progress: SweepProgress,
  page: SweptPage,
  nowMs: number,
): { progress: SweepProgress; ended: boolean } {
  const { watermark, sinceMs } = progress;
  const { total } = page;
  const first = progress.page === 1;
  if (!first && hasSlipped(progress, page)) return { progress: backFrom(progress, total), ended: false };
  const beganMs = progress.beganMs ?? nowMs;
  const { newest, sight } = first ? { newest: page.first ?? watermark, sight: page.sight } : progress;
  const bound = progress.bound ?? provenBound(progress);
  const stable = first && bound !== null && progress.sight === page.sight;
  const down = !page.more || reaches(page.last ?? null, bound ?? overlapBefore(watermark));
  if (stable || (first && down))
    return { progress: endOf(progress, newest, page.sight, beganMs), ended: true };
  const next = down ? { page: 1, bound: newest } : { page: progress.page + 1, bound };
  return { progress: { watermark, sinceMs, beganMs, newest, sight, total, ...next }, ended: false };
}

/** An order was deleted meanwhile: one that we have not seen slipped to a page that we have read. */
function hasSlipped({ total: before }: SweepProgress, { total }: SweptPage): boolean {
  return total !== null && before !== null && total < before;
}

/** A page back. The first one then proves nothing: what lies below it was not seen. */
function backFrom(progress: SweepProgress, total: number | null): SweepProgress {
  const page = progress.page - 1;
  return { ...progress, page, total, sight: page === 1 ? null : progress.sight };
}

/** Where the last sweep proved that nothing older can turn up, this one goes down to the watermark and no further. */
function provenBound({ watermark, sight, beganMs }: SweepProgress): string | null {
  return beganMs === null && sight !== null ? watermark : null;
}

/** A sweep that began long enough after the last change has seen all that could still turn up before it. */
function endOf(
  { watermark, sinceMs: since }: SweepProgress,
  newest: string | null,
  sight: string,
  beganMs: number,
): SweepProgress {
  const sinceMs = newest === watermark && since !== null ? since : beganMs;
  const quiet = newest !== null && beganMs - sinceMs >= overlapMsOf(newest);
  return { ...start, watermark: newest, sinceMs, sight: quiet ? sight : null };
}

/** Is everything below this row known? */
function reaches(last: string | null, known: string | null): boolean {
  return known !== null && (last === null || last < known);
}

/** The time from which changes are looked at again; null: from the beginning. */
export function overlapBefore(watermark: string | null): string | null {
  if (watermark === null) return null;
  const at = wallTime(watermark);
  if (at === undefined) return '';
  return toWallTime(new Date(at.getTime() - overlapMsOf(watermark)));
}

function overlapMsOf(watermark: string): number {
  const at = wallTime(watermark);
  return at !== undefined && isClockChange(at) ? OVERLAP_AT_CLOCK_CHANGE_MS : OVERLAP_MS;
}

/** Sunday, the last of October, 3 to 6 o'clock: the hour from 3 to 4 comes twice in Sofia. */
function isClockChange(at: Date): boolean {
  const lastSunday = at.getUTCMonth() === 9 && at.getUTCDay() === 0 && at.getUTCDate() > 24;
  return lastSunday && at.getUTCHours() >= 3 && at.getUTCHours() < 6;
}

/** The day before, `YYYY-MM-DD`: the shop may count its days in another zone (U-10). */
export function dayBefore(day: string): string {
  const at = wallTime(`${day} 00:00:00`);
  return at === undefined ? day : toWallTime(new Date(at.getTime() - 86_400_000)).slice(0, 10);
}

/** Wall time as if it were UTC: good for differences, not for instants. */
function wallTime(text: string): Date | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(text);
  const at = match === null ? undefined : new Date(`${match[1]}T${match[2]}Z`);
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
}

function toWallTime(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
