import type { ApiFunction } from '../call.ts';
import { deleteGroup, getGroups, insertGroup, renameGroup } from './groups.ts';
import { createInvoice } from './invoices.ts';
import { deleteItem, editItem, getItems, insertItem } from './items.ts';
import {
  getBankAccounts,
  getCompanyData,
  getMeasures,
  getObjects,
  getPaymentTypes,
  getTaxGroups,
} from './lookups.ts';
import { deleteOperation } from './operations/delete.ts';
import { getOperations } from './operations/list.ts';
import { saveOperation } from './operations/save.ts';
import { deletePartner, editPartner, getPartners, insertPartner } from './partners.ts';
import { addPayment } from './payments.ts';
import { getItemPrices, getItemQuantities } from './stock.ts';

/** Functions that read; all but `getCompanyData` answer with a list (micro.bg API 2). */
export const READERS: ReadonlyMap<string, ApiFunction> = new Map(
  Object.entries({
    getCompanyData,
    getBankAccounts,
    getPaymentTypes,
    getTaxGroups,
    getObjects,
    getMeasures,
    getGroups,
    getPartners,
    getItems,
    getItemQuantities,
    getItemPrices,
    getOperations,
  }),
);

/** Functions that write (micro.bg API 2). `createCostAllocation` is not emulated. */
export const WRITERS: ReadonlyMap<string, ApiFunction> = new Map(
  Object.entries({
    insertGroup,
    renameGroup,
    deleteGroup,
    insertPartner,
    editPartner,
    deletePartner,
    insertItem,
    editItem,
    deleteItem,
    saveOperation,
    deleteOperation,
    addPayment,
    createInvoice,
  }),
);
