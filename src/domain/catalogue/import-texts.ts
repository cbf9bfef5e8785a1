import type { PlanNote, SkipReason } from './import-plan.ts';

/** Words for people, in both languages. */
export interface ImportText {
  readonly bg: string;
  readonly en: string;
}

const text = (bg: string, en: string): ImportText => ({ bg, en });

/** Why nothing is written for a row, and what to do about it. */
export const skipTexts: Readonly<Record<SkipReason, ImportText>> = {
  unchanged: text(
    'Вече синхронизиран: в склада е същото.',
    'Synchronised already: the warehouse has the same.',
  ),
  shared_item: text(
    'Стоката стои за няколко артикула или за опаковка; името ѝ не се променя.',
    'The item stands for several products or for a pack; its name is not changed.',
  ),
  service_item: text('Стоката е услуга; не се променя.', 'The item is a service; it is not changed.'),
  code_unusable: text(
    'Кодът „{sku}“ не може да бъде код в micro.bg, а артикулът няма баркод. Дайте му код или баркод в магазина.',
    'The SKU "{sku}" cannot be a code in micro.bg, and there is no barcode. Give it one in the shop.',
  ),
  vat_unknown: text(
    'Не се знае ставката на ДДС. Изберете я за реда.',
    'The VAT rate is not known. Choose it for the row.',
  ),
  vat_group_missing: text(
    'В micro.bg няма група с ДДС {rate} %. Създайте я или изберете друга ставка.',
    'micro.bg has no group with {rate} % VAT. Create it, or choose another rate.',
  ),
  measure_missing: text(
    'Няма стока с мерна единица „{unit}“. Изберете мярка за реда или за целия внос.',
    'No item has the measure "{unit}". Choose a measure for the row or for the whole import.',
  ),
  missing_code: text('Няма нито код, нито баркод.', 'Has neither SKU nor barcode.'),
  missing_name: text('Няма име в магазина.', 'Has no name in the shop.'),
  duplicate_code_in_shop: text(
    'Няколко артикула в магазина имат този код.',
    'Several products of the shop have this code.',
  ),
  duplicate_code_in_warehouse: text(
    'Няколко стоки в склада имат този код.',
    'Several items of the warehouse have this code.',
  ),
  ambiguous: text(
    'Кодът и баркодът сочат различни стоки, или стоката е на друг артикул.',
    'SKU and barcode name different items, or the item is taken by another product.',
  ),
  leading_zeros: text('Кодовете се различават по нули отпред.', 'The codes differ in leading zeros.'),
  blanks: text('Кодовете се различават по интервали.', 'The codes differ in blanks.'),
  letter_case: text('Кодовете се различават по главни букви.', 'The codes differ in letter case.'),
  look_alike_letters: text(
    'Кодовете се различават по букви на кирилица и латиница.',
    'The codes differ in Cyrillic and Latin letters.',
  ),
  cross_match: text(
    'Кодът е баркод на стока или обратно.',
    'The SKU is the barcode of an item, or the other way round.',
  ),
  unlinked: text('Връзката е махната от човек.', 'Somebody took the link back.'),
  bundle: text('Комплект: свързват се частите му.', 'A bundle: its parts are linked.'),
  ignored: text('Пренебрегнат по желание.', 'Ignored on request.'),
  deleted_in_shop: text('Няма го вече в магазина.', 'It is not in the shop any more.'),
  deleted_in_warehouse: text('Стоката е изтрита в склада.', 'The item is deleted in the warehouse.'),
};

/** What is to be known of a row besides. */
export const planNoteTexts: Readonly<Record<PlanNote, ImportText>> = {
  name_cut: text('Името е скъсено до 200 знака.', 'The name was cut to 200 characters.'),
  no_price: text('Ще бъде създаден без цена.', 'Will be created without a price.'),
  own_code_impossible: text('Кодът ще бъде даден от micro.bg.', 'micro.bg will give the code.'),
  vat_assumed: text(
    'Магазинът не показва ДДС; взета е основната ставка.',
    'The shop shows no VAT; the main rate was taken.',
  ),
};

/** What became of a row. */
export const outcomeTexts = {
  created: text('Създадена.', 'Created.'),
  adopted: text(
    'Свързана със стока, която вече стоеше под този код.',
    'Linked to an item that stood under this code.',
  ),
  updated: text('Променена.', 'Changed.'),
  linked: text('Свързана.', 'Linked.'),
  unchanged: text('Без промяна: в склада вече е същото.', 'Unchanged: the warehouse had the same already.'),
  changed_meanwhile: text(
    'Оставена: променена е в micro.bg след прегледа.',
    'Left: it was changed in micro.bg after the preview.',
  ),
  changed_in_shop: text(
    'Оставена: артикулът е променен в магазина след прегледа. Направете нов преглед.',
    'Left: the product was changed in the shop after the preview. Make a new preview.',
  ),
  refused: text('Отказана от micro.bg.', 'Refused by micro.bg.'),
  code_taken: text('Кодът е зает от друга стока.', 'The code is taken by another item.'),
  deleted: text('Изтрита.', 'Deleted.'),
  already_gone: text('Вече я няма.', 'It is gone already.'),
  kept_used: text(
    'Запазена: участва в документи или наличности.',
    'Kept: it is used in documents or in stock.',
  ),
  kept_changed: text('Запазена: променена е от служител.', 'Kept: staff changed it.'),
  restored: text('Върната както беше.', 'Restored as it was.'),
  restored_partly: text(
    'Върната, където не е променена от служител.',
    'Restored where staff had not changed it.',
  ),
  unlinked: text('Връзката е махната.', 'The link was taken back.'),
  kept_relinked: text('Връзката е оставена.', 'The link was kept.'),
} as const;

/** What must be done before an import. */
export const backupReminder = text(
  'Преди вноса направете архив на фирмата в micro.bg: Администриране – Архивиране на фирма.',
  'Before the import, back the company up in micro.bg: Администриране – Архивиране на фирма.',
);

/** A text with its parameters filled in. */
export function fillText(
  { bg, en }: ImportText,
  params: Readonly<Record<string, string>>,
): { readonly bg: string; readonly en: string } {
  const fill = (one: string): string =>
    one.replaceAll(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? '');
  return { bg: fill(bg), en: fill(en) };
}
