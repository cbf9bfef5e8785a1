import type { DocumentKind, DocumentState } from '../order/document-kinds.ts';

/** A document as micro.bg lists it, as far as it is compared. Dates are micro.bg's own wall time (micro.bg API 1.7). */
export interface FoundDocument {
  readonly kind: DocumentKind;
  readonly warehouseId: number;
  readonly number: string | null;
  /** Our stamp; null on documents of staff. */
  readonly extId: number | null;
  /** Order of the shop that its note names; null when the note is not one of ours. */
  readonly order: string | null;
  readonly contentDigest: string;
  readonly issuedAt: string | null;
  readonly updatedAt: string | null;
}

/** A row of the ledger, as far as it is compared. */
export interface LedgerRow {
  readonly order: string;
  readonly kind: DocumentKind;
  readonly extId: number;
  readonly state: DocumentState;
  readonly warehouseId: number | null;
  readonly contentDigest: string | null;
  readonly issuedAt: string | null;
  /** Last change of the row: wall time like micro.bg's, and milliseconds since 1970 by the database's clock. */
  readonly updatedAt: string;
  readonly updatedAtMs: number;
}

/** What `fromDate` compares, as far as it is known. */
export type FromDateMeans = 'updated' | 'issued' | null;

/** What was listed, and under which conditions. */
export interface Listing {
  readonly found: readonly FoundDocument[];
  /** Lower bound that was asked for, wall time. */
  readonly from: string;
  readonly means: FromDateMeans;
  /** When the listing began, by the database's clock. */
  readonly startedAtMs: number;
  /** Stamps that only this connection can have given: from the first up to, and without, the last. */
  readonly ownStamps: readonly { readonly from: number; readonly to: number }[];
}

/** Something in the warehouse that the ledger does not say. */
export interface Suspicion {
  readonly order: string;
  /** What, and of which document: the same text means the same finding. */
  readonly finding: string;
}

/** micro.bg's clock and ours differ by so much at most: a row is expected in the listing only beyond it, minutes. */
const CLOCK_MARGIN_MINUTES = 10;
const LISTED: ReadonlySet<DocumentKind> = new Set(['order', 'sale', 'claim']);
const DAY = 'YYYY-MM-DD HH:mm:ss'.length;

/**
 * Compares recent documents with the ledger. What changed while the listing was read is left for the next time. Nothing
 * is decided here: a suspicion only makes a pass look, which knows the order and reads again.
 */
export function compareWithLedger(
  listing: Listing,
  ledger: readonly LedgerRow[],
): { readonly suspicions: Suspicion[]; readonly unknown: FoundDocument[] } {
  const byStamp = new Map(ledger.map((row) => [row.extId, row]));
  const still = (row: LedgerRow): boolean => row.updatedAtMs < listing.startedAtMs;
  const suspicions: Suspicion[] = [];
  const unknown: FoundDocument[] = [];
  for (const found of listing.found) {
    const row = found.extId === null ? undefined : byStamp.get(found.extId);
    if (row === undefined && isLost(found, listing)) unknown.push(found);
    if (row === undefined || !still(row)) continue;
    const what = differenceOf(found, row);
    if (what !== undefined) suspicions.push({ order: row.order, finding: `${what} ${found.warehouseId}` });
  }
  const seen = new Set(listing.found.map(({ warehouseId }) => warehouseId));
  for (const row of ledger) {
    const gone = row.state === 'live' && row.warehouseId !== null && !seen.has(row.warehouseId);
    if (gone && still(row) && isExpected(row, listing))
      suspicions.push({ order: row.order, finding: `missing ${row.warehouseId}` });
  }
  return { suspicions, unknown };
}

function differenceOf(found: FoundDocument, row: LedgerRow): string | undefined {
  const own = found.order === row.order;
  switch (row.state) {
    case 'live':
      if (found.warehouseId !== row.warehouseId) return own ? 'double' : undefined;
      if (found.kind !== row.kind) return 'another type';
      return found.contentDigest === row.contentDigest
        ? undefined
        : `changed ${found.contentDigest.slice(0, 8)}`;
    case 'returned':
      return own && found.warehouseId !== row.warehouseId ? 'double' : undefined;
    case 'deleted':
      return own ? 'reappeared' : undefined;
    case 'reserved':
      return own ? 'landed late' : undefined;
    // A pass is at it, or a person.
    case 'sent':
    case 'delete_sent':
    case 'conflict':
    case 'foreign':
      return undefined;
  }
}

/** Carries our note and a stamp of ours, and the ledger does not know it: the ledger has lost something. */
function isLost({ extId, order }: FoundDocument, { ownStamps }: Listing): boolean {
  return extId !== null && order !== null && ownStamps.some(({ from, to }) => extId >= from && extId < to);
}

/** Must the listing have shown this document, whatever `fromDate` compares? */
function isExpected({ kind, issuedAt, updatedAt }: LedgerRow, { from, means }: Listing): boolean {
  if (!LISTED.has(kind)) return false;
  const changed = updatedAt >= shiftWallTime(from, CLOCK_MARGIN_MINUTES);
  const issued = issuedAt !== null && issuedAt >= from;
  if (means === null) return changed && issued;
  return means === 'updated' ? changed : issued;
}

/** What `fromDate` compares, when the listing tells: a row that only one of both dates lets through. */
export function learnFromDate({
  found,
  from,
  means,
}: Pick<Listing, 'found' | 'from' | 'means'>): FromDateMeans {
  const within = (date: string | null): boolean => date !== null && date >= from;
  const tells = found.find(({ issuedAt, updatedAt }) => within(issuedAt) !== within(updatedAt));
  if (tells === undefined) return means;
  return within(tells.updatedAt) ? 'updated' : 'issued';
}

/** Wall time so many minutes later, or earlier. Not across the change to summer time: the margins bear an hour. */
export function shiftWallTime(wallTime: string, minutes: number): string {
  const ms = Date.parse(`${wallTime.slice(0, DAY).replace(' ', 'T')}Z`) + minutes * 60_000;
  return new Date(ms).toISOString().slice(0, DAY).replace('T', ' ');
}
