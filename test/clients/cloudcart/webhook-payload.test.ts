import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { majorToMinor } from '../../../src/clients/cloudcart/fields.ts';
import { readOrderWebhook } from '../../../src/clients/cloudcart/webhook-payload.ts';

const event = 'order.updated';

describe('body of an order event (CloudCart API 6.3 to 6.6)', () => {
  it('reads v2: an array of one, decimals in major units', () => {
    const body =
      '[{"store_id":70123,"id":10482,"status":"paid","updated_at":"2026-08-20T14:05:33+03:00","currency":"EUR","order_total":59.46}]';
    expect(readOrderWebhook(event, body)).toEqual({
      hint: {
        event,
        orderId: '10482',
        version: 'v2',
        status: 'paid',
        storeId: '70123',
        updatedAt: '2026-08-20T14:05:33+03:00',
        currency: 'EUR',
        total: 5946,
      },
    });
  });

  it('reads legacy, and an object alone', () => {
    const body = '\uFEFF{"id":"7","status":"order-za-2","status_fulfillment":"fulfilled","order_total":49.7}';
    expect(readOrderWebhook(event, body)).toEqual({
      hint: { event, orderId: '7', version: 'legacy', status: 'order-za-2', total: 4970 },
    });
  });

  it('takes missing, null and "" alike, and drops what does not look right', () => {
    const body =
      '[{"id":7,"store_id":"","status":"<script>","currency":null,"order_total":1.005,"updated_at":"now"}]';
    expect(readOrderWebhook(event, body)).toEqual({ hint: { event, orderId: '7', version: 'v2' } });
  });

  it.each([
    ['', 'not_json'],
    ['{', 'not_json'],
    ['<html>', 'not_json'],
    ['[]', 'not_one_object'],
    ['[{"id":1},{"id":2}]', 'not_one_object'],
    ['null', 'not_one_object'],
    ['"10482"', 'not_one_object'],
    ['{}', 'no_id'],
    ['[{"id":""}]', 'no_id'],
    ['[{"id":-1}]', 'no_id'],
    ['[{"id":1.5}]', 'no_id'],
    ['[{"id":1e5}]', 'no_id'],
    ['[{"id":{"$gt":0}}]', 'no_id'],
    ['{"__proto__":{"id":5}}', 'no_id'],
    [`{"id":"${'9'.repeat(21)}"}`, 'no_id'],
    ['['.repeat(100_000), 'not_json'],
    ['x'.repeat(5 * 1024 * 1024 + 1), 'too_long'],
  ])('refuses a hostile body %#', (body, refusal) => {
    expect(readOrderWebhook(event, body)).toEqual({ refusal });
  });

  it('throws at nothing', () => {
    fc.assert(fc.property(fc.string(), (body) => void readOrderWebhook(event, body)));
    fc.assert(fc.property(fc.json(), (body) => void readOrderWebhook(event, body)));
  });
});

describe('major units to minor units', () => {
  it.each([
    ['4.8', 480],
    ['4.80', 480],
    ['4,80', 480],
    ['0.1', 10],
    ['-3', -300],
    ['1.15', 115],
    ['22.41', 2241],
    ['1.005', undefined],
    ['', undefined],
    ['4,800.00', undefined],
    ['четири', undefined],
  ])('%s is %s', (text, minor) => {
    expect(majorToMinor(text)).toBe(minor);
  });
});
