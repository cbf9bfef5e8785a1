import type { CloudcartAdmin } from '../../clients/cloudcart/admin.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { ConnectionCache } from '../../db/connection-cache.ts';
import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { ExportLease } from '../../db/queries/stock/export-lease.ts';
import type { Logger } from '../../observability/logger.ts';
import type { PassIo } from '../order/io.ts';
import type { Slots } from '../slots.ts';

export interface ExportDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly connections: ConnectionCache;
  readonly slots: Slots;
  readonly logger: Logger;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  /** The shop's admin interface; undefined where its owner gave no token. */
  readonly adminOf: (connection: Connection) => CloudcartAdmin | undefined;
  readonly httpDeadlineMs: number;
  /** How long after its deadline a request may still take effect, milliseconds. */
  readonly landMs: number;
  readonly leaseMs: number;
  readonly pausedRetryMs: number;
}

/** An export under way: whose, under which lease, and until when by the clock that never jumps. */
export interface Export extends ExportDependencies {
  readonly connection: Connection;
  readonly lease: ExportLease;
  readonly until: number;
  readonly warehouseCurrency: string;
  readonly shopCurrency: string;
  /** Variants whose price a person accepted although it looked wrong. */
  readonly acceptedPrices: ReadonlySet<string>;
  /** Nothing of the prices goes to the shop now. */
  readonly pricesKept: boolean;
  /** The shop does not let us at its stores: their figures wait. */
  readonly storesKept: boolean;
  /** Why the admin interface turned a request of this work away, a code: it is left alone from then on. Null: it did not. */
  readonly adminRefusal: { code: string | null };
}
