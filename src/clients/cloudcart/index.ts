import { type CloudcartOptions, createCaller, type PageRef } from './call.ts';
import {
  getProduct,
  getVariant,
  listDiscounts,
  listProducts,
  listStores,
  listVariants,
  updateVariant,
} from './catalogue.ts';
import { getGoods, listGoods } from './goods.ts';
import {
  findCustomer,
  getCustomer,
  listCustomerAddresses,
  listPaymentProviders,
  listShippingProviders,
} from './customers.ts';
import { getFrontPage } from './front-page.ts';
import {
  createFulfilment,
  getOrder,
  listOrderPart,
  listOrders,
  listOrdersWithLines,
  listOrderStatuses,
  type OrderListing,
  type OrderPart,
  updateOrder,
} from './orders.ts';
import { createStoreQuantity, listStoreQuantities, updateStoreQuantity } from './store-quantity.ts';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook, type WebhookWrite } from './webhooks.ts';

/**
 * Client of one shop. One HTTP request per call, no retries, nothing thrown for a vendor's answer; every answer
 * hands back the shop's request budget as `rate` (CloudCart API 2). Money is whole minor units.
 *
 * | Endpoint | Here | Used for |
 * |---|---|---|
 * | `GET /orders/{id}` with all includes | `order` | the one read of a pass |
 * | `GET /orders` | `orders`, `ordersWithLines` | sweep, reconciliation |
 * | `PATCH /orders/{id}` | `updateOrder` | mark or status on the merchant's wish |
 * | `GET /order-products`, `/order-products-options`, `/order-payment`, `/order-tax`, `/order-total`, `/order-fulfillment` | `orderPart` | what an order does not show by itself |
 * | `POST /order-fulfillment` | `createFulfilment` | shipping on the merchant's wish |
 * | `GET /order-status` | `orderStatuses` | status map |
 * | `GET /products`, `/products/{id}` | `products`, `product` | bundles, link of SKU and item |
 * | `GET /variants`, `/variants/{id}` | `variants`, `variant` | link of SKU and item |
 * | `GET /variants` with products, `GET /products/{id}` with variants | `goods`, `goodsOfProduct` | match report, product webhooks |
 * | `PATCH /variants/{id}` | `updateVariant` | stock and price |
 * | `GET /customers`, `/customers/{id}` | `findCustomer`, `customer` | support |
 * | `GET /customer-billing-address`, `/customer-shipping-address` | `customerAddresses` | support |
 * | `GET /payment-providers` | `paymentProviders` | payment map |
 * | `GET /shipping-providers` | `shippingProviders` | shipping map |
 * | `GET /discounts` | `discounts` | discount map |
 * | the page for buyers | `frontPage` | primary domain, clock |
 * | `GET /stores` | `stores` | stores that settings name, and whether the app is there |
 * | `GET`, `POST`, `PATCH /store-quantity` | `storeQuantities`, `createStoreQuantity`, `updateStoreQuantity` | stock per store |
 * | `GET`, `POST`, `PATCH`, `DELETE /webhooks` | `webhooks`, `createWebhook`, `updateWebhook`, `deleteWebhook` | subscription and its watch |
 */
export function createCloudcartClient(options: CloudcartOptions) {
  const caller = createCaller(options);
  return {
    order: (orderId: string) => getOrder(caller, orderId),
    orders: (listing: OrderListing) => listOrders(caller, listing),
    ordersWithLines: (listing: OrderListing) => listOrdersWithLines(caller, listing),
    updateOrder: (orderId: string, changes: Parameters<typeof updateOrder>[2]) =>
      updateOrder(caller, orderId, changes),
    orderPart: <P extends OrderPart>(part: P, ownerId: string, page?: PageRef) =>
      listOrderPart(caller, part, ownerId, page),
    createFulfilment: (orderId: string, tracking?: Parameters<typeof createFulfilment>[2]) =>
      createFulfilment(caller, orderId, tracking),
    orderStatuses: () => listOrderStatuses(caller),
    products: (page?: PageRef) => listProducts(caller, page),
    product: (productId: string) => getProduct(caller, productId),
    variants: (filter?: Parameters<typeof listVariants>[1], page?: PageRef) =>
      listVariants(caller, filter, page),
    goods: (page: PageRef) => listGoods(caller, page),
    goodsOfProduct: (productId: string) => getGoods(caller, productId),
    variant: (variantId: string) => getVariant(caller, variantId),
    updateVariant: (variantId: string, changes: Parameters<typeof updateVariant>[2]) =>
      updateVariant(caller, variantId, changes),
    findCustomer: (email: string) => findCustomer(caller, email),
    customer: (customerId: string) => getCustomer(caller, customerId),
    customerAddresses: (kind: 'billing' | 'shipping', customerId: string, page?: PageRef) =>
      listCustomerAddresses(caller, kind, customerId, page),
    paymentProviders: (page?: PageRef) => listPaymentProviders(caller, page),
    shippingProviders: (page?: PageRef) => listShippingProviders(caller, page),
    discounts: (page?: PageRef) => listDiscounts(caller, page),
    stores: (page?: PageRef) => listStores(caller, page),
    storeQuantities: (of: Parameters<typeof listStoreQuantities>[1], page?: PageRef) =>
      listStoreQuantities(caller, of, page),
    createStoreQuantity: (row: Parameters<typeof createStoreQuantity>[1]) => createStoreQuantity(caller, row),
    updateStoreQuantity: (rowId: string, quantity: string) => updateStoreQuantity(caller, rowId, quantity),
    frontPage: () => getFrontPage(options),
    webhooks: (page?: PageRef) => listWebhooks(caller, page),
    createWebhook: (webhook: WebhookWrite) => createWebhook(caller, webhook),
    updateWebhook: (webhookId: string, webhook: WebhookWrite) => updateWebhook(caller, webhookId, webhook),
    deleteWebhook: (webhookId: string) => deleteWebhook(caller, webhookId),
  };
}

/** See {@link createCloudcartClient}. */
export type CloudcartClient = ReturnType<typeof createCloudcartClient>;
