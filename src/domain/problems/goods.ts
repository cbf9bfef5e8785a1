import type { ProblemText } from './text.ts';

/** What of an order has no counterpart in the warehouse. */
export const goodsProblems = {
  sku_not_matched: {
    severity: 'blocking',
    operator: 'no item for SKU {sku}',
    bg: 'Артикул с код „{sku}“ няма съответствие в склада.',
    en: 'The product with SKU "{sku}" has no item in the warehouse.',
    mendBg: 'Добавете стоката в micro.bg със същия код или я свържете ръчно.',
    mendEn: 'Add the item to micro.bg under the same code, or link it by hand.',
  },
  item_deleted: {
    severity: 'blocking',
    operator: 'the item linked to SKU {sku} is deleted in the warehouse',
    bg: 'Стоката, свързана с код „{sku}“, е изтрита в micro.bg.',
    en: 'The item linked to SKU "{sku}" is deleted in micro.bg.',
    mendBg: 'Възстановете стоката в micro.bg или свържете артикула с друга.',
    mendEn: 'Restore the item in micro.bg, or link the product to another one.',
  },
  quantity_not_postable: {
    severity: 'blocking',
    operator:
      'quantity {quantity} of SKU {sku} with ratio {ratio} does not fit the decimals of the warehouse',
    bg: 'Количеството {quantity} на „{sku}“ (по {ratio} основни мерки) не може да се запише точно в склада.',
    en: 'The quantity {quantity} of "{sku}" ({ratio} base units each) cannot be written exactly in the warehouse.',
    mendBg: 'Проверете коефициента на допълнителния код и броя знаци за количество в micro.bg.',
    mendEn: 'Check the ratio of the extra code and the number of decimals for quantities in micro.bg.',
  },
  bundle_without_parts: {
    severity: 'blocking',
    operator: 'bundle {sku} is not linked and shows no parts',
    bg: 'Комплектът „{sku}“ не е свързан, а съставът му не се вижда.',
    en: 'The bundle "{sku}" is not linked, and its parts are not visible.',
    mendBg: 'Свържете комплекта със стока в склада.',
    mendEn: 'Link the bundle to an item of the warehouse.',
  },
  bundle_part_price_unknown: {
    severity: 'blocking',
    operator: 'no current price of bundle part {sku}, so the price of the bundle cannot be divided',
    bg: 'Не се знае текущата цена на „{sku}“ и цената на комплекта не може да се раздели.',
    en: 'The current price of "{sku}" is not known, so the price of the bundle cannot be divided.',
    mendBg: 'Проверете дали продуктът още съществува в магазина, или свържете комплекта със стока в склада.',
    mendEn: 'Check whether the product still exists in the shop, or link the bundle to an item.',
  },
  payment_not_mapped: {
    severity: 'blocking',
    operator: 'payment provider {provider} is not mapped',
    bg: 'Начинът на плащане „{provider}“ не е свързан с тип плащане в micro.bg.',
    en: 'The payment method "{provider}" is not mapped to a payment type of micro.bg.',
    mendBg: 'Изберете тип плащане за него в настройките. Поръчката ще продължи сама.',
    mendEn: 'Choose a payment type for it in the settings. The order then goes on by itself.',
  },
  service_item_missing: {
    severity: 'blocking',
    operator: 'no usable service item for {purpose}',
    bg: 'Не е избрана услуга за „{purpose}“, или избраната вече я няма в micro.bg.',
    en: 'No service item is chosen for "{purpose}", or the chosen one is gone from micro.bg.',
    mendBg: 'Изберете услугата в настройките.',
    mendEn: 'Choose the service item in the settings.',
  },
} as const satisfies Record<string, ProblemText>;
