import { type Answer, mapAnswer } from '../answer.ts';
import { createCaller, type MicrobgOptions } from './call.ts';
import { getCompany, isPaidAt } from './company.ts';
import { deleteGroup, getGroups, type GroupModule, insertGroup, renameGroup } from './groups.ts';
import {
  deleteItem,
  editItem,
  findItems,
  getItemsPage,
  insertItem,
  type ItemSearch,
  type ItemWrite,
} from './items.ts';
import { getBankAccounts, getObjects, getPaymentTypes, getTaxGroups } from './lookups.ts';
import {
  deleteOperation,
  findOperations,
  getOperationsPage,
  hasStampAfter,
  type OperationKey,
  type OperationWrite,
  saveOperation,
} from './operations.ts';
import { type Cursor, firstCursor } from './paging.ts';
import {
  deletePartner,
  editPartner,
  findPartners,
  getPartnersPage,
  insertPartner,
  type PartnerSearch,
  type PartnerWrite,
} from './partners.ts';
import { addPayment, createInvoice, downloadInvoice, type InvoiceWrite } from './payments-invoices.ts';
import { getItemPrices, getItemQuantities } from './stock.ts';

/**
 * Client of one micro.bg account. One HTTP request per call, no retries, nothing thrown for a vendor's answer;
 * calls of one account belong one after the other (micro.bg API 7, trap 25). Decimals are text everywhere.
 *
 * | Function of the vendor | Here | Used for |
 * |---|---|---|
 * | `getCompanyData` | `company`, `isPaid` | connect, currency, rounding, subscription guard |
 * | `getBankAccounts` | `bankAccounts` | account printed on invoices |
 * | `getPaymentTypes` | `paymentTypes` | payment map |
 * | `getTaxGroups` | `taxGroups` | VAT rates |
 * | `getObjects` | `objects` | choice of the warehouse |
 * | `getGroups` | `groups` | group of online customers and of services |
 * | `insertGroup`, `renameGroup`, `deleteGroup` | `insertGroup`, `renameGroup`, `deleteGroup` | set-up |
 * | `getPartners` | `findPartners`, `partnersPage` | buyer of an order; full walk |
 * | `insertPartner`, `editPartner`, `deletePartner` | same names | buyer of an order |
 * | `getItems` | `findItems`, `itemsPage` | link of SKU and item; full walk |
 * | `insertItem`, `editItem`, `deleteItem` | same names | service items |
 * | `getItemQuantities` | `quantities` | stock for the shop |
 * | `getItemPrices` | `prices` | calibration of price lists |
 * | `getOperations` | `findOperations`, `operationsPage`, `hasStampAfter` | read-back; reconciliation; start of our stamps |
 * | `saveOperation` | `saveOperation` | order, sale, claim, note |
 * | `deleteOperation` | `deleteOperation` | order that became a sale or was withdrawn |
 * | `addPayment` | `addPayment` | payment of a sale |
 * | `createInvoice` | `createInvoice`, `downloadInvoice` | invoice and its PDF |
 * | `createCostAllocation` | - | purchases only, not ours |
 * | `getMeasures` | - | mentioned by the vendor, documented nowhere (Q-7) |
 */
export function createMicrobgClient(options: MicrobgOptions) {
  const now = options.now ?? Date.now;
  const isPaid = async (): Promise<Answer<boolean>> =>
    mapAnswer(await getCompany(caller), (company) => isPaidAt(company, now()));
  const caller = createCaller(options, isPaid);
  return {
    company: () => getCompany(caller),
    isPaid,
    bankAccounts: () => getBankAccounts(caller),
    paymentTypes: () => getPaymentTypes(caller),
    taxGroups: () => getTaxGroups(caller),
    objects: () => getObjects(caller),
    groups: (module: GroupModule) => getGroups(caller, module),
    insertGroup: (module: GroupModule, name: string, parentId?: number) =>
      insertGroup(caller, module, name, parentId),
    renameGroup: (module: GroupModule, id: number, name: string) => renameGroup(caller, module, id, name),
    deleteGroup: (module: GroupModule, id: number) => deleteGroup(caller, module, id),
    findPartners: (search: PartnerSearch) => findPartners(caller, search),
    partnersPage: (cursor: Cursor = firstCursor(), fromDate?: string) =>
      getPartnersPage(caller, cursor, fromDate),
    insertPartner: (partner: PartnerWrite & { readonly name: string }) => insertPartner(caller, partner),
    editPartner: (id: number, changes: PartnerWrite) => editPartner(caller, id, changes),
    deletePartner: (id: number) => deletePartner(caller, id),
    findItems: (search: ItemSearch, pricesWithVat: boolean) => findItems(caller, search, pricesWithVat),
    itemsPage: (filter: Parameters<typeof getItemsPage>[2], cursor: Cursor = firstCursor()) =>
      getItemsPage(caller, cursor, filter),
    insertItem: (item: Parameters<typeof insertItem>[1]) => insertItem(caller, item),
    editItem: (id: number, changes: ItemWrite) => editItem(caller, id, changes),
    deleteItem: (id: number) => deleteItem(caller, id),
    quantities: (filter?: Parameters<typeof getItemQuantities>[1]) => getItemQuantities(caller, filter),
    prices: (filter: Parameters<typeof getItemPrices>[1]) => getItemPrices(caller, filter),
    findOperations: (operType: number, key: OperationKey) => findOperations(caller, operType, key),
    hasStampAfter: (operType: number, stamp: number) => hasStampAfter(caller, operType, stamp),
    operationsPage: (operType: number, cursor: Cursor = firstCursor(), fromDate?: string) =>
      getOperationsPage(caller, operType, cursor, fromDate),
    saveOperation: (operation: OperationWrite, id?: number) => saveOperation(caller, operation, id),
    deleteOperation: (key: OperationKey, withRelated?: boolean) => deleteOperation(caller, key, withRelated),
    addPayment: (key: OperationKey, payment: Parameters<typeof addPayment>[2]) =>
      addPayment(caller, key, payment),
    createInvoice: (key: OperationKey, invoice: InvoiceWrite) => createInvoice(caller, key, invoice),
    downloadInvoice: (link: string) => downloadInvoice(options, link),
  };
}

/** See {@link createMicrobgClient}. */
export type MicrobgClient = ReturnType<typeof createMicrobgClient>;
