import { type Answer, mapAnswer } from '../answer.ts';
import type { z } from 'zod';
import type { Caller } from './call.ts';
import { companyRow } from './schemas.ts';

/** Settings of the account (micro.bg API 3.1). */
export interface Company {
  readonly name: string;
  readonly countryCode: string;
  readonly city: string;
  /** The one currency of every amount; null when the account does not say (micro.bg API 6.6). */
  readonly currency: string | null;
  /** ЕИК of the company itself. */
  readonly taxId: string;
  /** VAT number of the company itself. */
  readonly vatId: string;
  /** Subscription paid until, Europe/Sofia wall time; null when the account does not say. */
  readonly paidUntil: string | null;
  /** Decimals of amounts; 2 when the account does not say. */
  readonly pricePrecision: number;
  /** Decimals of quantities; 3 when the account does not say. */
  readonly quantityPrecision: number;
  readonly pricesWithVat: boolean;
  readonly allowNegativeStock: boolean;
  readonly autoProduction: boolean;
  readonly isVatRegistered: boolean;
}

/** Reads the account's settings: on connect, daily, and before believing an empty list (micro.bg API 3.1). */
export async function getCompany(caller: Caller): Promise<Answer<Company>> {
  return mapAnswer(await caller.one({ fn: 'getCompanyData' }, companyRow), toCompany);
}

/**
 * Whether the subscription is paid at an instant. Dates are Europe/Sofia wall time, so they are compared
 * as text; an account that names no date counts as paid.
 */
export function isPaidAt(company: Company, nowMs: number): boolean {
  if (company.paidUntil === null) return true;
  const until = company.paidUntil.length === 10 ? `${company.paidUntil} 23:59:59` : company.paidUntil;
  return sofiaWallTime(nowMs) <= until;
}

/** An instant as `YYYY-MM-DD HH:mm:ss` on a clock in Sofia, the form of every date on the wire (micro.bg API 1.7). */
export function sofiaWallTime(ms: number): string {
  return sofia.format(ms).replace(',', '');
}

const sofia = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Sofia',
  dateStyle: 'short',
  timeStyle: 'medium',
});

function toCompany(row: z.output<typeof companyRow>): Company {
  return {
    name: row.CompanyName,
    countryCode: row.CountryCode,
    city: row.City,
    currency: row.currencyCode,
    taxId: row.Inn,
    vatId: row.TaxNo,
    paidUntil: row.PaymentToDate,
    pricePrecision: row.Percision ?? 2,
    quantityPrecision: row.QntPercision ?? 3,
    pricesWithVat: row.PricesWithVat,
    allowNegativeStock: row.AllowNegativeQnt,
    autoProduction: row.AutoProduction,
    isVatRegistered: row.IsVat,
  };
}
