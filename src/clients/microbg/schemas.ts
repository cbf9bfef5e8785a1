import { z } from 'zod';
import { decimal, id, optionalDecimal, optionalInt, optionalText, rows, text } from '../wire.ts';

/**
 * Rows of micro.bg at the border. Names follow the wire, misspellings included (micro.bg API 1.7); unknown keys
 * are kept. Only what a row cannot do without is required.
 */

/** `1`, `"1"`, `true` say yes; `0`, `2`, `""`, null, false and missing say no (micro.bg API 1.7, Q-4). */
const flag = z
  .unknown()
  .optional()
  .transform((value) => value === true || value === '1');

/** Wall time as written; empty and all-zero dates are absent (micro.bg API 1.7). Impossible dates stay. */
const wallTime = optionalText.transform((value) =>
  value === null || value.startsWith('0000-00-00') ? null : value,
);

/** `getCompanyData` (micro.bg API 3.1). */
export const companyRow = z.looseObject({
  CompanyName: text,
  CountryCode: text,
  City: text,
  Address: text,
  currencyCode: optionalText,
  Inn: text,
  TaxNo: text,
  PaymentToDate: wallTime,
  Percision: optionalInt,
  QntPercision: optionalInt,
  PricesWithVat: flag,
  AllowNegativeQnt: flag,
  AutoProduction: flag,
  IsVat: flag,
});

/** `getBankAccounts`; the vendor's example has no `id`. */
export const bankAccountRow = z.looseObject({
  id: optionalInt,
  BankName: text,
  Bic: text,
  Iban: text,
  CurrencyCode: text,
  Deleted: flag,
});

/** `getPaymentTypes` (micro.bg API 3.2). */
export const paymentTypeRow = z.looseObject({
  id,
  Name: text,
  PaymentMethod: optionalInt,
  FiscalMode: optionalInt,
  Deleted: flag,
});

/** `getTaxGroups`: group numbers are account data, the percent is what counts (micro.bg API 3.2). */
export const taxGroupRow = z.looseObject({ TaxGroup: id, Name: text, TaxValue: decimal });

/** `getObjects` (micro.bg API 3.2). */
export const objectRow = z.looseObject({
  id,
  Name: text,
  Address: text,
  PriceGroup: optionalInt,
  Deleted: flag,
});

/** `getGroups`; `Path` is opaque (micro.bg API 3.3). */
export const groupRow = z.looseObject({ id, Name: text, Path: text, parentId: optionalInt });

/** `getPartners` (micro.bg API 3.4). */
export const partnerRow = z.looseObject({
  id,
  Code: text,
  Name: text,
  MOL: text,
  City: text,
  Address: text,
  Phone: text,
  eMail: text,
  TaxID: text,
  VatID: text,
  PriceGroup: optionalInt,
  Discount: decimal,
  PartnerType: optionalInt,
  CardNumber: text,
  GroupId: optionalInt,
  ContactPerson: text,
  PartnerNote: text,
  Deleted: flag,
  DateUpdated: wallTime,
});

const addCodeRow = z.looseObject({
  MeasureId: optionalInt,
  Code: text,
  CodeType: optionalInt,
  Ratio: decimal,
});

/** `getItems` (micro.bg API 3.5). `PriceOutN` stay unknown keys and are read by the mapper. */
export const itemRow = z.looseObject({
  id,
  Code: text,
  Barcode: text,
  Name: text,
  NotStorable: flag,
  TaxGroup: optionalInt,
  TaxValue: optionalDecimal,
  MeasureId: optionalInt,
  MeasureName: text,
  GroupId: optionalInt,
  PriceIn: optionalDecimal,
  Deleted: flag,
  DateUpdated: wallTime,
  AddCodes: rows(addCodeRow),
});

/** `getItemQuantities`; negative and fractional are normal data (micro.bg API 3.6). */
export const quantityRow = z.looseObject({ ItemId: id, Qtty: decimal });

/** `getItemPrices`; the price key is `Price` or the only `PriceOutN`. */
export const priceRow = z.looseObject({ id, Code: text, TaxValue: optionalDecimal, Price: optionalDecimal });

const lineRow = z.looseObject({
  ItemId: id,
  Qtty: decimal,
  PriceIn: optionalDecimal,
  PriceOut: optionalDecimal,
  VatIn: optionalDecimal,
  VatOut: optionalDecimal,
  Discount: decimal,
  Note: text,
  Sign: optionalInt,
  TaxValue: optionalDecimal,
});

/** `getOperations` (micro.bg API 3.7). */
export const operationRow = z.looseObject({
  id,
  Acct: optionalInt,
  DateIssued: wallTime,
  OperType: id,
  ObjectId: optionalInt,
  PartnerId: optionalInt,
  UserId: optionalInt,
  Amount: optionalDecimal,
  AmountVat: optionalDecimal,
  PricesWithVat: flag,
  NullVat: flag,
  IsVat: flag,
  Note: text,
  DealConditions: text,
  PaymentTypeId: optionalInt,
  DateCreated: wallTime,
  DateUpdated: wallTime,
  ExtAppDocId: optionalInt,
  Items: rows(lineRow),
});

/** Answer to `saveOperation` and to other writes that return a header; only `id` is sure (micro.bg API 3.7). */
export const writtenRow = z.looseObject({
  id,
  Code: optionalText,
  Name: text,
  Path: text,
  Acct: optionalInt,
  OperType: optionalInt,
  Amount: optionalDecimal,
  AmountVat: optionalDecimal,
  ExtAppDocId: optionalInt,
  DateUpdated: wallTime,
});

/** Answer to `addPayment` (micro.bg API 3.8). */
export const paymentRow = z.looseObject({
  id,
  OperationId: optionalInt,
  Amount: optionalDecimal,
  PaymentTypeId: optionalInt,
  Date: wallTime,
});

/** Answer to `createInvoice` (micro.bg API 3.8). */
export const invoiceRow = z.looseObject({ id, DocNr: text, Date: wallTime, InvoiceUrl: optionalText });
