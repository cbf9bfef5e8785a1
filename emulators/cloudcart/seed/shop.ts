import { createHash } from 'node:crypto';
import type { Shop } from '../shop.ts';
import { seedCatalogue } from './catalogue.ts';
import { seedCustomers } from './customers.ts';
import { seedOrders } from './orders.ts';

const STAMP = Date.UTC(2025, 1, 10, 14);

/** 64 upper-case letters and digits (CloudCart API 1.2); always the same for a name, so that a demo can be repeated. */
export function apiKeyValue(name: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const bytes = createHash('sha512').update(`cloudcart emulator ${name}`).digest();
  return [...bytes].map((byte) => alphabet[byte % alphabet.length]).join('');
}

const STATUSES = [
  [1, 'Изчакваща', 'pending'],
  [2, 'Платена', 'paid'],
  [3, 'Изпратена', 'fulfilled'],
  [4, 'Завършена', 'completed'],
  [5, 'Отказана', 'cancelled'],
  [6, 'Върната сума', 'refunded'],
  [7, 'Оторизирана', 'authorized'],
] as const;

const PAYMENTS = [
  ['cod', 'Наложен платеж', false, 'yes'],
  ['bwt', 'Банков превод', false, 'yes'],
  ['stripe', 'Плащане с карта', true, 'yes'],
  ['mokka', 'Mokka', true, 'yes'],
  ['paypal', 'PayPal', true, 'yes'],
  ['epay', '', true, 'no'],
] as const;

const COURIERS = [
  [3, 'Еконт до офис', 'econt'],
  [4, 'Спиди до адрес', 'speedy'],
  [5, 'BoxNow автомат', 'boxnow'],
  [6, 'Вземане от магазина', 'pickup'],
  [7, 'Собствен куриер', 'custom'],
] as const;

/** Fills an empty shop: the same believable one every time (CloudCart API 10, seed data). */
export function seedShop(shop: Shop): void {
  const { tables } = shop.db;
  tables['api-keys'].put({ id: 1, name: 'Интеграция', value: apiKeyValue('1'), active: 'yes' });
  tables['api-keys'].put({ id: 2, name: 'Друго приложение', value: apiKeyValue('2'), active: 'yes' });
  shop.db.startIds('api-keys', 2);
  for (const [id, name, slug] of STATUSES)
    tables['order-status'].put({ id, name, slug, status_type: 'default' });
  tables['order-status'].put({
    ...{ id: 14, name: 'За уточняване', slug: 'order-za-utochniavane', status_type: 'custom' },
  });
  shop.db.startIds('order-status', 14);
  for (const [id, title, online, active] of PAYMENTS) {
    tables['payment-providers'].put({
      ...{ id, provider: id, title, active, width: 120, height: 40, created_at: STAMP, updated_at: STAMP },
      image_url: `https://sampleshop.example/media/payment-providers/${id}.png`,
      _online: online,
    });
  }
  for (const [id, name, provider_type] of COURIERS) {
    tables['shipping-providers'].put({
      ...{ id, name, description: name, active: 'yes', provider_type, geo_zone_id: 1, insurance: 0 },
      ...{ postal_money: 1, external_id: 0, created_at: STAMP, updated_at: STAMP },
    });
  }
  seedCatalogue(shop);
  seedPlaces(shop);
  seedCustomers(shop);
  seedDiscounts(shop);
  startOrderIds(shop);
  seedOrders(shop);
}

/** Two stock places with rows beside the master quantity (CloudCart API 4.16). */
function seedPlaces(shop: Shop): void {
  const { tables } = shop.db;
  const dates = { created_at: STAMP, updated_at: STAMP };
  const places = [
    [2, 'Склад София', 'sklad-sofia', 'София'],
    [3, 'Магазин Пловдив', 'magazin-plovdiv', 'Пловдив'],
  ] as const;
  for (const [id, title, url_handle, city] of places) {
    tables.stores.put({
      ...{ id, title, url_handle, active: 1, city, address_text: 'бул. Пример 100', phone: '+35920000000' },
      ...{ email: 'sklad@example.com', virtual: null, sort: id, gps_lt: 42.69, gps_ll: 23.32, ...dates },
    });
  }
  tables['store-quantity'].put({
    id: 1024,
    shop_id: 2,
    product_id: 812,
    variant_id: 5102,
    qty: 17,
    ...dates,
  });
  shop.db.startIds('store-quantity', 1024);
  shop.db.startIds('stores', 3);
}

function seedDiscounts(shop: Shop): void {
  const dates = { created_at: STAMP, updated_at: STAMP };
  const rows = [
    [61, 'Август -10%', 'percent', 'AVG10', 10],
    [62, 'Безплатна доставка', 'shipping', 'FREESHIP', 0],
    [63, 'Разпродажба', 'fixed', null, 0],
  ] as const;
  for (const [id, name, discount_type, code, type_value] of rows) {
    shop.db.tables.discounts.put({
      ...{
        id,
        name,
        discount_type,
        code,
        type_value,
        active: 'yes',
        date_start: '2026-08-01',
        date_end: null,
      },
      ...dates,
    });
  }
  shop.db.startIds('discounts', 70);
}

/** Ids go on where a shop of some years would be, far apart so that nobody mistakes one for another. */
function startOrderIds(shop: Shop): void {
  shop.db.startIds('orders', 10_440);
  shop.db.startIds('order-products', 30_800);
  shop.db.startIds('order-discount', 2_180);
  shop.db.startIds('order-payment', 10_940);
  shop.db.startIds('order-shipping', 10_820);
  shop.db.startIds('order-tax', 9_850);
  shop.db.startIds('order-total', 41_000);
  shop.db.startIds('order-modification', 800);
  shop.db.startIds('order-products-options', 1_200);
  shop.db.startIds('order-fulfillment', 7_700);
  shop.db.startIds('webhooks', 13);
}
