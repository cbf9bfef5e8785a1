import { z } from 'zod';
import { type Answer, failed, ok } from '../answer.ts';
import { exchange, type HttpOptions } from '../http.ts';
import { type AdminVerdict, decideAdmin } from './admin-decision.ts';

/** Settings of the admin interface of one shop. */
export interface AdminOptions extends HttpOptions {
  /** `https://<primary domain>`. */
  readonly baseUrl: string;
  /** `cc_pat_…`, made by the owner of the shop with the scopes `products` and `inventory` (CloudCart API 7.6). */
  readonly token: string;
  /** Sent as `X-Site-Id` where the shop wants it (U-50). */
  readonly siteId?: string;
  /** Milliseconds for one call, body included. */
  readonly deadlineMs: number;
  readonly now?: () => number;
}

/** A variant that the shop would not change, in its own words. */
export interface RefusedVariant {
  readonly field: string;
  readonly message: string;
}

/** What of one product is to be changed. `quantity` is a whole number, `price` minor units. */
export interface ProductVariantChange {
  readonly variantId: string;
  readonly quantity?: number;
  readonly price?: number;
}

const userErrors = z.array(
  z.looseObject({ field: z.array(z.string()).nullish(), message: z.string().default('') }),
);
const payload = z.looseObject({ userErrors: userErrors.nullish() });

/** Asked of every mutation: nothing whose name is not documented. */
const REFUSED = '{ userErrors { field message } }';

/**
 * Client of the admin interface (GraphQL). One request per call, no retries; it has a limit of its own beside the REST API's.
 * Money leaves as decimals, here it is minor units. An answer lists what the shop would not change.
 *
 * | Mutation | Here | Used for |
 * |---|---|---|
 * | `query { __typename }` | `check` | the token when it is given |
 * | `productVariantsBulkUpdate` | `updateProduct` | all variants of one product, each with its own numbers |
 * | `productVariantsBulkUpdateQuantity` | `setQuantity`, `addQuantity` | one number for many variants |
 * | `productVariantsBulkUpdatePrice` | `setPrice` | one price for many variants |
 */
export function createCloudcartAdmin(options: AdminOptions) {
  const now = options.now ?? Date.now;

  async function ask(operation: string, query: string, write: boolean): Promise<AdminVerdict> {
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'cloudcart-microbg',
      authorization: `Bearer ${options.token}`,
      ...(options.siteId === undefined ? {} : { 'x-site-id': options.siteId }),
    };
    const url = new URL('/api/gql', options.baseUrl);
    const { deadlineMs } = options;
    const body = JSON.stringify({ query });
    const outcome = await exchange(
      { operation: `admin.${operation}`, method: 'POST', url, headers, deadlineMs, body },
      options,
    );
    return decideAdmin(outcome, write, now());
  }

  /** Values stand in the query itself: names of its input types are documented for one mutation only. */
  async function mutate(
    name: string,
    values: Readonly<Record<string, Literal>>,
  ): Promise<Answer<readonly RefusedVariant[]>> {
    const passed = Object.entries(values).map(([key, value]) => `${key}: ${written(value)}`);
    const verdict = await ask(name, `mutation { ${name}(${passed.join(', ')}) ${REFUSED} }`, true);
    if (verdict.kind === 'failed') return failed(verdict.decision);
    const parsed = payload.safeParse(verdict.data[name]);
    if (!parsed.success)
      return failed({
        ...{ class: 'unknown_outcome', code: 'cloudcart_admin_shape' },
        operator: `the answer of the shop to ${name} has an unexpected shape`,
      });
    return ok((parsed.data.userErrors ?? []).map(toRefused));
  }

  const changeQuantity = (action: 'add' | 'set', variantIds: readonly string[], quantity: number) =>
    mutate('productVariantsBulkUpdateQuantity', {
      input: { ids: variantIds.map(Number), action: { name: action }, quantity },
    });

  return {
    /** Is the token known? Says nothing about what it may change. */
    async check(): Promise<Answer<null>> {
      const verdict = await ask('check', 'query { __typename }', false);
      return verdict.kind === 'failed' ? failed(verdict.decision) : ok(null);
    },
    /** Sets one whole number for many variants of any products. */
    setQuantity: (variantIds: readonly string[], quantity: number) =>
      changeQuantity('set', variantIds, quantity),
    /** Adds a whole number, which may be negative, to what the shop has at that moment; it stops at zero. Not repeatable. */
    addQuantity: (variantIds: readonly string[], quantity: number) =>
      changeQuantity('add', variantIds, quantity),
    /** Sets one price for many variants of any products; minor units. */
    setPrice: (variantIds: readonly string[], price: number) =>
      mutate('productVariantsBulkUpdatePrice', {
        input: { ids: variantIds.map(Number), price: price / 100 },
      }),
    /** Sets different numbers for variants of one product, 500 at most. */
    updateProduct: (productId: string, changes: readonly ProductVariantChange[]) =>
      mutate('productVariantsBulkUpdate', {
        productId: Number(productId),
        variants: changes.map(({ variantId, quantity, price }) => ({
          id: Number(variantId),
          ...(quantity === undefined ? {} : { quantity }),
          ...(price === undefined ? {} : { price: price / 100 }),
        })),
      }),
  };
}

/** See {@link createCloudcartAdmin}. */
export type CloudcartAdmin = ReturnType<typeof createCloudcartAdmin>;

function toRefused({ field, message }: z.output<typeof userErrors>[number]): RefusedVariant {
  return { field: (field ?? []).join('.'), message };
}

/** A value of a query. There are no texts among ours, so there is nothing to escape. */
type Literal = number | readonly Literal[] | { readonly name: string } | { readonly [key: string]: Literal };

function written(value: Literal): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  const entries = Object.entries(value) as [string, Literal | string][];
  const [[key, only] = []] = entries;
  if (key === 'name' && typeof only === 'string') return only;
  return `{ ${entries.map(([name, each]) => `${name}: ${written(each as Literal)}`).join(', ')} }`;
}
