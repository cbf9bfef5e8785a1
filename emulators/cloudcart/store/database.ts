import type {
  ApiKeyRow,
  CustomerAddressRow,
  CustomerRow,
  NamedRow,
  OrderStatusRow,
  PaymentProviderRow,
  PlainRow,
  ProductRow,
  ShippingProviderRow,
  StoreQuantityRow,
  VariantRow,
  WebhookRow,
} from './catalogue-rows.ts';
import type {
  AddressRow,
  DiscountRow,
  FulfilmentRow,
  LineOptionRow,
  LineRow,
  ModificationRow,
  OrderRow,
  PaymentRow,
  ShippingRow,
  TaxRow,
  TotalRow,
} from './order-rows.ts';
import { type AnyRow, Table } from './table.ts';

function makeTables() {
  return {
    'api-keys': new Table<ApiKeyRow>(),
    orders: new Table<OrderRow>(['status']),
    'order-products': new Table<LineRow>(['order_id']),
    'order-products-options': new Table<LineOptionRow>(['order_product_id']),
    'order-discount': new Table<DiscountRow>(['order_id']),
    'order-modification': new Table<ModificationRow>(['order_id']),
    'order-payment': new Table<PaymentRow>(['order_id']),
    'order-tax': new Table<TaxRow>(['order_id']),
    'order-total': new Table<TotalRow>(['order_id']),
    'order-shipping': new Table<ShippingRow>(['order_id']),
    'order-shipping-address': new Table<AddressRow>(['order_id']),
    'order-billing-address': new Table<AddressRow>(['order_id']),
    'order-fulfillment': new Table<FulfilmentRow>(['order_id']),
    'order-status': new Table<OrderStatusRow>(),
    products: new Table<ProductRow>(),
    variants: new Table<VariantRow>(['item_id', 'sku', 'barcode']),
    'variant-parameters': new Table<NamedRow>(),
    'variant-options': new Table<NamedRow>(),
    categories: new Table<NamedRow>(),
    vendors: new Table<NamedRow>(),
    customers: new Table<CustomerRow>(['email']),
    'customer-groups': new Table<NamedRow>(),
    'customer-shipping-address': new Table<CustomerAddressRow>(['customer_id']),
    'customer-billing-address': new Table<CustomerAddressRow>(['customer_id']),
    stores: new Table<PlainRow>(),
    'store-quantity': new Table<StoreQuantityRow>(['variant_id']),
    units: new Table<PlainRow>(),
    discounts: new Table<PlainRow>(),
    'product-to-discount': new Table<PlainRow>(),
    'payment-providers': new Table<PaymentProviderRow>(),
    'shipping-providers': new Table<ShippingProviderRow>(),
    webhooks: new Table<WebhookRow>(),
  };
}

type Tables = ReturnType<typeof makeTables>;

/** Name of a table; most are names of resources as well. */
export type TableName = keyof Tables;

/** Everything that a snapshot holds of the tables. */
export interface DatabaseSnapshot {
  readonly ids: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, readonly AnyRow[]>>;
}

/** All tables of one shop, and the counters of their ids. */
export class Database {
  readonly tables: Tables = makeTables();
  #ids = new Map<string, number>();
  #undo: (() => void)[] | undefined;

  constructor() {
    for (const name of Object.keys(this.tables) as TableName[])
      this.generic(name).onChange = (undo) => void this.#undo?.push(undo);
  }

  /** Is a write under way whose changes can still be taken back? */
  get isWriting(): boolean {
    return this.#undo !== undefined;
  }

  /** Does all of a write or nothing of it (CloudCart API 1.8). Ids that it used stay used. */
  atomically<T>(work: () => T): T {
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      return work();
    } catch (error) {
      this.#undo = undefined;
      for (const each of undo.toReversed()) each();
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  /** Next id of a table; ids are never used again. */
  nextId(table: TableName): number {
    const id = (this.#ids.get(table) ?? 0) + 1;
    this.#ids.set(table, id);
    return id;
  }

  /** Lets the ids of a table go on after `last`. */
  startIds(table: TableName, last: number): void {
    this.#ids.set(table, Math.max(last, this.#ids.get(table) ?? 0));
  }

  /** A table as a resource sees it: rows whose columns nobody knows. */
  generic(table: TableName): Table<AnyRow> {
    const tables: Readonly<Record<TableName, unknown>> = this.tables;
    return tables[table] as Table<AnyRow>;
  }

  snapshot(): DatabaseSnapshot {
    const names = Object.keys(this.tables) as TableName[];
    return {
      ids: Object.fromEntries(this.#ids),
      tables: Object.fromEntries(names.map((name) => [name, this.generic(name).all()])),
    };
  }

  restore(snapshot: DatabaseSnapshot): void {
    this.#ids = new Map(Object.entries(snapshot.ids));
    for (const name of Object.keys(this.tables) as TableName[]) {
      this.generic(name).replace(snapshot.tables[name] ?? []);
    }
  }
}
