import type { MatchNote, MatchState } from './match-states.ts';

/** What a state means and what to do about it, in the merchant's words. */
interface Words {
  readonly bg: string;
  readonly en: string;
  readonly mendBg: string;
  readonly mendEn: string;
}

/** Nothing is to be done. */
const none = { mendBg: '', mendEn: '' };
const linkByHand = {
  mendBg: 'Ако е същата стока, приемете предложението или поправете кода; ако не е, откажете връзката.',
  mendEn:
    'If it is the same thing, accept the suggestion or correct the code; if it is not, refuse the link.',
};

/** The words of every state. */
export const stateWords: Readonly<Record<MatchState, Words>> = {
  synchronised: { bg: 'Вече синхронизиран', en: 'Already synchronised', ...none },
  will_link: {
    bg: 'Ще се свърже с намерената стока',
    en: 'Will be linked to the item that was found',
    ...none,
  },
  will_be_created: { bg: 'Ще се създаде в склада', en: 'Will be created in the warehouse', ...none },
  missing_code: {
    bg: 'Няма нито код (SKU), нито баркод',
    en: 'Has neither a SKU nor a barcode',
    mendBg: 'Попълнете SKU в магазина или свържете варианта ръчно.',
    mendEn: 'Enter a SKU in the shop, or link the variant by hand.',
  },
  missing_name: {
    bg: 'Няма име',
    en: 'Has no name',
    mendBg: 'Попълнете името на продукта в магазина.',
    mendEn: 'Enter the name of the product in the shop.',
  },
  duplicate_code_in_shop: {
    bg: 'Няколко варианта в магазина имат този код',
    en: 'Several variants of the shop have this code',
    mendBg: 'Дайте на всеки вариант свой код (SKU) или свържете вариантите ръчно.',
    mendEn: 'Give each variant a SKU of its own, or link the variants by hand.',
  },
  duplicate_code_in_warehouse: {
    bg: 'Няколко стоки в склада имат този код',
    en: 'Several items of the warehouse have this code',
    mendBg: 'Оставете кода само на една стока в micro.bg или свържете варианта ръчно.',
    mendEn: 'Leave the code to one item in micro.bg, or link the variant by hand.',
  },
  ambiguous: {
    bg: 'Кодът и баркодът сочат различни стоки или стоката се търси от няколко варианта',
    en: 'The SKU and the barcode name different items, or several variants ask for one item',
    mendBg: 'Поправете кодовете или свържете варианта ръчно.',
    mendEn: 'Correct the codes, or link the variant by hand.',
  },
  leading_zeros: {
    bg: 'Кодът се различава само по нулите отпред',
    en: 'The code differs only in zeros at the front',
    ...linkByHand,
  },
  blanks: {
    bg: 'Кодът се различава само по интервалите',
    en: 'The code differs only in blanks',
    ...linkByHand,
  },
  letter_case: {
    bg: 'Кодът се различава само по главни и малки букви',
    en: 'The code differs only in capital and small letters',
    ...linkByHand,
  },
  look_alike_letters: {
    bg: 'Кодът съдържа букви на кирилица, които изглеждат като латински, или обратно',
    en: 'The code has Cyrillic letters that look like Latin ones, or the other way round',
    ...linkByHand,
  },
  cross_match: {
    bg: 'Кодът на варианта е баркод на стока или баркодът му е код',
    en: 'The SKU is the barcode of an item, or the barcode is its code',
    mendBg: 'Приемете предложението или разрешете кръстосаното съответствие в настройките.',
    mendEn: 'Accept the suggestion, or allow cross matches in the settings.',
  },
  unlinked: {
    bg: 'Връзката с тази стока е отказана ръчно, а кодът ѝ е зает',
    en: 'The link to this item was refused by hand, and its code is taken',
    mendBg: 'Свържете варианта с друга стока или променете кода му.',
    mendEn: 'Link the variant to another item, or change its code.',
  },
  bundle: {
    bg: 'Комплект: свързват се стоките в него',
    en: 'A bundle: the goods in it are linked',
    mendBg: 'Нищо не е нужно. Ако комплектът е отделна стока в склада, свържете го ръчно.',
    mendEn: 'Nothing is needed. If the bundle is an item of its own in the warehouse, link it by hand.',
  },
  ignored: { bg: 'Пренебрегнат', en: 'Ignored', ...none },
  only_in_warehouse: { bg: 'Само в склада', en: 'Only in the warehouse', ...none },
  deleted_in_shop: { bg: 'Изтрит в магазина', en: 'Deleted in the shop', ...none },
  deleted_in_warehouse: {
    bg: 'Изтрита в склада',
    en: 'Deleted in the warehouse',
    mendBg: 'Възстановете стоката в micro.bg или свържете варианта с друга.',
    mendEn: 'Restore the item in micro.bg, or link the variant to another one.',
  },
};

/** The words of every note. */
export const noteWords: Readonly<Record<MatchNote, { readonly bg: string; readonly en: string }>> = {
  price_differs: { bg: 'Различна цена', en: 'Price differs' },
  missing_description: { bg: 'Без описание', en: 'No description' },
  no_measure: { bg: 'Стоката няма мярка', en: 'The item has no measure' },
  bundle: { bg: 'Комплект', en: 'Bundle' },
  untracked: { bg: 'Количеството не се следи', en: 'Stock is not tracked' },
  unlimited: { bg: 'Неограничено количество', en: 'Unlimited stock' },
  fractional: { bg: 'Продава се на части от мярката', en: 'Sold in parts of a unit' },
  inactive: { bg: 'Неактивен', en: 'Inactive' },
  draft: { bg: 'Чернова', en: 'Draft' },
  digital: { bg: 'Дигитален', en: 'Digital' },
  pack: { bg: 'Опаковка от няколко бройки', en: 'A pack of several units' },
  service_item: { bg: 'Услуга', en: 'Service' },
};
