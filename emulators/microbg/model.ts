// Records as the emulator keeps them. Names follow the wire, misspellings included (micro.bg API 1.7).

/** Yes or no on the wire. */
export type Flag = 0 | 1;

/** Settings of an account (micro.bg API 3.1). */
export interface CompanySettings {
  readonly CompanyName: string;
  readonly CountryCode: string;
  readonly City: string;
  readonly currencyCode: string;
  readonly Address: string;
  readonly ContactPerson: string;
  readonly Inn: string;
  readonly TaxNo: string;
  /** Subscription paid until, wall time. */
  readonly PaymentToDate: string;
  readonly Percision: number;
  readonly QntPercision: number;
  readonly PricesWithVat: Flag;
  readonly AllowNegativeQnt: Flag;
  readonly AutoProduction: Flag;
  readonly IsVat: Flag;
}

export interface User {
  readonly id: number;
  readonly Name: string;
}

/** A registered external application; the secret keys its HMAC (micro.bg API 1.2). */
export interface Application {
  readonly apiId: string;
  readonly secret: string;
  readonly name: string;
  readonly active: boolean;
  /** The user whose rights the calls run under. */
  readonly userId: number;
}

/** A place that holds stock: warehouse, shop, office. */
export interface StorageObject {
  readonly id: number;
  readonly Name: string;
  readonly Address: string;
  readonly PriceGroup: number;
  readonly Deleted: Flag;
}

export interface BankAccount {
  readonly id: number;
  readonly BankName: string;
  readonly Bic: string;
  readonly Iban: string;
  readonly CurrencyCode: string;
  readonly Deleted: Flag;
}

export interface PaymentType {
  readonly id: number;
  readonly Name: string;
  /** 1 cash, 2 bank, 3 card, 4 voucher. */
  readonly PaymentMethod: number;
  /** 1 fiscal receipt, 2 non-fiscal receipt, 3 print nothing. */
  readonly FiscalMode: number;
  readonly Deleted: Flag;
}

export interface TaxGroup {
  readonly TaxGroup: number;
  readonly Name: string;
  /** Percent. */
  readonly TaxValue: number;
}

export interface Measure {
  readonly id: number;
  readonly Name: string;
}

/** Node of the item or partner tree; three letters of `Path` a level, `-1` is the service group (3.3). */
export interface Group {
  readonly id: number;
  readonly Name: string;
  readonly Path: string;
  readonly parentId: number;
}

export interface Partner {
  readonly id: number;
  readonly Code: string;
  readonly Name: string;
  readonly MOL: string;
  readonly City: string;
  readonly Address: string;
  readonly Phone: string;
  readonly eMail: string;
  /** ЕИК. */
  readonly TaxID: string;
  /** VAT number. */
  readonly VatID: string;
  readonly PriceGroup: number;
  /** Standing discount, percent. */
  readonly Discount: number;
  readonly PartnerType: number;
  readonly CardNumber: string;
  readonly GroupId: number;
  readonly ContactPerson: string;
  readonly PartnerNote: string;
  readonly Deleted: Flag;
  readonly DateUpdated: string;
}

/** Another code of an item, standing for `Ratio` base units. */
export interface AddCode {
  readonly MeasureId: number;
  readonly Code: string;
  /** 1 code, 2 barcode. */
  readonly CodeType: number;
  readonly Ratio: number;
}

export interface Item {
  readonly id: number;
  readonly Code: string;
  readonly Barcode: string;
  readonly Name: string;
  readonly NotStorable: Flag;
  readonly TaxGroup: number;
  readonly MeasureId: number;
  readonly GroupId: number;
  /** Purchase price without VAT. */
  readonly PriceIn: number;
  /** Ten price lists, in the VAT mode of the company. */
  readonly PriceOut: readonly number[];
  readonly Description: string;
  readonly WarrantyMonths: number;
  readonly WarrantyDays: number;
  readonly Deleted: Flag;
  readonly DateUpdated: string;
  readonly AddCodes: readonly AddCode[];
  /** Components of one piece of a composite good, for `AutoProduction`. Not on the wire. */
  readonly recipe: readonly { readonly itemId: number; readonly qtty: number }[];
}

/** Line of an operation. Prices are per unit, without VAT and unrounded (micro.bg API 3.7). */
export interface OperationLine {
  readonly ItemId: number;
  readonly Qtty: number;
  readonly PriceIn: number;
  readonly PriceOut: number;
  readonly VatIn: number;
  readonly VatOut: number;
  readonly Discount: number;
  readonly Note: string;
  readonly Sign: -1 | 0 | 1;
  readonly TaxValue: number;
  /** Price as it was entered, before the discount. Not on the wire. */
  readonly Price: number;
}

/** Change of one figure of stock. */
export interface Movement {
  readonly objectId: number;
  readonly itemId: number;
  readonly qtty: number;
}

export interface Operation {
  readonly id: number;
  readonly Acct: number;
  readonly DateIssued: string;
  readonly OperType: number;
  readonly ObjectId: number;
  readonly PartnerId: number;
  readonly Amount: number;
  readonly AmountVat: number;
  readonly PricesWithVat: Flag;
  readonly NullVat: Flag;
  readonly IsVat: Flag;
  readonly Note: string;
  readonly DealConditions: string;
  readonly OpCode: string;
  readonly PaymentTypeId: number;
  readonly UserId: number;
  readonly DateCreated: string;
  readonly DateUpdated: string;
  readonly ExtAppDocId: number | null;
  readonly Items: readonly OperationLine[];
  // Below: known to the emulator, not on the wire.
  /** The application that created it and alone may change it; null = staff (micro.bg API 6.2). */
  readonly apiId: string | null;
  readonly DueDate: string;
  readonly RelatedInvoiceNr: string;
  readonly NoteByValue: Flag;
  readonly relatedOperationIds: readonly number[];
  readonly deliveryInvoice: string;
  /** What the document did to stock, so that an edit or a delete can undo exactly that. */
  readonly movements: readonly Movement[];
}

export interface Payment {
  readonly id: number;
  readonly OperationId: number;
  readonly Amount: number;
  readonly PaymentTypeId: number;
  readonly Date: string;
  readonly DueDate: string;
  readonly apiId: string | null;
  /** Came with `saveOperation` or with `addPayment`. */
  readonly source: 'save' | 'add';
}

export interface Invoice {
  readonly id: number;
  readonly OperationId: number;
  readonly DocNr: string;
  readonly DocumentType: number;
  readonly Date: string;
  readonly DateEvent: string;
  readonly DueDate: string;
  readonly Compiler: string;
  readonly NoVatReason: string;
  readonly BankAccountId: number | null;
  readonly DealPlace: string;
  readonly PartnerId: number;
  readonly Amount: number;
  readonly AmountVat: number;
  /** Unguessable part of the download address. */
  readonly token: string;
  readonly apiId: string | null;
}

/** Operation types the API lists (micro.bg API 5.1). */
export const OPER = {
  delivery: 1,
  sale: 2,
  writeOff: 11,
  deliveryRequest: 12,
  order: 19,
  debitNote: 26,
  creditNote: 27,
  customerClaim: 34,
  supplierClaim: 39,
} as const;

/** Direction of stock per type: -1 leaves, 1 enters, 0 moves nothing. */
export const SIGN: ReadonlyMap<number, -1 | 0 | 1> = new Map<number, -1 | 0 | 1>([
  [OPER.delivery, 1],
  [OPER.sale, -1],
  [OPER.writeOff, -1],
  [OPER.deliveryRequest, 0],
  [OPER.order, 0],
  [OPER.debitNote, -1],
  [OPER.creditNote, 1],
  [OPER.customerClaim, 1],
  [OPER.supplierClaim, -1],
]);

/** Types whose `Price` is a purchase price. */
export const PURCHASE_TYPES: ReadonlySet<number> = new Set([
  OPER.delivery,
  OPER.deliveryRequest,
  OPER.supplierClaim,
]);
