import { describe, expect, it } from 'vitest';
import { paymentTypeOf } from '../../src/domain/order/payment-type.ts';

const settings = {
  paymentTypes: { cod: 9, bwt: 2 },
  paymentTypesByCourier: { cod: { 'Еконт до офис': 11 } },
};

function order(provider: string, courier: string | null) {
  return {
    payment: { provider, providerName: provider, status: '' },
    shipping:
      courier === null ? null : { providerName: courier, charged: null, providerAmount: null, insurance: 0 },
  };
}

describe('the payment type of an order', () => {
  it.each([
    ['cod', 'Еконт до офис', 11],
    ['cod', ' еконт  ДО офис', 11],
    ['cod', 'Спиди', 9],
    ['cod', null, 9],
    ['bwt', 'Еконт до офис', 2],
    ['mokka', 'Спиди', undefined],
    ['constructor', 'constructor', undefined],
  ])('%s with %s: %s', (provider, courier, expected) => {
    expect(paymentTypeOf(order(provider, courier), settings)).toBe(expected);
  });

  it('a decision that an older version kept names no couriers and is worked out as before', () => {
    expect(paymentTypeOf(order('cod', 'Спиди'), { paymentTypes: settings.paymentTypes })).toBe(9);
  });
});
