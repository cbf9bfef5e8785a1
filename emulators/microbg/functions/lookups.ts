import type { Call } from '../call.ts';

/** `getCompanyData` (micro.bg API 3.1). Without a paid subscription the paid-until date lies in the past. */
export function getCompanyData({ company, switches, now }: Call): unknown {
  const { settings } = company;
  if (switches.subscription === 'ok' || settings.PaymentToDate < now) return settings;
  const year = Number(now.slice(0, 4)) - 1;
  return { ...settings, PaymentToDate: `${year}-12-31 23:59:59` };
}

/** `getBankAccounts`; the vendor's example has no `id` (E-15, Q-8). */
export function getBankAccounts({ company, switches }: Call): unknown {
  if (switches.bankAccountIds) return company.bankAccounts;
  return company.bankAccounts.map(({ BankName, Bic, Iban, CurrencyCode, Deleted }) => ({
    ...{ BankName, Bic, Iban, CurrencyCode, Deleted },
  }));
}

/** `getPaymentTypes` (micro.bg API 3.2). */
export function getPaymentTypes({ company }: Call): unknown {
  return company.paymentTypes;
}

/** `getTaxGroups` (micro.bg API 3.2). */
export function getTaxGroups({ company }: Call): unknown {
  return company.taxGroups;
}

/** `getObjects` (micro.bg API 3.2). */
export function getObjects({ company }: Call): unknown {
  return company.objects;
}

/** `getMeasures`: mentioned by the vendor, documented nowhere; there only with a switch. */
export function getMeasures({ company }: Call): unknown {
  return company.measures;
}
