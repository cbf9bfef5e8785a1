import type { FindingCode } from './guards.ts';

/** What a shopkeeper reads: what it is, and what to do. */
export interface StockText {
  readonly bg: string;
  readonly en: string;
  readonly mendBg: string;
  readonly mendEn: string;
}

/** Findings of the export: nothing of what they are about goes to the shop until somebody decides. */
export const findingTexts: Readonly<Record<FindingCode, StockText>> = {
  subscription_over: {
    bg: 'Абонаментът за micro.bg е изтекъл: наличностите му не са сигурни и не се изпращат към магазина.',
    en: 'The micro.bg subscription is over: its quantities cannot be trusted and do not go to the shop.',
    mendBg: 'Платете абонамента. Изпращането продължава само.',
    mendEn: 'Pay the subscription. The export goes on by itself.',
  },
  answer_empty: {
    bg: 'micro.bg върна празен списък с наличности. Магазинът остава, както е.',
    en: 'micro.bg answered an empty list of quantities. The shop stays as it is.',
    mendBg: 'Обикновено минава само. Ако складът наистина е празен, приемете промяната.',
    mendEn: 'It usually passes. If the warehouse is really empty, accept the change.',
  },
  answer_shrunk: {
    bg: 'В списъка с наличности на micro.bg изведнъж липсват много стоки.',
    en: 'Many goods are suddenly missing from the quantities of micro.bg.',
    mendBg: 'Проверете стоките и обектите в micro.bg. Ако е вярно, приемете промяната.',
    mendEn: 'Check goods and objects in micro.bg. If it is right, accept the change.',
  },
  many_sold_out: {
    bg: 'Много стоки изведнъж са с нулева наличност.',
    en: 'Many goods are suddenly sold out.',
    mendBg: 'Проверете наличностите в micro.bg. Ако са верни, приемете промяната.',
    mendEn: 'Check the quantities in micro.bg. If they are right, accept the change.',
  },
  many_quantities: {
    bg: 'Наличностите на много стоки се промениха наведнъж.',
    en: 'The quantities of many goods changed at once.',
    mendBg: 'След инвентаризация това е нормално: приемете промяната. Иначе проверете склада.',
    mendEn: 'After stock-taking this is normal: accept the change. Otherwise check the warehouse.',
  },
  currency_changed: {
    bg: 'Валутата на фирмата в micro.bg се промени. Цените не се изпращат.',
    en: 'The currency of the company in micro.bg changed. Prices do not go out.',
    mendBg: 'Превалутирайте и магазина, после приемете промяната.',
    mendEn: 'Convert the shop as well, then accept the change.',
  },
  many_prices: {
    bg: 'Цените на много стоки се промениха наведнъж и не се изпращат. Наличностите продължават.',
    en: 'The prices of many goods changed at once and do not go out. Quantities go on.',
    mendBg: 'Проверете ценовата листа. Ако цените са верни, приемете промяната.',
    mendEn: 'Check the price list. If the prices are right, accept the change.',
  },
  price_implausible: {
    bg: 'Новата цена е поне десет пъти по-висока или по-ниска от цената в магазина.',
    en: 'The new price is ten times the one in the shop, or a tenth of it.',
    mendBg: 'Вероятно е сбъркана десетична запетая. Поправете цената или я приемете.',
    mendEn: 'A decimal point is probably wrong. Correct the price, or accept it.',
  },
  stores_app_missing: {
    bg: 'Приложението за локации вече го няма в магазина: наличностите по локации не се изпращат, а магазинът продава количеството на варианта.',
    en: 'The shop no longer has the app with its stores: quantities of stores do not go out, and the storefront sells the variant’s own.',
    mendBg:
      'Инсталирайте приложението отново, и изпращането продължава само. Ако го няма нарочно, махнете локациите от настройката storeStock.',
    mendEn:
      'Install the app again, and the export goes on by itself. If it was removed on purpose, take the stores out of the setting storeStock.',
  },
};

/** Why nothing is written of a variant although something should be. */
export const heldTexts: Readonly<Record<string, StockText>> = {
  refused_by_shop: {
    bg: 'Магазинът отказа записа.',
    en: 'The shop refused the write.',
    mendBg: 'Проверете артикула в магазина. Опитва се отново при всеки цикъл.',
    mendEn: 'Look at the product in the shop. It is tried again with every cycle.',
  },
  price_implausible: findingTexts.price_implausible,
  price_no_price: {
    bg: 'Стоката няма цена в избраната ценова листа.',
    en: 'The item has no price in the chosen list.',
    mendBg: 'Въведете цена в micro.bg или изберете друга листа.',
    mendEn: 'Enter a price in micro.bg, or choose another list.',
  },
  price_not_positive: {
    bg: 'Цената в ценовата листа е нула.',
    en: 'The price in the list is zero.',
    mendBg: 'Въведете цена в micro.bg. В магазина остава досегашната.',
    mendEn: 'Enter a price in micro.bg. The shop keeps the one it has.',
  },
  price_no_tax_rate: {
    bg: 'Стоката няма ДДС ставка и цената не може да се преизчисли.',
    en: 'The item has no VAT rate, so its price cannot be worked out.',
    mendBg: 'Изберете данъчна група на стоката в micro.bg.',
    mendEn: 'Choose a tax group for the item in micro.bg.',
  },
  price_currency_mismatch: {
    bg: 'Магазинът и складът са в различни валути.',
    en: 'Shop and warehouse count in different currencies.',
    mendBg: 'Изравнете валутите или включете превръщането по фиксирания курс.',
    mendEn: 'Make the currencies equal, or switch the conversion at the fixed rate on.',
  },
  price_too_large: {
    bg: 'Цената е твърде голяма.',
    en: 'The price is too large.',
    mendBg: 'Проверете цената в micro.bg.',
    mendEn: 'Check the price in micro.bg.',
  },
};
