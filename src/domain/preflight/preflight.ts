import type { Evidence, Standing } from './evidence.ts';
import * as own from './own-checks.ts';
import type { Facts, Judgement, Outcome, Reason } from './result.ts';
import * as shop from './shop-checks.ts';
import { describeFault, faultCodes } from '../connection/faults.ts';
import { type ReasonText, reasons } from './texts/reasons.ts';
import { type CheckText, titles } from './texts/titles.ts';
import * as warehouse from './warehouse-checks.ts';

/** Every check, in the order in which a merchant meets them. Codes are stable. */
const checks = {
  shop_access: shop.shopAccess,
  primary_domain: shop.primaryDomain,
  shop_products: shop.shopProducts,
  warehouse_access: warehouse.warehouseAccess,
  subscription: warehouse.subscription,
  two_users: own.twoUsers,
  country_and_vat: warehouse.countryAndVat,
  shop_rates: shop.shopRates,
  objects: warehouse.objects,
  account_mode: warehouse.accountMode,
  currencies: shop.currencies,
  vat_mode: shop.vatMode,
  payments_mapped: shop.paymentsMapped,
  fiscal_modes: warehouse.fiscalModes,
  services: warehouse.services,
  price_list: warehouse.priceList,
  stores: shop.stores,
  decrement: own.decrement,
  company_number: own.companyNumber,
  shop_invoicing: shop.shopInvoicing,
  backup: own.backup,
  other_integration: shop.otherIntegration,
  webhooks: own.webhooks,
  codes: own.codes,
  clocks: shop.clocks,
  schedules: own.schedules,
} as const satisfies Readonly<Record<string, (evidence: Evidence, standing: Standing) => Judgement>>;

/** Code of a check. */
export type CheckCode = keyof typeof checks;

/** All codes, for catalogues and checks. */
export const checkCodes = Object.keys(checks) as readonly CheckCode[];

/** Checks that a person answers, because no API shows what they ask. */
export const CONFIRMABLE = [
  'two_users',
  'stores',
  'decrement',
  'company_number',
  'shop_invoicing',
  'backup',
  'other_integration',
] as const satisfies readonly CheckCode[];

/** One check and what came out. */
export interface CheckResult {
  readonly code: CheckCode;
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly facts: Facts;
}

/** Judges everything that is known. The same facts give the same results. */
export function preflight(evidence: Evidence, standing: Standing): CheckResult[] {
  return checkCodes.map((code) => ({ code, ...checks[code](evidence, standing) }));
}

/** A check that failed keeps a connection from going live, unless somebody says why not. */
export function blocksGoLive({ outcome }: Pick<CheckResult, 'outcome'>): boolean {
  return outcome === 'fail';
}

/** Title, what was found and how to mend it, in the shopkeeper's language; nothing is to be mended where it passes. */
export function describeCheck(
  { code, reason, outcome, facts }: CheckResult,
  language: 'bg' | 'en',
): { readonly title: string; readonly text: string; readonly mend: string } {
  const { title, mend: usual }: CheckText = titles[code];
  const fault = faultCodes.find((each) => each === reason);
  if (fault !== undefined)
    return { title: title[language], ...describeFault({ code: fault, params: texts(facts) }, language) };
  const found: ReasonText = reasons[reason as keyof typeof reasons];
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(facts[name] ?? '?'));
  return {
    title: title[language],
    text: fill(found.text[language]),
    mend: outcome === 'pass' ? '' : fill((found.mend ?? usual)[language]),
  };
}

function texts(facts: Facts): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
}
