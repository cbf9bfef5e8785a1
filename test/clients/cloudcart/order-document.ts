type Attributes = Record<string, unknown>;
type Entity = { type: string; id: string; attributes: Attributes; relationships?: Attributes };

const link = (type: string, ...ids: string[]) => ids.map((id) => ({ type, id }));

/** The order of CloudCart API 4.1: coupon of 10 %, courier 4.80, COD fee 1.20. A fresh copy to change at will. */
export function orderDocument() {
  const data: Entity & { relationships: Attributes } = {
    type: 'orders',
    id: '10482',
    attributes: {
      status: 'pending',
      status_fulfillment: 'not_fulfilled',
      customer_id: 771,
      customer_email: 'maria.koleva@example.com',
      currency: 'EUR',
      vat_included: 'yes',
      price_products_subtotal: 5940,
      price_subtotal: 5346,
      price_total: 5946,
      invoice_number: null,
      note_customer: 'Моля, обадете се',
      date_added: '2026-08-20 14:05:31',
      updated_at: '2026-08-20 14:05:33',
    },
    relationships: {
      products: { data: link('order-products', '30911', '30912') },
      discounts: { data: link('order-discount', '2204') },
      modifications: { data: [] },
      totals: { data: link('order-total', '41201') },
      taxes: { data: link('order-tax', '9903', '9904') },
      payment: { data: link('order-payment', '10990')[0] },
      shipping: { data: link('order-shipping', '10871')[0] },
      'shipping-address': { data: link('order-shipping-address', '10482')[0] },
      'billing-address': { data: null },
    },
  };
  const line = {
    order_id: 10482,
    quantity: 2,
    price: 2490,
    order_price: 2241,
    sku: 'TB-M-GRN',
    p1: 'Размер',
    v1: 'M',
  };
  const included: Entity[] = [
    { type: 'order-products', id: '30911', attributes: { ...line, product_id: 812, variant_id: 5102 } },
    {
      type: 'order-products',
      id: '30912',
      attributes: { order_id: 10482, quantity: 0.35, price: 960, sku: null },
    },
    {
      type: 'order-discount',
      id: '2204',
      attributes: {
        order_product_id: null,
        name: 'Август',
        code: 'AVG10',
        discount_type: 'percent',
        type_value: 10,
      },
    },
    {
      type: 'order-tax',
      id: '9903',
      attributes: { name: 'ДДС 20%', rate: 20, value: 991, type: 'included' },
    },
    {
      type: 'order-tax',
      id: '9904',
      attributes: {
        tax_name: 'Такса наложен платеж',
        tax: null,
        order_amount: 120,
        tax_type: 'fixed',
        vat: 'no',
      },
    },
    { type: 'order-total', id: '41201', attributes: { code: 'subtotal', title: 'Междинна', value: 5940 } },
    {
      type: 'order-payment',
      id: '10990',
      attributes: {
        provider: 'cod',
        provider_name: 'Наложен платеж',
        amount: 5946,
        payment_status: 'requested',
      },
    },
    {
      type: 'order-shipping',
      id: '10871',
      attributes: {
        provider_id: 3,
        provider_name: 'Еконт',
        provider_amount: 700,
        order_amount_input: '4.80',
      },
      relationships: { provider: { data: { type: 'shipping-providers', id: '3' } } },
    },
    { type: 'shipping-providers', id: '3', attributes: { provider_type: 'econt' } },
    {
      type: 'order-shipping-address',
      id: '10482',
      attributes: { first_name: 'Мария', country_iso2: 'BG', company_name: false, post_code: 4000 },
    },
  ];
  return { data, included };
}
