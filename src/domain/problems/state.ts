import type { ProblemText } from './text.ts';

/** What became of the order. */
export const stateProblems = {
  cancelled_after_sale: {
    severity: 'blocking',
    operator: 'order ended as {status} after its sale was posted; the sale stays',
    bg: 'Поръчката е със статус „{status}“ след продажбата; продажбата остава в склада.',
    en: 'The order has the status "{status}" after the sale; the sale stays in the warehouse.',
    mendBg:
      'Изберете: да оформим рекламация (кредитно известие при фактура), да изтрием продажбата, или тя да остане.',
    mendEn: 'Choose: we book a claim (a credit note where it was invoiced), we delete the sale, or it stays.',
  },
  partial_return: {
    severity: 'blocking',
    operator: 'the shop reports a partial return without its lines; the sale stays',
    bg: 'Част от поръчката е върната, но магазинът не показва кои стоки.',
    en: 'Part of the order was returned, but the shop does not show which goods.',
    mendBg: 'Оформете рекламация в micro.bg за върнатите стоки и отбележете, че е готово.',
    mendEn: 'Book a claim in micro.bg for the goods that came back, and say that it is done.',
  },
  fallen_below_rule: {
    severity: 'blocking',
    operator: 'order fell back to {status}, below the sale rule; the sale stays',
    bg: 'Статусът се върна на „{status}“ след продажбата; продажбата остава.',
    en: 'The status fell back to "{status}" after the sale; the sale stays.',
    mendBg: 'Изберете: продажбата остава, или я правим отново поръчка.',
    mendEn: 'Choose: the sale stays, or we make it an order again.',
  },
  disputed: {
    severity: 'blocking',
    operator: 'payment is disputed; nothing is written',
    bg: 'Клиентът е оспорил плащането; документите в склада не се променят.',
    en: 'The customer disputes the payment; the documents in the warehouse stay as they are.',
    mendBg: 'Изчакайте решението на банката. Следващият статус в магазина продължава поръчката.',
    mendEn: 'Wait for the decision of the bank. The next status in the shop carries the order on.',
  },
  order_vanished: {
    severity: 'info',
    operator: 'order is gone from the shop; its order document is withdrawn',
    bg: 'Поръчката вече не съществува в магазина.',
    en: 'The order no longer exists in the shop.',
    mendBg: 'Не е нужно действие; документът ѝ е изтрит от склада.',
    mendEn: 'Nothing needs to be done; its document was removed from the warehouse.',
  },
  shop_order_unreadable: {
    severity: 'blocking',
    operator: 'the order of the shop does not make sense: {said}',
    bg: 'Магазинът върна поръчката в непознат вид: {said}.',
    en: 'The shop returned the order in an unknown form: {said}.',
    mendBg: 'Изпратете ни пакета за поддръжка на тази поръчка.',
    mendEn: 'Send us the support bundle of this order.',
  },
} as const satisfies Record<string, ProblemText>;
