import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import type { ConnectionFile } from './file.ts';
import type { Named } from './names.ts';
import type { Problem } from './refusal.ts';
import type { ShopFacts } from '../../src/clients/access/verify-shop.ts';
import type { WarehouseFacts } from '../../src/clients/access/verify-warehouse.ts';

/** Something that was decided, for the operator to check. */
export interface Choice {
  readonly what: string;
  readonly value: string;
  readonly why: string;
}

/** Something that nobody could decide: orders that need it wait as blocked. */
export interface Open {
  readonly what: string;
  readonly why: string;
  readonly mend: string;
}

/** Collects what is chosen, left open and wrong. */
export interface Choices {
  readonly chosen: Choice[];
  readonly open: Open[];
  readonly problems: Problem[];
}

export interface Known {
  readonly file: ConnectionFile['settings'];
  /** Current settings; undefined for a new connection. */
  readonly existing: ConnectionSettings | undefined;
  readonly shop: ShopFacts;
  readonly warehouse: WarehouseFacts;
  readonly services: readonly Named[];
}

export const FROM_FILE = 'as the file says';
export const AS_BEFORE = 'as before';
