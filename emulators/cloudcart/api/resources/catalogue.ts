import type { Shop } from '../../shop.ts';
import type { TableName } from '../../store/database.ts';
import type { NamedRow } from '../../store/catalogue-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { apiError, invalid } from '../errors.ts';
import { linkTo, type Resource, rowsOf } from '../resource.ts';
import type { WriteBody } from '../write-body.ts';
import { requiredTextOf } from './attribute-values.ts';

/** Rules of a resource that is little more than a name. */
interface NamedRules {
  readonly table: 'categories' | 'vendors' | 'variant-parameters' | 'variant-options' | 'customer-groups';
  readonly leastLength: number;
  /** Events, and whether writes over the API fire them (CloudCart API 6.1). */
  readonly event?: string;
  readonly announcesWrites?: boolean;
  /** Why it cannot be deleted now. */
  readonly inUse?: (shop: Shop, row: AnyRow) => boolean;
  readonly links?: (shop: Shop, body: WriteBody) => Record<string, unknown>;
}

/** Writing of resources that carry a name and plain attributes (CloudCart API 4.15, 4.18, 4.19). */
function namedWrites(rules: NamedRules): Pick<Resource, 'create' | 'update' | 'remove'> {
  const generic = (shop: Shop) => shop.db.generic(rules.table);
  const plain = (body: WriteBody): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(body.attributes).filter(
        ([name, value]) => /^[a-z]\w*$/.test(name) && typeof value !== 'object',
      ),
    );
  const announce = (shop: Shop, what: string, id: number): void => {
    if (rules.event === undefined || (what !== 'deleted' && rules.announcesWrites === false)) return;
    shop.emit({ event: `${rules.event}.${what}`, entityId: id });
  };
  return {
    create: (shop, body) => {
      const name = requiredTextOf('name', body.attributes['name'], rules.leastLength);
      const stamps = { created_at: shop.now(), updated_at: shop.now() };
      const id = shop.db.nextId(rules.table);
      const row: NamedRow = { ...plain(body), ...stamps, ...rules.links?.(shop, body), id, name };
      generic(shop).put(row);
      announce(shop, 'created', id);
      return row;
    },
    update: (shop, row, body) => {
      if (body.has('name')) requiredTextOf('name', body.attributes['name'], rules.leastLength);
      generic(shop).put({ ...row, ...plain(body), id: row.id, updated_at: shop.now() });
      announce(shop, 'updated', Number(row.id));
    },
    remove: (shop, row) => {
      if (rules.inUse?.(shop, row) === true) throw apiError(422, 'Not Deletable');
      generic(shop).delete(row.id);
      announce(shop, 'deleted', Number(row.id));
    },
  };
}

function usedBy(column: string): (shop: Shop, row: AnyRow) => boolean {
  return (shop, row) =>
    shop.db
      .generic('products')
      .all()
      .some((product) => product['_deleted'] === false && product[column] === row.id);
}

function parameterOf(shop: Shop, body: WriteBody): Record<string, unknown> {
  const parameter = shop.db.tables['variant-parameters'].get(body.link('parameter', 'variant-parameters'));
  if (parameter === undefined)
    throw invalid('/data/relationships/parameter', 'The parameter field is required.');
  return { parameter_id: parameter.id };
}

const full = ['GET', 'POST', 'PATCH', 'DELETE'] as const;
const stamps = { created_at: 'plain', updated_at: 'plain' } as const;

function discountOf(shop: Shop, body: WriteBody): Record<string, unknown> {
  const links = { discount: 'discounts', product: 'products', variant: 'variants' } as const;
  const ids: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(links) as [string, TableName][]) {
    const row = shop.db.generic(type).get(body.link(name, type));
    if (row === undefined) throw invalid(`/data/relationships/${name}`, `The ${name} field is required.`);
    ids[`${name}_id`] = row.id;
  }
  const discount = shop.db.tables.discounts.need(ids['discount_id'] as number);
  if (discount['discount_type'] !== 'fixed') {
    const text = `The discount type of discount ${discount.id} is not fixed`;
    throw invalid('/data/relationships/discount', text);
  }
  return ids;
}

/** Sale prices (CloudCart API 4.22): the triple is unique, a second POST silently replaces. */
const productToDiscount: Resource = {
  type: 'product-to-discount',
  table: 'product-to-discount',
  methods: full,
  dates: { created_at: 'utc', updated_at: 'utc' },
  sorts: ['id', 'date_start', 'date_end', 'created_at', 'updated_at'],
  create: (shop, body) => {
    const ids = discountOf(shop, body);
    const price = body.attributes['price'];
    if (!Number.isSafeInteger(price)) throw invalid('/data/attributes/price', 'The price field is required.');
    const table = shop.db.tables['product-to-discount'];
    const old = table
      .all()
      .find((row) => row['discount_id'] === ids['discount_id'] && row['variant_id'] === ids['variant_id']);
    const id = old?.id ?? shop.db.nextId('product-to-discount');
    const save = (shop.db.tables.variants.get(ids['variant_id'] as number)?.price ?? 0) - Number(price);
    const dates = { created_at: old?.['created_at'] ?? shop.now(), updated_at: shop.now() };
    return table.put({ id, ...ids, price, save, active: 1, date_start: null, date_end: null, ...dates });
  },
  update: (shop, row, body) => {
    const price = body.attributes['price'];
    if (body.has('price') && !Number.isSafeInteger(price))
      throw invalid('/data/attributes/price', 'The price must be an integer.');
    const changes = { ...(body.has('price') ? { price } : {}), updated_at: shop.now() };
    shop.db.tables['product-to-discount'].put({ ...row, id: Number(row.id), ...changes });
  },
  remove: (shop, row) => shop.db.tables['product-to-discount'].delete(row.id),
};

/** What the catalogue consists of besides products and variants. */
export const catalogueResources: readonly Resource[] = [
  {
    type: 'categories',
    table: 'categories',
    methods: full,
    dates: stamps,
    sorts: ['id', 'name', 'created_at', 'updated_at', 'order'],
    singleFilters: ['url_handle'],
    ...namedWrites({ table: 'categories', leastLength: 2, event: 'category', inUse: usedBy('category_id') }),
  },
  {
    type: 'vendors',
    table: 'vendors',
    methods: full,
    dates: stamps,
    sorts: ['id', 'name', 'created_at', 'updated_at'],
    singleFilters: ['url_handle'],
    ...namedWrites({
      ...{
        table: 'vendors',
        leastLength: 2,
        event: 'vendor',
        announcesWrites: false,
        inUse: usedBy('vendor_id'),
      },
    }),
  },
  {
    type: 'variant-parameters',
    table: 'variant-parameters',
    methods: full,
    relations: { 'variant-options': rowsOf('variant-options', 'parameter_id') },
    includes: ['variant-options'],
    singleFilters: ['name'],
    ...namedWrites({ table: 'variant-parameters', leastLength: 3, inUse: usedBy('p1_id') }),
  },
  {
    type: 'variant-options',
    table: 'variant-options',
    methods: full,
    relations: { parameter: linkTo('variant-parameters', 'parameter_id', true) },
    includes: ['parameter'],
    singleFilters: ['name'],
    ...namedWrites({
      table: 'variant-options',
      leastLength: 1,
      links: parameterOf,
      inUse: (shop, row) =>
        shop.db.tables.variants
          .all()
          .some(({ v1_id, v2_id, v3_id }) => [v1_id, v2_id, v3_id].includes(Number(row.id))),
    }),
  },
  {
    type: 'discounts',
    table: 'discounts',
    methods: ['GET'],
    dates: { created_at: 'utc', updated_at: 'utc' },
    sorts: ['id', 'date_start', 'date_end', 'created_at', 'updated_at'],
  },
  productToDiscount,
  {
    type: 'customer-groups',
    table: 'customer-groups',
    methods: full,
    ...namedWrites({ table: 'customer-groups', leastLength: 2 }),
  },
];
