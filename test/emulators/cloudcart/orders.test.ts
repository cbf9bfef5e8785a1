import { describe, expect, it } from 'vitest';
import { type Receiver, startReceiver, startShop, subscribe, type TestShop } from './shop.ts';

/** A shop with a subscriber to both order events; the body says which. */
async function watched(): Promise<{ shop: TestShop; receiver: Receiver; events: () => string[] }> {
  const shop = await startShop();
  const receiver = await startReceiver();
  await subscribe(shop, receiver, 'order.created');
  await subscribe(shop, receiver, 'order.updated');
  const events = (): string[] =>
    receiver.got.splice(0).map(({ path, body }) => `${path.slice(7)} ${body[0].status}`);
  return { shop, receiver, events };
}

const patch = (shop: TestShop, id: number, attributes: object) =>
  shop.api('PATCH', `orders/${id}`, { data: { type: 'orders', id: String(id), attributes } });

describe('status rules', () => {
  it('writes a status over the API with its event, and refuses unknown ones', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'G01' });
    expect(events()).toEqual(['created pending']);
    expect((await patch(shop, id, { status: 'paid' })).body.data.attributes.status).toBe('paid');
    expect(events()).toEqual(['updated paid']);
    const refused = await patch(shop, id, { status: 'nonsense' });
    expect(refused.body.errors[0]).toMatchObject({
      status: '422',
      source: { pointer: '/data/attributes/status' },
    });
    expect(refused.body.errors[0].detail).toContain('Invalid status. You can use one of: pending');
    expect((await patch(shop, id, { status: 'voided' })).status).toBe(422);
  });

  it('takes status, status_id or both, as switched (U-11)', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    expect((await patch(shop, id, { status_id: 2 })).body.data.attributes.status).toBe('paid');
    await shop.switches({ statusWrite: 'status' });
    expect((await patch(shop, id, { status_id: 1 })).body.data.attributes.status).toBe('paid');
  });

  it('keeps to the rules of transitions', async () => {
    const shop = await startShop();
    const detail = async (id: number, status: string) =>
      (await patch(shop, id, { status })).body.errors?.[0].detail;
    const open = await shop.place({ preset: 'G01' });
    expect(await detail(open, 'completed')).toBe(
      'Only paid and/or fulfilled orders can be marked as Completed',
    );
    const paid = await shop.place({ preset: 'G23' });
    expect(await detail(paid, 'cancelled')).toBe('Only open orders can be canceled.');
    await patch(shop, paid, { status: 'refunded' });
    expect(await detail(paid, 'paid')).toContain('The order is locked after a cancellation/refund');
    expect(await detail(paid, 'cancelled')).toBeUndefined();
    await shop.control('POST', `/orders/${open}/cancel`);
    expect(await detail(open, 'pending')).toBeUndefined();
    await shop.control('POST', `/orders/${open}/archive`);
    expect(await detail(open, 'paid')).toBe('Cannot change the status of archived order. Unarchive first.');
  });

  it('sets usn and invoice number once, each unique', async () => {
    const shop = await startShop();
    const [first, second] = [await shop.place({ preset: 'G01' }), await shop.place({ preset: 'G01' })];
    expect((await patch(shop, first, { usn: 'A-1' })).status).toBe(200);
    expect((await patch(shop, first, { usn: 'A-2' })).body.errors[0].detail).toBe(
      'You can set USN only once',
    );
    expect((await patch(shop, second, { usn: 'A-1' })).body.errors[0].detail).toBe(
      'The usn has already been taken.',
    );
    const invoiced = await patch(shop, first, { invoice_number: '0000000042' });
    expect(invoiced.body.data.attributes.invoice_date).not.toBeNull();
    expect((await patch(shop, first, { invoice_number: '1' })).body.errors[0].detail).toContain('only once');
    expect((await patch(shop, second, { invoice_number: '0000000042' })).status).toBe(422);
    expect((await patch(shop, second, { price_total: 1 })).status).toBe(422);
  });

  it('writes all of a PATCH or nothing of it', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'G01' });
    events();
    expect((await patch(shop, id, { usn: 'A-1', status: 'nonsense' })).status).toBe(422);
    expect(await shop.order(id)).toMatchObject({ usn: null, status: 'pending' });
    expect(events()).toEqual([]);
    await shop.control('POST', `/orders/${id}/edit`, {
      lines: { change: [{ line: 'TB-M-GRN', quantity: 9 }], add: [{ sku: 'NONE' }] },
    });
    expect(await shop.order(id)).toMatchObject({ price_total: 6420 });
    expect(events()).toEqual([]);
  });

  it('moves the shipment by the two codes of fulfilment', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    await patch(shop, id, { status: 'fulfilled' });
    expect(await shop.order(id)).toMatchObject({ status: 'pending', status_fulfillment: 'fulfilled' });
    await patch(shop, id, { status: 'not_fulfilled' });
    expect(await shop.order(id)).toMatchObject({ status: 'pending', status_fulfillment: 'not_fulfilled' });
  });

  it('completes an order that is paid and shipped, with one event', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'G23' });
    events();
    await shop.control('POST', `/orders/${id}/ship`, { tracking: '1051234567890' });
    expect(events()).toEqual(['updated completed']);
    expect(await shop.order(id)).toMatchObject({ status: 'completed', status_fulfillment: 'fulfilled' });
  });

  it('completes a digital order when it is paid', async () => {
    const shop = await startShop();
    const id = await shop.place({ lines: [{ sku: 'GIFT-50' }], shipping: null, payment: 'bwt' });
    await shop.control('POST', `/orders/${id}/pay`, {});
    expect(await shop.order(id)).toMatchObject({ status: 'completed' });
  });

  it('synchronises cash on delivery straight to completed and overwrites the payment', async () => {
    const { shop, receiver, events } = await watched();
    const id = await shop.place({ preset: 'G02' });
    await shop.control('POST', `/orders/${id}/ship`, {});
    events();
    await shop.control('POST', `/orders/${id}/cod-sync`, { collected: '59.40' });
    const [delivered] = receiver.got.map(({ body }) => body[0]);
    expect(delivered.payment).toMatchObject({ status: 'completed', amount: 59.4 });
    expect(events()).toEqual(['updated completed']);
    const { body } = await shop.api('GET', `order-payment?filter[order_id]=${id}`);
    expect(body.data[0].attributes).toMatchObject({ payment_status: 'completed', amount: 5940 });
    expect(await shop.order(id)).toMatchObject({ price_total: 5946 });
  });

  it('issues numbers itself when switched; they freeze the lines', async () => {
    const shop = await startShop();
    await shop.switches({ autoInvoice: true, orderComplete: false });
    const id = await shop.place({ preset: 'G01' });
    await shop.control('POST', `/orders/${id}/pay`, {});
    expect(String((await shop.order(id))['invoice_number'])).toMatch(/^\d{10}$/);
    expect(
      (await shop.control('POST', `/orders/${id}/edit`, { lines: { add: [{ sku: 'CUP-01' }] } })).status,
    ).toBe(422);
  });
});

describe('what fires and what does not', () => {
  it('confirms an online payment silently', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'card' });
    events();
    await shop.control('POST', `/orders/${id}/pay`, {});
    expect(await shop.order(id)).toMatchObject({ status: 'paid' });
    expect(events()).toEqual([]);
    await shop.switches({ silentGateway: false });
    const loud = await shop.place({ preset: 'card' });
    await shop.control('POST', `/orders/${loud}/pay`, {});
    expect(events()).toEqual(['created pending', 'updated paid']);
  });

  it('moves updated_at with a silent payment, or not when switched (U-52)', async () => {
    const shop = await startShop();
    const pay = async () => {
      const id = await shop.place({ preset: 'card' });
      const before = (await shop.order(id))['updated_at'];
      await shop.control('POST', '/clock', { advanceMs: 90_000 });
      await shop.control('POST', `/orders/${id}/pay`, {});
      return (await shop.order(id))['updated_at'] !== before;
    };
    expect(await pay()).toBe(true);
    await shop.switches({ paymentSaveTouchesOrderUpdatedAt: false });
    expect(await pay()).toBe(false);
  });

  it('creates a card order at placement, or at payment when switched (U-53)', async () => {
    const { shop, events } = await watched();
    await shop.switches({ cardOrderCreated: 'payment' });
    const id = await shop.place({ preset: 'card' });
    expect(events()).toEqual([]);
    await shop.control('POST', `/orders/${id}/pay`, {});
    expect(events()).toEqual(['created paid']);
  });

  it('does not let a gateway move an order whose status the API has written', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'card' });
    await patch(shop, id, { status: 'order-za-utochniavane' });
    await shop.control('POST', `/orders/${id}/pay`, {});
    expect(await shop.order(id)).toMatchObject({ status: 'order-za-utochniavane' });
  });

  it('keeps gateway failures silent, and refunds unless switched (U-36)', async () => {
    const { shop, events } = await watched();
    const [failed, refunded] = [await shop.place({ preset: 'card' }), await shop.place({ preset: 'G08' })];
    events();
    await shop.control('POST', `/orders/${failed}/gateway`, { status: 'failed' });
    await shop.control('POST', `/orders/${refunded}/gateway`, { status: 'refunded' });
    expect(events()).toEqual([]);
    await shop.control('POST', `/orders/${failed}/pay`, { by: 'gateway' });
    expect(events()).toEqual(['updated paid']);
    await shop.switches({ gatewayRefundEvent: 'fires' });
    await shop.control('POST', `/orders/${failed}/gateway`, { status: 'chargebacked' });
    expect(events()).toEqual(['updated chargebacked']);
  });

  it('is silent about payment method, customer, archive and partial return (U-15)', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'G23' });
    events();
    await shop.control('POST', `/orders/${id}/payment`, { provider: 'cod' });
    await shop.control('POST', `/orders/${id}/customer`, { customer: 772 });
    await shop.control('POST', `/orders/${id}/partial-return`, {});
    await shop.control('POST', `/orders/${id}/archive`);
    expect(events()).toEqual([]);
    const { body } = await shop.api('GET', `order-payment?filter[order_id]=${id}`);
    expect(body.data).toHaveLength(2);
    expect(Object.keys(await shop.order(id))).not.toContain('return_status');
    await shop.switches({ partialReturnEvent: 'fires', returnStatusInRest: true });
    await shop.control('POST', `/orders/${id}/partial-return`, {});
    expect(events()).toHaveLength(1);
    expect(await shop.order(id)).toMatchObject({ return_status: 'partial', customer_id: 772 });
  });

  it('keeps a draft quiet until it is confirmed', async () => {
    const { shop, events } = await watched();
    const before = await shop.stock('BOX');
    const id = await shop.place({ lines: [{ sku: 'BOX', quantity: 2 }], draft: true });
    expect([events(), await shop.stock('BOX')]).toEqual([[], before]);
    await shop.control('POST', `/orders/${id}/confirm`);
    expect([events(), await shop.stock('BOX')]).toEqual([['created pending'], Number(before) - 2]);
  });

  it('keeps quiet about edits of a draft, and creates it when its buyer pays online', async () => {
    const { shop, events } = await watched();
    const before = Number(await shop.stock('BOX'));
    const id = await shop.place({ lines: [{ sku: 'BOX', quantity: 2 }], payment: 'stripe', draft: true });
    await shop.control('POST', `/orders/${id}/edit`, { note: 'x' });
    await patch(shop, id, { usn: 'D-1' });
    expect([events(), await shop.stock('BOX')]).toEqual([[], before]);
    await shop.control('POST', `/orders/${id}/pay`, {});
    expect([events(), await shop.stock('BOX')]).toEqual([['created paid'], before - 2]);
  });

  it('deletes without a word: 404 from then on', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'G01' });
    events();
    await shop.control('DELETE', `/orders/${id}`);
    expect(events()).toEqual([]);
    expect((await shop.api('GET', `orders/${id}`)).status).toBe(404);
    expect((await shop.api('GET', `order-products?filter[order_id]=${id}`)).body.data).toEqual([]);
  });

  it('cancels the order of a banned buyer: created, then updated', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'guest' });
    await shop.control('POST', `/orders/${id}/ban`);
    expect(events()).toEqual(['created pending', 'updated cancelled']);
    expect(await shop.order(id)).toMatchObject({ notify_customer: 'no' });
  });

  it('converts an order from leva to euro (U-37)', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({
      currency: 'BGN',
      lines: [{ sku: 'CUP-01', price: '19.56' }],
      shipping: null,
    });
    events();
    await shop.control('POST', `/orders/${id}/convert`);
    expect(await shop.order(id)).toMatchObject({ currency: 'EUR', price_total: 1000 });
    const discounts = [{ type: 'flat', value: '3.91', name: 'Ръчна отстъпка' }];
    const lines = [{ sku: 'CUP-01', price: '19.56' }];
    const flat = await shop.place({ currency: 'BGN', lines, discounts, shipping: null });
    events();
    await shop.control('POST', `/orders/${flat}/convert`);
    expect(await shop.order(flat)).toMatchObject({ price_total: 800, discount: 200 });
    expect(events()).toEqual([]);
  });
});

describe('edits', () => {
  it('edits G23 to its second form with one event, ids of untouched lines stay', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'G23' });
    const first = (await shop.api('GET', `order-products?filter[order_id]=${id}`)).body.data[0].id;
    events();
    const edit = { lines: { change: [{ line: 'TB-M-GRN', quantity: 1 }], add: [{ sku: 'CUP-01' }] } };
    await shop.control('POST', `/orders/${id}/edit`, edit);
    expect(events()).toEqual(['updated paid']);
    expect(await shop.order(id)).toMatchObject({ price_total: 3930, status: 'paid' });
    const lines = (await shop.api('GET', `order-products?filter[order_id]=${id}`)).body.data;
    expect([lines.length, lines[0].id]).toEqual([2, first]);
    await shop.control('POST', `/orders/${id}/refund`, {});
    expect(events()).toEqual(['updated refunded']);
  });

  it('edits discounts, delivery, fees, addresses and notes', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    await shop.control('POST', `/orders/${id}/edit`, {
      addDiscounts: [{ type: 'flat', value: '4.20', name: 'Ръчна отстъпка' }],
      shipping: { provider: 'speedy', price: '5.00' },
      fees: [{ name: 'Такса', amount: '1.00' }],
      billing: { company: 'Друга ООД' },
      note: 'ново',
    });
    expect(await shop.order(id)).toMatchObject({
      price_total: 5940 - 420 + 500 + 100,
      note_customer: 'ново',
    });
    const billing = (await shop.api('GET', `orders/${id}/billing-address`)).body.data.attributes;
    expect(billing).toMatchObject({ company_name: 'Друга ООД', company_registration_number: '123456786' });
  });

  it('refuses to edit lines of a shipped order', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G02' });
    await shop.control('POST', `/orders/${id}/ship`, {});
    const { status } = await shop.control('POST', `/orders/${id}/edit`, { lines: { remove: ['CUP-01'] } });
    expect(status).toBe(422);
  });
});

describe('shipments', () => {
  const shipment = (id: number, attributes: object = {}) => ({
    data: {
      type: 'order-fulfillment',
      attributes,
      relationships: { order: { data: { type: 'orders', id: String(id) } } },
    },
  });

  it('ships over the API, captures an authorised card and takes it back', async () => {
    const { shop, events } = await watched();
    const id = await shop.place({ preset: 'card' });
    await shop.control('POST', `/orders/${id}/pay`, { status: 'authorized' });
    events();
    const made = await shop.api('POST', 'order-fulfillment', shipment(id, { shipping_tracking_number: '1' }));
    expect(made.status).toBe(201);
    expect(events()).toEqual(['updated completed']);
    const payment = (await shop.api('GET', `orders/${id}/payment`)).body.data.attributes;
    expect(payment).toMatchObject({ payment_status: 'completed', provider_data: { captured_amount: 2490 } });
    expect((await shop.api('POST', 'order-fulfillment', shipment(id))).body.errors[0].detail).toBe(
      'This order is already fulfilled.',
    );
    await shop.api('DELETE', `order-fulfillment/${made.body.data.id}`);
    expect(await shop.order(id)).toMatchObject({ status: 'paid', status_fulfillment: 'not_fulfilled' });
  });

  it('checks what it is given', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    const detail = async (body: object) =>
      (await shop.api('POST', 'order-fulfillment', body)).body.errors[0].detail;
    expect(await detail(shipment(1))).toBe('The order field is required.');
    expect(await detail(shipment(id, { shipping_tracking_url: 'x' }))).toContain('url format is invalid');
    expect(await detail(shipment(id, { shipping_date_delivery: '1.1.2026' }))).toContain('format Y-m-d');
  });

  it('checks tracking in the PATCH of the order too', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    const attributes = { shipping_date_delivery: '1.1.2026' };
    const body = { data: { type: 'orders', id: String(id), attributes } };
    expect((await shop.api('PATCH', `orders/${id}/fulfill`, body)).status).toBe(422);
    expect(await shop.order(id)).toMatchObject({ status_fulfillment: 'not_fulfilled' });
  });

  it('ships through PATCH of the order', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    const body = { data: { type: 'orders', id: String(id), attributes: { shipping_tracking_number: '77' } } };
    expect((await shop.api('PATCH', `orders/${id}/fulfill`, body)).status).toBe(200);
    expect(await shop.order(id)).toMatchObject({ status: 'pending', status_fulfillment: 'fulfilled' });
  });
});
