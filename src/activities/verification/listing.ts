import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { Operation } from '../../clients/microbg/operations.ts';
import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { FoundDocument } from '../../domain/completeness/verification.ts';
import type { DocumentKind } from '../../domain/order/document-kinds.ts';
import type { Logger } from '../../observability/logger.ts';
import { contentDigest, orderInNote } from '../order/content.ts';
import type { PassIo } from '../order/io.ts';
import { PassStopped } from '../order/stops.ts';
import type { Slots } from '../slots.ts';
import { type WarehouseDesk, askWarehouseAside } from '../warehouse-requests.ts';

export interface VerificationDependencies {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly io: PassIo;
  readonly slots: Slots;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  readonly pausedRetryMs: number;
  /** The longest that a request of before may still take effect, lease and all. */
  readonly quietMs: number;
  /** How often the schedule looks for connections that are due, milliseconds. */
  readonly lookEveryMs: number;
}

/** What looking at one connection's documents needs. */
export type VerificationDesk = WarehouseDesk & VerificationDependencies;

/** A listed document, as it is compared. */
export function toFound(kind: DocumentKind, row: Operation): FoundDocument {
  return {
    kind,
    warehouseId: row.id,
    number: row.acct === null ? null : String(row.acct),
    extId: row.extAppDocId,
    order: orderInNote(row.note) ?? null,
    contentDigest: contentDigest(row),
    issuedAt: row.issuedAt,
    updatedAt: row.updatedAt,
  };
}

/** Empty lists prove nothing once the subscription has ended (micro.bg API 7, trap 1). */
export async function needPaidAccount(desk: WarehouseDesk): Promise<void> {
  if ((await askWarehouseAside(desk, 'getCompanyData', () => desk.warehouse.isPaid())) === true) return;
  throw new PassStopped('absence_not_proven', 'micro.bg does not show documents that certainly exist', {
    retryInMs: desk.pausedRetryMs,
  });
}
