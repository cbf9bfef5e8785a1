import { addNumbers } from './decimal.ts';
import type {
  Application,
  BankAccount,
  CompanySettings,
  Group,
  Invoice,
  Item,
  Measure,
  Movement,
  Operation,
  Partner,
  Payment,
  PaymentType,
  StorageObject,
  TaxGroup,
  User,
} from './model.ts';
import { OPER } from './model.ts';
import { Table } from './table.ts';

/** Something that happened to an operation, with the operation as it was afterwards (or when it was deleted). */
export interface HistoryEntry {
  readonly at: string;
  readonly action: 'create' | 'edit' | 'delete';
  readonly operationId: number;
  /** Application that did it; null = staff. */
  readonly apiId: string | null;
  readonly operation: Operation;
}

/** A company as plain data: what a seed makes and a snapshot holds. */
export interface CompanyData {
  /** Short name for the control API. */
  readonly key: string;
  readonly settings: CompanySettings;
  readonly users: readonly User[];
  readonly applications: readonly Application[];
  readonly objects: readonly StorageObject[];
  readonly bankAccounts: readonly BankAccount[];
  readonly paymentTypes: readonly PaymentType[];
  readonly taxGroups: readonly TaxGroup[];
  readonly measures: readonly Measure[];
  readonly groups: Readonly<Record<Module, readonly Group[]>>;
  readonly partners: readonly Partner[];
  readonly items: readonly Item[];
  readonly operations: readonly Operation[];
  readonly payments: readonly Payment[];
  readonly invoices: readonly Invoice[];
  readonly stock: readonly Movement[];
  readonly counters: Readonly<Record<string, number>>;
  readonly history: readonly HistoryEntry[];
}

/** The two group trees (micro.bg API 3.3). */
export type Module = 'Items' | 'Partners';

/** Form in which codes are compared: the wire loses leading zeros, so "00123" and "123" collide (7, trap 15). */
export function codeKey(code: string): string {
  const key = code.trim();
  return /^\d+$/.test(key) ? key.replace(/^0+(?=\d)/, '') : key;
}

/** One account of micro.bg with all its data; nothing is shared with another one (E-7). */
export class Company {
  readonly key: string;
  settings: CompanySettings;
  applications: readonly Application[];
  readonly users: readonly User[];
  readonly objects: readonly StorageObject[];
  readonly bankAccounts: readonly BankAccount[];
  readonly paymentTypes: readonly PaymentType[];
  readonly taxGroups: readonly TaxGroup[];
  readonly measures: readonly Measure[];
  readonly groups: Readonly<Record<Module, Table<Group>>>;
  readonly partners: Table<Partner>;
  readonly items: Table<Item>;
  readonly operations: Table<Operation>;
  readonly payments: Table<Payment>;
  readonly invoices: Table<Invoice>;
  readonly history: HistoryEntry[];
  readonly #deleted = new Set<string>();
  readonly #reserved = new Map<number, Map<number, number>>();
  readonly #stock = new Map<number, Map<number, number>>();
  readonly #counters: Map<string, number>;

  constructor(data: CompanyData) {
    this.key = data.key;
    this.settings = data.settings;
    this.applications = data.applications;
    this.users = data.users;
    this.objects = data.objects;
    this.bankAccounts = data.bankAccounts;
    this.paymentTypes = data.paymentTypes;
    this.taxGroups = data.taxGroups;
    this.measures = data.measures;
    this.groups = { Items: new Table({}, data.groups.Items), Partners: new Table({}, data.groups.Partners) };
    this.partners = new Table(partnerIndexes, data.partners);
    this.items = new Table({ code: itemCodes, barcode: itemBarcodes }, data.items);
    this.operations = new Table(operationIndexes, data.operations);
    this.payments = new Table({ operation: (row) => [String(row.OperationId)] }, data.payments);
    this.invoices = new Table(
      {
        operation: (row) => [String(row.OperationId)],
        number: (row) => [row.DocNr],
        token: (row) => [row.token],
      },
      data.invoices,
    );
    this.history = [...data.history];
    this.#counters = new Map(Object.entries(data.counters));
    for (const each of data.stock) this.setStock(each.objectId, each.itemId, each.qtty);
    for (const order of data.operations) this.#reserve(order, 1);
    for (const { action, operation } of data.history)
      if (action === 'delete') this.#rememberDeleted(operation);
  }

  /** Next value of a running number. */
  next(counter: string): number {
    const value = (this.#counters.get(counter) ?? 0) + 1;
    this.#counters.set(counter, value);
    return value;
  }

  stockOf(objectId: number, itemId: number): number {
    return this.#stock.get(objectId)?.get(itemId) ?? 0;
  }

  setStock(objectId: number, itemId: number, qtty: number): void {
    let place = this.#stock.get(objectId);
    if (!place) this.#stock.set(objectId, (place = new Map()));
    place.set(itemId, qtty);
  }

  /** Applies movements, or takes them back with `factor` -1. */
  move(movements: readonly Movement[], factor: 1 | -1 = 1): void {
    for (const { objectId, itemId, qtty } of movements) {
      this.setStock(objectId, itemId, addNumbers(this.stockOf(objectId, itemId), factor * qtty));
    }
  }

  /** Percent of a tax group; 0 for a company without VAT registration. */
  taxValueOf(item: Item): number {
    if (this.settings.IsVat === 0) return 0;
    return this.taxGroups.find((group) => group.TaxGroup === item.TaxGroup)?.TaxValue ?? 0;
  }

  /** Quantity that open orders of one object hold back (micro.bg API 6.4, E-20). */
  reservedOf(objectId: number, itemId: number): number {
    return this.#reserved.get(objectId)?.get(itemId) ?? 0;
  }

  #reserve(operation: Operation, factor: 1 | -1): void {
    if (operation.OperType !== OPER.order) return;
    let place = this.#reserved.get(operation.ObjectId);
    if (!place) this.#reserved.set(operation.ObjectId, (place = new Map()));
    for (const { ItemId, Qtty } of operation.Items) {
      place.set(ItemId, addNumbers(place.get(ItemId) ?? 0, factor * Qtty));
    }
  }

  /** Stores a document in place of its older form, with what it does to stock, and remembers it. */
  keepOperation(operation: Operation, at: string, apiId: string | null): void {
    const old = this.operations.get(operation.id);
    if (old) this.#undo(old);
    this.move(operation.movements);
    this.#reserve(operation, 1);
    this.operations.put(operation);
    const action = old ? 'edit' : 'create';
    this.history.push({ at, action, operationId: operation.id, apiId, operation });
  }

  /** Removes a document and its payments, and takes back what it did to stock. */
  discardOperation(operation: Operation, at: string, apiId: string | null): void {
    this.#undo(operation);
    this.operations.delete(operation.id);
    for (const payment of this.payments.find('operation', String(operation.id))) {
      this.payments.delete(payment.id);
    }
    this.#rememberDeleted(operation);
    this.history.push({ at, action: 'delete', operationId: operation.id, apiId, operation });
  }

  /** Has a document with this external id of an application been deleted? */
  wasDeleted(apiId: string, extId: number): boolean {
    return this.#deleted.has(`${apiId} ${extId}`);
  }

  #rememberDeleted({ apiId, ExtAppDocId }: Operation): void {
    if (ExtAppDocId !== null) this.#deleted.add(`${apiId} ${ExtAppDocId}`);
  }

  #undo(operation: Operation): void {
    this.move(operation.movements, -1);
    this.#reserve(operation, -1);
  }

  /** Is an operation still referring to it? Then a delete only marks it (micro.bg API 3.4, 3.5). */
  isUsed(kind: 'partner' | 'item', id: number): boolean {
    return this.operations.some(kind, String(id));
  }

  toData(): CompanyData {
    const { key, settings, users, applications, objects, bankAccounts, paymentTypes, taxGroups, measures } =
      this;
    return {
      ...{ key, settings, users, applications, objects, bankAccounts, paymentTypes, taxGroups, measures },
      groups: { Items: this.groups.Items.all(), Partners: this.groups.Partners.all() },
      partners: this.partners.all(),
      items: this.items.all(),
      operations: this.operations.all(),
      payments: this.payments.all(),
      invoices: this.invoices.all(),
      stock: this.allStock(),
      counters: Object.fromEntries(this.#counters),
      history: [...this.history],
    };
  }

  /** Every known figure of stock. */
  allStock(): Movement[] {
    return [...this.#stock].flatMap(([objectId, place]) =>
      [...place].map(([itemId, qtty]) => ({ objectId, itemId, qtty })),
    );
  }
}

function itemCodes(item: Item): string[] {
  return [...new Set([item.Code, ...item.AddCodes.map((each) => each.Code)].map(codeKey))];
}

function itemBarcodes(item: Item): string[] {
  return [...new Set([item.Barcode, ...item.AddCodes.map((each) => each.Code)])];
}

const partnerIndexes = {
  code: (row: Partner) => [codeKey(row.Code)],
  email: (row: Partner) => [row.eMail.toLowerCase()],
  phone: (row: Partner) => [row.Phone],
  taxId: (row: Partner) => [row.TaxID],
};

const operationIndexes = {
  ext: (row: Operation) => (row.ExtAppDocId === null ? [] : [String(row.ExtAppDocId)]),
  type: (row: Operation) => [String(row.OperType)],
  partner: (row: Operation) => [String(row.PartnerId)],
  related: (row: Operation) => row.relatedOperationIds.map(String),
  item: (row: Operation) => [...new Set(row.Items.map((line) => String(line.ItemId)))],
};
