import { isTimeZone } from './walltime.ts';

interface Choice {
  readonly initial: string | boolean | number;
  readonly values?: readonly (string | boolean | number)[];
  readonly range?: readonly [least: number, most: number];
  readonly zone?: true;
  readonly about: string;
}

function oneOf<const T extends readonly [string | number, ...(string | number)[]]>(
  about: string,
  ...values: T
) {
  return { initial: values[0] as T[number], values, about };
}
function flag(about: string, initial: boolean) {
  return { initial, values: [true, false], about };
}
function whole(about: string, initial: number, least: number, most: number) {
  return { initial, range: [least, most] as const, about };
}

/** Everything the documentation leaves open, or that a test wants to be slow, strict or broken (micro.bg API 8). */
const choices = {
  bodyEncoding: oneOf(
    'body the server understands; lenient takes all (E-3, Q-1)',
    'form-double',
    'form-single',
    'multipart',
    'lenient',
  ),
  asciiOnly: flag('letters beyond ASCII are understood only as escapes (Q-2)', false),
  errorsShape: oneOf('form of errors in a failed envelope (Q-3)', 'list', 'text', 'objects'),
  envelopeFlag: oneOf('how the envelope says yes or no (E-5)', 'boolean', 'integer', 'success'),
  partnerDeletedNo: oneOf('how a partner says "not deleted" (E-9, Q-4)', 0, 2),
  operationIsVatNo: oneOf('how IsVat of an operation says no (Q-4)', 0, 2),
  alphanumericCodes: oneOf('new codes with other signs than digits (Q-5)', 'allow', 'refuse'),
  measuresExist: flag('getMeasures exists (E-15, Q-7)', false),
  priceWriteMode: oneOf('VAT in prices of insertItem and editItem (Q-9)', 'company', 'with', 'without'),
  timeZone: { initial: 'Europe/Sofia', zone: true, about: 'zone of dates (E-10, Q-6)' },
  stockMovesDateUpdated: flag('stock movements move DateUpdated of items (E-10)', false),
  operationsFromDate: oneOf('column behind fromDate (E-11, Q-13)', 'DateUpdated', 'DateIssued'),
  fromIdInclusive: flag('fromId is inclusive (E-11, Q-17)', false),
  defaultLimit: whole('rows without limit (E-11, Q-17)', 100, 1, 100_000),
  maxLimit: whole('most rows of one answer (E-11, Q-17)', 500, 1, 100_000),
  pageOrder: oneOf('order of rows inside a page (Q-17)', 'ascending', 'descending'),
  listDeleted: flag('logically deleted rows are listed (E-11, Q-17)', true),
  codeFilterMatchesAddCodes: flag('getItems finds extra codes (micro.bg API 3.5)', false),
  quantitiesOmitZero: flag('rows with zero stock are left out (E-13, Q-10)', false),
  quantitiesIncludeServices: flag('services have rows (E-13, Q-10)', false),
  quantitiesSubtractReservations: flag('open orders are subtracted (E-13, E-20, Q-10)', false),
  reservationsBlockSales: flag('open orders count as used when stock is checked (E-20, Q-10)', false),
  priceKey: oneOf('price key of getItemPrices (E-14, Q-12)', 'Price', 'PriceOutN'),
  priceGroupBase: oneOf('number of the first price list (E-14, Q-22)', 1, 0),
  bankAccountIds: flag('getBankAccounts shows id (E-15, Q-8)', true),
  extIdScope: oneOf('where ExtAppDocId is unique (E-18, Q-18)', 'app', 'app+type'),
  extIdReuse: oneOf('saving an ExtAppDocId whose document was deleted (Q-18)', 'allow', 'refuse'),
  operTypeChange: oneOf('an edit with another OperType (E-18, Q-18)', 'reject', 'allow'),
  resaveAppendsPayments: flag('Payments of an edit are added to the old ones (E-18, Q-19)', false),
  saveWithExtIdWithoutFlag: oneOf('ExtAppDocId without ByExtAppDocId (E-18)', 'duplicate', 'upsert'),
  documentRounding: oneOf('rounding of totals (E-18, Q-27)', 'each', 'gross-first', 'per-line'),
  lineDecimals: whole('decimals of unit prices in lines (micro.bg API 3.7)', 7, 2, 12),
  negativeLine: oneOf('which negative line is accepted (E-18, Q-28)', 'price', 'quantity', 'refused'),
  omittedDiscount: oneOf('a line without Discount (E-18, Q-29)', 'zero', 'partner'),
  nullVatReducesPrice: flag('without VAT, a price with VAT loses it (micro.bg API 6.6)', false),
  doubleUpsert: flag('concurrent saves of one ExtAppDocId that both find nothing make two documents', false),
  editInvoiced: oneOf('editing an invoiced operation (Q-20)', 'allow', 'refuse', 'refusePaidToo'),
  deleteInvoiced: oneOf('deleting an invoiced operation (E-21, Q-20)', 'allow', 'refuse', 'refusePaidToo'),
  paymentsMoveDateUpdated: flag('addPayment and createInvoice move DateUpdated (micro.bg API 6.2)', false),
  paymentOnOrder: oneOf('addPayment on an order (E-22, Q-24)', 'allow', 'refuse'),
  negativePayment: oneOf('addPayment below zero (Q-15)', 'allow', 'refuse'),
  secondInvoice: oneOf('createInvoice once more (E-23, Q-16)', 'same', 'refuse', 'second'),
  unknownRelatedInvoice: oneOf('a note to an invoice nobody knows', 'refuse', 'allow'),
  impossibleDates: oneOf('dates like 2018-02-31 (micro.bg API 1.7)', 'allow', 'refuse'),
  subscription: oneOf('state of the subscription (E-26, Q-25)', 'ok', 'error', 'empty'),
  rateLimitPerMinute: whole(
    'requests a minute and application, 0 = any number (E-26, Q-11)',
    0,
    0,
    1_000_000,
  ),
  rateLimitAnswer: oneOf('answer beyond the limit (E-26)', 'http429', 'failedEnvelope'),
  latencyMs: whole('every answer takes this long', 0, 0, 600_000),
} satisfies Record<string, Choice>;

/** Name of a switch. */
export type SwitchName = keyof typeof choices;

/** Current values. */
export type Switches = { [name in SwitchName]: (typeof choices)[name]['initial'] };

/** Values of an untouched server: the defaults of the open questions (micro.bg API 11). */
export function initialSwitches(): Switches {
  return Object.fromEntries(
    Object.entries(choices).map(([name, choice]) => [name, choice.initial]),
  ) as unknown as Switches;
}

/** What can be switched, for people: value, possible values, meaning. */
export function describeSwitches(switches: Readonly<Switches>) {
  return (Object.keys(choices) as SwitchName[]).map((name) => {
    const choice: Choice = choices[name];
    const allowed = choice.values ?? choice.range?.join('..') ?? 'a time zone';
    return { name, value: switches[name], initial: choice.initial, allowed, about: choice.about };
  });
}

/** Applies changes all or none; returns what is wrong with them otherwise. */
export function changeSwitches(switches: Switches, changes: Readonly<Record<string, unknown>>): string[] {
  const problems = Object.entries(changes).flatMap(([name, value]) => {
    if (!Object.hasOwn(choices, name)) return [`unknown switch ${name}`];
    return fits(choices[name as SwitchName], value) ? [] : [`${name} cannot be ${JSON.stringify(value)}`];
  });
  if (problems.length === 0) Object.assign(switches, changes);
  return problems;
}

function fits({ values, range, zone }: Choice, value: unknown): boolean {
  if (zone) return typeof value === 'string' && isTimeZone(value);
  if (values) return values.includes(value as string);
  if (!range || !Number.isInteger(value)) return false;
  return (value as number) >= range[0] && (value as number) <= range[1];
}
