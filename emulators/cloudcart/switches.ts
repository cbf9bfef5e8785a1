interface Choice<V = string | boolean | number | null> {
  readonly values?: readonly V[];
  readonly integer?: { readonly least: number; readonly most: number; readonly nullable?: boolean };
  readonly initial: V;
  readonly about: string;
}

function oneOf<const V extends string>(about: string, ...values: [V, ...V[]]): Choice<V> {
  return { values, initial: values[0], about };
}
function flag(about: string, initial: boolean): Choice<boolean> {
  return { values: [true, false], initial, about };
}
function whole(about: string, initial: number, least: number, most: number): Choice<number> {
  return { integer: { least, most }, initial, about };
}

/** Everything that the documentation leaves open, or that a merchant or an operator can set (CloudCart API 10). */
const choices = {
  orderMoneyNames: oneOf('names of an order’s amounts (U-13)', 'both', 'price', 'total'),
  statusWrite: oneOf('attribute that writes a status (U-11)', 'both', 'status', 'status_id'),
  dateZone: oneOf('zone of dates without one (U-10)', 'local', 'utc'),
  endDate: oneOf('meaning of a bare end date (U-10)', 'midnight', 'endOfDay'),
  archivedInList: flag('archived orders are listed (U-17)', true),
  draftsInList: flag('drafts are listed (U-18)', true),
  taxNaming: oneOf('columns of order-tax (U-25)', 'name', 'tax_name'),
  feesIn: oneOf('where fees appear (U-26)', 'both', 'taxes', 'totals'),
  discountTotalSign: oneOf('sign of the discount total (U-27)', 'negative', 'positive'),
  discountValueUnit: oneOf('unit of a flat discount (U-23)', 'decimal', 'cents'),
  rawOrderAmount: flag('order-shipping shows order_amount (U-21)', false),
  lineProductType: flag('order-products shows product_type (U-49)', true),
  returnStatusInRest: flag('orders show return_status (U-15)', false),
  includeProductsOptions: flag('include=products.options works (U-16)', false),
  unlistedInclude: oneOf('unlisted include on orders (U-04)', '400', '422'),
  unknownAttribute: oneOf('unknown attribute in a write (U-05)', 'ignored', '422'),
  singleRecordMiss: oneOf('single-record filter without a match (U-09)', '404', 'null'),
  appMissing: oneOf('answer of a resource whose app is missing (U-03)', '404', '422'),
  productUpdatedOnApiAndStock: flag('product.updated on API writes and stock (U-38)', true),
  firstAttempt: oneOf('first delivery (U-43)', 'bySubscribers', 'sync', 'queued'),
  headersOnPatchWithoutAttr: oneOf('PATCH without request_headers (U-40)', 'wiped', 'kept'),
  activeRepresentation: oneOf('webhook active (U-39)', 'yes/no', '1/0'),
  hooksCap: {
    integer: { least: 1, most: 1000, nullable: true },
    initial: null,
    about: 'most webhooks (U-41)',
  } as Choice<number | null>,
  nullStyle: oneOf('absent values in deliveries', 'empty', 'stripped'),
  gatewayRefundEvent: oneOf('gateway refund, chargeback, dispute (U-36)', 'silent', 'fires'),
  partialReturnEvent: oneOf('partial return (U-15)', 'silent', 'fires'),
  silentGateway: flag('a confirmed online payment fires no webhook (CloudCart API 5.4)', true),
  cardOrderCreated: oneOf('order.created of a card order (U-53)', 'placement', 'payment'),
  bundleLines: oneOf('lines of a bundle (U-49)', 'wrapper', 'single'),
  phantomVariantOnPost: flag('POST product makes the phantom variant (U-32)', true),
  variantQuantityNullWrite: oneOf('writing quantity null (U-29)', 'accepted', '422'),
  skuUnique: flag('a used SKU is refused (U-30)', true),
  paymentSaveTouchesOrderUpdatedAt: flag('a silent payment moves updated_at (U-52)', true),
  fulfilmentValues: oneOf('values of status_fulfillment (U-35)', '2', '5'),
  currencyConversionEvent: oneOf('BGN order converted (U-37)', 'silent', 'fires'),
  decrementMode: oneOf('order_status_for_quantity_decrease (CloudCart API 7.2)', 'pending', 'paid'),
  orderComplete: flag('paid and fulfilled becomes completed (CloudCart API 5.4)', true),
  autoInvoice: flag('the shop issues invoice numbers itself (CloudCart API 5.6)', false),
  appStores: flag('the Stores app is installed', true),
  storeLocations: flag('Store Locations: orders take from a store’s row (CloudCart API 4.16, 7.2)', false),
  appGrocery: flag('the Grocery Store app is installed', true),
  maintenance: flag('maintenance: 503 (CloudCart API 1.6)', false),
  planExpired: flag('plan expired: 402 (CloudCart API 1.6)', false),
  rateLimitPerMinute: whole('requests a minute; 0 is a plan without API (CloudCart API 2.1)', 50, 0, 800),
  gqlSiteId: oneOf('X-Site-Id of the admin interface (U-50)', 'optional', 'required'),
  gqlAuthError: oneOf('admin token refused (CloudCart API 7.6)', '200', '401'),
  gqlFractions: oneOf('fractional quantities in the admin interface (U-51)', 'refused', 'accepted'),
  gqlMostIds: {
    integer: { least: 1, most: 100_000, nullable: true },
    initial: 500,
    about: 'most ids of one mutation (U-51)',
  } as Choice<number | null>,
  gqlPartly: oneOf('a mutation with one bad id (U-51)', 'nothing', 'theRest'),
  gqlEvents: oneOf('product.updated of a mutation (U-51)', 'fires', 'silent'),
  gqlRatePerMinute: whole('requests a minute of the admin interface (CloudCart API 7.6)', 60, 0, 10_000),
  gqlMaxComplexity: whole('fields of one query at most (CloudCart API 7.6)', 200, 1, 100_000),
  webhooksOn: flag('deliveries are made at all', true),
  webhookTimeoutMs: whole('deadline of a delivery (CloudCart API 6.4, U-08)', 5000, 10, 60_000),
  platformTimeoutMs: whole('the platform gives up on a request: 504 (CloudCart API 2.5)', 30_000, 10, 30_000),
  latencyMs: whole('every API answer takes this long', 0, 0, 60_000),
} satisfies Record<string, Choice>;

/** Name of a switch. */
export type SwitchName = keyof typeof choices;

/** Current values. Texts, flags and numbers as the table of choices says. */
export type Switches = {
  -readonly [name in SwitchName]: (typeof choices)[name]['initial'];
};

/** The values an untouched shop has: the harsher or better evidenced variant (CloudCart API 10). */
export function initialSwitches(): Switches {
  return Object.fromEntries(
    Object.entries(choices).map(([name, choice]) => [name, choice.initial]),
  ) as unknown as Switches;
}

/** A switch as people see it. */
export interface SwitchDescription {
  readonly name: SwitchName;
  readonly value: string | boolean | number | null;
  readonly initial: string | boolean | number | null;
  /** Possible values, or a range in words. */
  readonly allowed: readonly (string | boolean | number | null)[] | string;
  readonly about: string;
}

/** What can be switched, for people: name, value, possible values, meaning. */
export function describeSwitches(switches: Switches): SwitchDescription[] {
  return (Object.keys(choices) as SwitchName[]).map((name) => {
    const choice = choices[name] as Choice;
    const allowed =
      choice.values ??
      `${choice.integer?.least}..${choice.integer?.most}${choice.integer?.nullable ? ' or null' : ''}`;
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

function fits({ values, integer }: Choice, value: unknown): boolean {
  if (values !== undefined) return values.includes(value as string);
  if (integer === undefined) return false;
  if (value === null) return integer.nullable === true;
  return Number.isInteger(value) && (value as number) >= integer.least && (value as number) <= integer.most;
}
