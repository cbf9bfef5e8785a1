import { readVatNumber } from '../partner/company-number.ts';
import { type DocumentInput, type Wish, desiredDocument } from './desired-document.ts';
import type { NoteFacts } from './note.ts';
import type { ShopOrder } from './shop-order.ts';

/** A decision of the rule, complete: what it was given and what came out. Holds no personal data. */
export interface Decision {
  readonly input: DocumentInput;
  readonly outcome: Wish;
}

/**
 * The decision about an order, kept so that it can be worked out again: the same input without what says who the
 * buyer is. Names and addresses decide nothing but the text of the note; of the VAT number only counts whose it is.
 */
export function decisionOf(given: DocumentInput): Decision {
  const input: DocumentInput = { ...given, order: impersonal(given.order), note: noteWithout(given.note) };
  return { input, outcome: desiredDocument(input) };
}

/** Exactly the fields that the rule knows; the client's order has more, and most of those are about the buyer. */
function impersonal(order: ShopOrder): ShopOrder {
  const { id, status, fulfilment, currency, vatIncluded, total, productsSubtotal, subtotal } = order;
  const { lines, discounts, modifications, totals, taxes, returnStatus, addedAt, archivedAt } = order;
  const { payment, shipping, shippingAddress, billingAddress } = order;
  return {
    ...{ id, status, fulfilment, currency, vatIncluded, total, productsSubtotal, subtotal },
    ...(order.draft === undefined ? {} : { draft: order.draft }),
    ...{ returnStatus, addedAt, archivedAt, modifications, totals, taxes },
    lines: lines.map((line) => ({
      ...pick(line, ['id', 'variantId', 'name', 'sku', 'barcode', 'quantity', 'price', 'orderPrice']),
      ...pick(line, ['productType']),
      ...(line.surcharge === undefined ? {} : { surcharge: line.surcharge }),
      ...(line.taxRate === undefined ? {} : { taxRate: line.taxRate }),
    })),
    discounts: discounts.map((row) => ({
      ...pick(row, ['lineId', 'parentId', 'type', 'value']),
      ...(row.id === undefined ? {} : { id: row.id }),
    })),
    payment: payment === null ? null : pick(payment, ['provider', 'providerName', 'status']),
    shipping:
      shipping === null ? null : pick(shipping, ['providerName', 'charged', 'providerAmount', 'insurance']),
    shippingAddress: shippingAddress === null ? null : pick(shippingAddress, ['countryIso2']),
    billingAddress:
      billingAddress === null
        ? null
        : { countryIso2: billingAddress.countryIso2, companyVat: vatNumberLike(billingAddress) },
  };
}

/** A VAT number that reads as the given one does: none, a Bulgarian one, or one of that country. */
function vatNumberLike({ companyVat, countryIso2 }: NonNullable<ShopOrder['billingAddress']>): string {
  if (companyVat === '') return '';
  const read = readVatNumber(companyVat, countryIso2);
  return read === undefined ? '-' : `${read.slice(0, 2)}000000000`;
}

function noteWithout({ number, courier, place, phone, remark }: NoteFacts): NoteFacts {
  const hidden = (text: string): string => (text === '' ? '' : '*');
  return { number, courier, place: hidden(place), phone: hidden(phone), remark: hidden(remark) };
}

function pick<T extends object, Key extends keyof T>(from: T, keys: readonly Key[]): Pick<T, Key> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, Key>;
}
