import { ownReasons } from './own-reasons.ts';
import type { Words } from './titles.ts';

/** What a check found; `mend` where it is more exact than what the check says of itself. */
export interface ReasonText {
  readonly text: Words;
  readonly mend?: Words;
}

const words = (bg: string, en: string): ReasonText => ({ text: { bg, en } });

/** Sentences for what was found. Faults of access have texts of their own. */
export const reasons = {
  ...ownReasons,
  shop_answers: words('Магазинът отговаря.', 'The shop answers.'),
  shop_limit: words(
    'Магазинът отговаря: {limit} заявки в минута.',
    'The shop answers: {limit} requests a minute.',
  ),
  small_plan: words(
    'Магазинът отговаря, но планът му позволява само {limit} заявки в минута.',
    'The shop answers, but its plan allows only {limit} requests a minute.',
  ),
  domain_primary: words('Адресът е основният домейн.', 'The address is the primary domain.'),
  shop_not_asked: words('Магазинът не можа да бъде попитан.', 'The shop could not be asked.'),
  warehouse_not_asked: words('Складът не можа да бъде попитан.', 'The warehouse could not be asked.'),
  not_looked: words('Още не е проверено.', 'Nobody has looked yet.'),
  stores_none: words(
    'Магазинът няма локации: продава се количеството на варианта.',
    'The shop has no stores: it sells the variant’s own quantity.',
  ),
  stores_unanswered: words(
    'Магазинът има локации: {names}. Не е казано кое количество продава: на варианта или на локацията.',
    'The shop has stores: {names}. Nobody has said which quantity it sells: the variant’s own, or that of the store.',
  ),
  stores_app_missing: {
    text: {
      bg: 'Избрани са локации ({count}), а в магазина няма приложение за локации.',
      en: 'Stores are chosen ({count}), and the shop has no app for stores.',
    },
    mend: {
      bg: 'Инсталирайте приложението в CloudCart или махнете локациите от настройката storeStock.',
      en: 'Install the app in CloudCart, or take the stores out of the setting storeStock.',
    },
  },
  stores_gone: {
    text: {
      bg: 'Избрана локация вече я няма в магазина: {ids}.',
      en: 'A chosen store is not in the shop any more: {ids}.',
    },
    mend: {
      bg: 'Изберете друга локация в настройката storeStock или я махнете.',
      en: 'Choose another store in the setting storeStock, or take it out.',
    },
  },
  stores_left: {
    text: {
      bg: 'Активна локация на магазина не е избрана, и количествата ѝ не се обновяват: {names}.',
      en: 'An active store of the shop is not chosen, and its quantities are not kept up: {names}.',
    },
    mend: {
      bg: 'Добавете я в настройката storeStock или я изключете в CloudCart.',
      en: 'Add it to the setting storeStock, or switch it off in CloudCart.',
    },
  },
  stores_chosen: words('Локации с наличности: {count}.', 'Stores with stock: {count}.'),
  no_products: words('В магазина няма продукти.', 'The shop has no products.'),
  products: words('Продукти: {count}.', 'Products: {count}.'),
  payments_mapped: words(
    'Всички начини на плащане имат тип: {count}.',
    'Every way to pay has a type: {count}.',
  ),
  payments_open: words('Без тип плащане: {names}.', 'Without a payment type: {names}.'),
  payment_types_gone: words(
    'Избраният тип плащане вече го няма в micro.bg: {names}.',
    'The chosen payment type is not in micro.bg any more: {names}.',
  ),
  currency_same: words('И двете страни работят в {currency}.', 'Both sides use {currency}.'),
  currency_differs: words('Магазин: {shop}, склад: {warehouse}.', 'Shop: {shop}, warehouse: {warehouse}.'),
  currency_converted: words(
    'Поръчките в {shop} се преизчисляват в {warehouse} по 1,95583.',
    'Orders in {shop} are converted to {warehouse} at 1.95583.',
  ),
  no_orders_yet: words(
    'Още няма поръчки, по които да се види.',
    'There are no orders yet that would show it.',
  ),
  vat_mode_same: words('И двете страни показват цените еднакво.', 'Both sides show prices in the same way.'),
  vat_mode_mixed: words(
    'Има поръчки с ДДС и поръчки без ДДС в цените.',
    'Some orders have VAT in their prices and some have not.',
  ),
  vat_mode_gross: words(
    'Магазинът работи с цени с ДДС, а настройката казва без.',
    'The shop keeps prices with VAT, and the setting says without.',
  ),
  vat_mode_net: words(
    'Магазинът работи с цени без ДДС, а настройката казва с.',
    'The shop keeps prices without VAT, and the setting says with.',
  ),
  warehouse_net: words(
    'Магазинът работи с ДДС в цените, складът – без. Цените се преизчисляват.',
    'The shop has VAT in its prices, the warehouse has not. Prices are converted.',
  ),
  warehouse_gross: words(
    'Магазинът работи без ДДС в цените, складът – с. Цените се преизчисляват.',
    'The shop has no VAT in its prices, the warehouse has. Prices are converted.',
  ),
  rates_present: words('Ставки в склада: {rates} %.', 'Rates of the warehouse: {rates} %.'),
  rates_missing: words('В склада няма ставка {rates} %.', 'The warehouse has no rate of {rates} %.'),
  no_standard_rate: words('В склада няма ставка 20 %.', 'The warehouse has no rate of 20 %.'),
  shop_invoices: words(
    'Магазинът е издал фактура за {invoiced} от последните {read} поръчки.',
    'The shop issued an invoice for {invoiced} of the last {read} orders.',
  ),
  shop_invoices_too: words(
    'Фактури издават и магазинът ({invoiced} от {read} поръчки), и micro.bg.',
    'Both the shop ({invoiced} of {read} orders) and micro.bg issue invoices.',
  ),
  foreign_documents: words(
    'Друга програма е направила документи за {count} поръчки от началната дата насам.',
    'Another program made documents for {count} orders since the start date.',
  ),
  foreign_webhooks: words(
    'Магазинът изпраща поръчките и на: {hosts}.',
    'The shop also sends its orders to: {hosts}.',
  ),
  clocks_agree: words('Разлика: {seconds} сек.', 'Difference: {seconds} s.'),
  clocks_differ: words(
    'Часовниците на магазина и на сървъра се различават с {seconds} сек.',
    'The clocks of the shop and of our server differ by {seconds} s.',
  ),
  warehouse_answers: words('Складът отговаря: {company}.', 'The warehouse answers: {company}.'),
  subscription_paid: words('Платен до {until}.', 'Paid until {until}.'),
  subscription_ends: words('Изтича на {until}.', 'Ends on {until}.'),
  subscription_without_end: words('Платен, без крайна дата.', 'Paid, without an end.'),
  country: words('Държавата на фирмата е {country}.', 'The country of the company is {country}.'),
  country_bg: words('България, ставки {rates} %.', 'Bulgaria, rates {rates} %.'),
  objects_ready: words('{names}.', '{names}.'),
  objects_gone: words(
    'Обектът е изтрит или липсва: {names}.',
    'The object was deleted or is missing: {names}.',
  ),
  objects_refused: words('Няма права за обекта: {names}.', 'There are no rights to the object: {names}.'),
  account_ready: words(
    'Цени с {prices} знака, количества с {quantities}, продажба под нулата е позволена.',
    'Prices with {prices} decimals, quantities with {quantities}, selling below zero is allowed.',
  ),
  precision_low: words(
    'Цените в micro.bg са с {prices} знака след запетаята: сумите няма да излизат до стотинка.',
    'Prices in micro.bg have {prices} decimals: totals will not agree to the cent.',
  ),
  no_negative_stock: words(
    'micro.bg не позволява продажба под нулата: продажба без наличност ще чака.',
    'micro.bg does not allow selling below zero: a sale without stock will wait.',
  ),
  auto_production: words(
    'Автоматичното производство е включено: съставните стоки се продават и при нулева наличност.',
    'Automatic production is on: composite goods sell at zero stock, too.',
  ),
  not_vat_registered: words(
    'Фирмата не е регистрирана по ДДС: документите са без ДДС.',
    'The company is not registered for VAT: documents have none.',
  ),
  cash_on_delivery_fiscal: words(
    'Наложеният платеж е с тип „{name}“, който печата касова бележка.',
    'Cash on delivery has the type “{name}”, which prints a fiscal receipt.',
  ),
  nothing_fiscal: words(
    'Никой от избраните типове не печата касова бележка.',
    'None of the chosen types prints a fiscal receipt.',
  ),
  fiscal_types: words('Касова бележка се печата при: {names}.', 'A fiscal receipt is printed for: {names}.'),
  services_ready: words('Услугите са избрани.', 'The service items are chosen.'),
  services_open: words('Не са избрани: {names}.', 'Not chosen: {names}.'),
  services_gone: words(
    'Избраната стока я няма или не е услуга: {names}.',
    'The chosen item is gone or is no service: {names}.',
  ),
  items_not_walked: words(
    'Стоките в склада още не са прегледани докрай.',
    'The items of the warehouse were not read to the end yet.',
  ),
  prices_not_exported: words('Цените не се изнасят към магазина.', 'Prices are not exported to the shop.'),
  price_list_open: words(
    'Ценовата листа не е избрана. Предложението идва само от четене: в micro.bg не се записва нищо.',
    'The price list is not chosen. The suggestion comes from reads only: nothing is written to micro.bg.',
  ),
  price_lists_equal: {
    text: {
      bg: 'Листи {first} и {second} имат едни и същи цени: не личи коя е за магазина.',
      en: 'Lists {first} and {second} hold the same prices: nothing shows which is the shop’s.',
    },
    mend: {
      bg: 'Изберете листата в настройките. Ако скоро ще се различават, изберете тази, която ще поддържате.',
      en: 'Choose the list in the settings. If they will differ soon, choose the one that you will keep.',
    },
  },
  price_list_empty: words('В листа {list} няма цени.', 'List {list} holds no prices.'),
  price_list_ready: words(
    'Листа {list}: {priced} стоки с цена.',
    'List {list}: {priced} items with a price.',
  ),
} as const satisfies Readonly<Record<string, ReasonText>>;
