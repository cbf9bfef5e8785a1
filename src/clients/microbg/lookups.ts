import { type Answer, mapAnswer } from '../answer.ts';
import type { Caller } from './call.ts';
import { bankAccountRow, objectRow, paymentTypeRow, taxGroupRow } from './schemas.ts';

/** Bank account of the merchant; `id` may be missing. */
export interface BankAccount {
  readonly id: number | null;
  readonly bankName: string;
  readonly bic: string;
  readonly iban: string;
  readonly currency: string;
  readonly deleted: boolean;
}

/** Payment type as the merchant named it (micro.bg API 3.2, enums in 5.2). */
export interface PaymentType {
  readonly id: number;
  readonly name: string;
  /** 1 cash, 2 bank, 3 card, 4 voucher. */
  readonly method: number | null;
  /** 1 fiscal receipt, 2 non-fiscal receipt, 3 print nothing. */
  readonly fiscalMode: number | null;
  readonly deleted: boolean;
}

/** VAT group: map by percent, numbers differ between accounts (micro.bg API 3.2). */
export interface TaxGroup {
  readonly number: number;
  readonly name: string;
  /** Percent, decimal text. */
  readonly rate: string;
}

/** A place that holds stock. */
export interface StorageObject {
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly priceGroup: number | null;
  readonly deleted: boolean;
}

/** Lists the merchant's bank accounts (micro.bg API 3.2). */
export async function getBankAccounts(caller: Caller): Promise<Answer<readonly BankAccount[]>> {
  const answer = await caller.list({ fn: 'getBankAccounts' }, bankAccountRow);
  return mapAnswer(answer, (list) =>
    list.map((row) => ({
      id: row.id,
      bankName: row.BankName,
      bic: row.Bic,
      iban: row.Iban,
      currency: row.CurrencyCode,
      deleted: row.Deleted,
    })),
  );
}

/** Lists the payment types that shop payment methods are mapped to (micro.bg API 3.2, 6.7). */
export async function getPaymentTypes(caller: Caller): Promise<Answer<readonly PaymentType[]>> {
  const answer = await caller.list({ fn: 'getPaymentTypes' }, paymentTypeRow);
  return mapAnswer(answer, (list) =>
    list.map((row) => ({
      id: row.id,
      name: row.Name,
      method: row.PaymentMethod,
      fiscalMode: row.FiscalMode,
      deleted: row.Deleted,
    })),
  );
}

/** Lists the VAT groups (micro.bg API 3.2). */
export async function getTaxGroups(caller: Caller): Promise<Answer<readonly TaxGroup[]>> {
  const answer = await caller.list({ fn: 'getTaxGroups' }, taxGroupRow);
  return mapAnswer(answer, (list) =>
    list.map((row) => ({ number: row.TaxGroup, name: row.Name, rate: row.TaxValue })),
  );
}

/** Lists the places that hold stock (micro.bg API 3.2). */
export async function getObjects(caller: Caller): Promise<Answer<readonly StorageObject[]>> {
  const answer = await caller.list({ fn: 'getObjects' }, objectRow);
  return mapAnswer(answer, (list) =>
    list.map((row) => ({
      id: row.id,
      name: row.Name,
      address: row.Address,
      priceGroup: row.PriceGroup,
      deleted: row.Deleted,
    })),
  );
}
