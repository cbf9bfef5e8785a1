import type { CloudcartOrder, OrderAddress } from '../../clients/cloudcart/order-types.ts';
import type { NoteFacts } from '../../domain/order/note.ts';
import type { Buyer } from '../../domain/partner/wanted-partner.ts';

/** The buyer of an order: billed, else shipped to; the account's e-mail (CloudCart API 4.6, 4.20). Personal data. */
export function buyerOf(order: CloudcartOrder): Buyer {
  const { billingAddress, shippingAddress, customer } = order;
  const address = billingAddress ?? shippingAddress;
  const text = (read: (from: OrderAddress) => string): string =>
    [billingAddress, shippingAddress]
      .map((each) => (each === null ? '' : read(each).trim()))
      .find((each) => each !== '') ?? '';
  return {
    email: customer.email,
    firstName: text((from) => from.firstName) || customer.firstName,
    lastName: text((from) => from.lastName) || customer.lastName,
    phone: text((from) => from.phone),
    city: address?.city ?? '',
    address: address === null ? '' : streetOf(address),
    countryIso2: address?.countryIso2 ?? '',
    companyName: billingAddress?.companyName ?? '',
    companyRegistrationNumber: billingAddress?.companyRegistrationNumber ?? '',
    companyVat: billingAddress?.companyVat ?? '',
    companyPerson: billingAddress?.companyPerson ?? '',
  };
}

/** What staff need to pack a parcel (micro.bg has no field for courier or address). Personal data. */
export function noteFactsOf(order: CloudcartOrder): NoteFacts {
  const { shippingAddress: to, shipping } = order;
  const place = to === null ? [] : [to.city.trim(), streetOf(to), to.note.trim()];
  return {
    number: order.id,
    courier: shipping?.providerName.trim() ?? '',
    place: place.filter((part) => part !== '').join(', '),
    phone: to?.phone.trim() ?? '',
    remark: order.noteCustomer.trim(),
  };
}

function streetOf({ street, streetNumber }: OrderAddress): string {
  return [street.trim(), streetNumber.trim()].filter((part) => part !== '').join(' ');
}
