import { type Resource, rowsOf } from '../resource.ts';

const stamps = { created_at: 'utc', updated_at: 'utc' } as const;

/** Payment and shipping methods: read only, no sort, no includes (CloudCart API 4.21). */
export const providerResources: readonly Resource[] = [
  { type: 'payment-providers', table: 'payment-providers', methods: ['GET'], dates: stamps },
  {
    type: 'shipping-providers',
    table: 'shipping-providers',
    methods: ['GET'],
    dates: stamps,
    filters: { type: (row, value) => row['provider_type'] === value },
  },
  {
    type: 'stores',
    table: 'stores',
    methods: ['GET'],
    app: 'stores',
    dates: { created_at: 'plain', updated_at: 'plain' },
    relations: { quantities: rowsOf('store-quantity', 'shop_id') },
    includes: ['quantities'],
    sorts: ['id', 'title', 'sort', 'active', 'city'],
    singleFilters: ['url_handle'],
  },
  { type: 'units', table: 'units', methods: ['GET'], app: 'grocery_store', sorts: ['id'] },
];
