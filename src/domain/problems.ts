/** What stands in the way of a document, or is worth knowing. Params hold codes, SKUs and amounts: no personal data. */
export interface Problem {
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

interface ProblemText {
  /** `blocking`: no document until it is mended. `info`: posted, but somebody should know. */
  readonly severity: 'blocking' | 'info';
  readonly bg: string;
  readonly en: string;
  readonly mendBg: string;
  readonly mendEn: string;
}

const texts = {
  sku_not_matched: {
    severity: 'blocking',
    bg: 'Артикул с код „{sku}“ няма съответствие в склада.',
    en: 'The product with SKU "{sku}" has no item in the warehouse.',
    mendBg: 'Добавете стоката в micro.bg със същия код или я свържете ръчно.',
    mendEn: 'Add the item to micro.bg under the same code, or link it by hand.',
  },
  payment_not_mapped: {
    severity: 'blocking',
    bg: 'Начинът на плащане „{provider}“ не е свързан с тип плащане в micro.bg.',
    en: 'The payment method "{provider}" is not mapped to a payment type of micro.bg.',
    mendBg: 'Изберете тип плащане за него в настройките. Поръчката ще продължи сама.',
    mendEn: 'Choose a payment type for it in the settings. The order then goes on by itself.',
  },
  service_item_missing: {
    severity: 'blocking',
    bg: 'Не е избрана услуга за „{purpose}“.',
    en: 'No service item is chosen for "{purpose}".',
    mendBg: 'Изберете услугата в настройките.',
    mendEn: 'Choose the service item in the settings.',
  },
  currency_mismatch: {
    severity: 'blocking',
    bg: 'Поръчката е в {order}, а складът работи в {warehouse}.',
    en: 'The order is in {order}, the warehouse works in {warehouse}.',
    mendBg: 'Обработете поръчката ръчно или включете превалутирането.',
    mendEn: 'Handle the order by hand, or enable conversion.',
  },
  total_mismatch: {
    severity: 'blocking',
    bg: 'Общата сума {total} не може да се обясни с редовете: обясними са {explained}.',
    en: 'The total {total} cannot be explained by the lines: {explained} can.',
    mendBg: 'Проверете отстъпките и доставката на поръчката в магазина.',
    mendEn: "Check the order's discounts and delivery in the shop.",
  },
  ambiguous_total: {
    severity: 'blocking',
    bg: 'Общата сума {total} може да се обясни по {ways} различни начина.',
    en: 'The total {total} can be explained in {ways} different ways.',
    mendBg: 'Изберете кое тълкуване е вярно за вашия магазин.',
    mendEn: 'Choose which reading is right for your shop.',
  },
  vat_rate_mismatch: {
    severity: 'blocking',
    bg: 'ДДС на „{sku}“ в склада е {warehouse} %, а магазинът показва {shop} %.',
    en: 'VAT of "{sku}" is {warehouse} % in the warehouse; the shop shows {shop} %.',
    mendBg: 'Поправете данъчната група на стоката или ставката в магазина.',
    mendEn: "Correct the item's tax group, or the rate in the shop.",
  },
  bundle_without_parts: {
    severity: 'blocking',
    bg: 'Комплектът „{sku}“ не е свързан, а съставът му не се вижда.',
    en: 'The bundle "{sku}" is not linked, and its parts are not visible.',
    mendBg: 'Свържете комплекта със стока в склада.',
    mendEn: 'Link the bundle to an item of the warehouse.',
  },
  cancelled_after_sale: {
    severity: 'blocking',
    bg: 'Поръчката е „{status}“ след продажбата; продажбата остава.',
    en: 'The order is "{status}" after the sale; the sale stays.',
    mendBg: 'Оформете връщането в micro.bg.',
    mendEn: 'Book the return in micro.bg.',
  },
  fallen_below_rule: {
    severity: 'blocking',
    bg: 'Статусът се върна на „{status}“ след продажбата; продажбата остава.',
    en: 'The status fell back to "{status}" after the sale; the sale stays.',
    mendBg: 'Решете дали продажбата да остане.',
    mendEn: 'Decide whether the sale is to stay.',
  },
  disputed: {
    severity: 'blocking',
    bg: 'Плащането е оспорено; нищо не се променя.',
    en: 'The payment is disputed; nothing is changed.',
    mendBg: 'Изчакайте решението на банката.',
    mendEn: 'Wait for the decision of the bank.',
  },
  personal_number_ignored: {
    severity: 'info',
    bg: 'В полето за ЕИК има 10-цифрен номер; той не се записва никъде.',
    en: 'The field of the company number holds a 10-digit number; it is stored nowhere.',
    mendBg: 'Не е нужно действие.',
    mendEn: 'Nothing needs to be done.',
  },
  company_number_invalid: {
    severity: 'info',
    bg: 'ЕИК на клиента е с грешна контролна цифра; поръчката се води по имейл.',
    en: "The customer's company number has a wrong check digit; the order goes by e-mail.",
    mendBg: 'Поправете ЕИК в магазина, ако клиентът иска фактура.',
    mendEn: 'Correct it in the shop if the customer wants an invoice.',
  },
  partner_ambiguous: {
    severity: 'info',
    bg: 'Има няколко партньора с тези данни: {ids}; взет е първият.',
    en: 'Several partners fit: {ids}; the first one was taken.',
    mendBg: 'Обединете партньорите в micro.bg.',
    mendEn: 'Merge the partners in micro.bg.',
  },
  partner_deleted: {
    severity: 'info',
    bg: 'Партньорът е изтрит в micro.bg; създаден е нов.',
    en: 'The partner is deleted in micro.bg; a new one was made.',
    mendBg: 'Не е нужно действие.',
    mendEn: 'Nothing needs to be done.',
  },
  order_vanished: {
    severity: 'info',
    bg: 'Поръчката вече не съществува в магазина.',
    en: 'The order no longer exists in the shop.',
    mendBg: 'Не е нужно действие; документът ѝ е изтрит от склада.',
    mendEn: 'Nothing needs to be done; its document was removed from the warehouse.',
  },
  shop_order_unreadable: {
    severity: 'blocking',
    bg: 'Магазинът върна поръчката в непознат вид: {said}.',
    en: 'The shop returned the order in an unknown form: {said}.',
    mendBg: 'Изпратете ни пакета за поддръжка на тази поръчка.',
    mendEn: 'Send us the support bundle of this order.',
  },
  document_changed_by_staff: {
    severity: 'blocking',
    bg: 'Документът {number} в склада е променен или изтрит от служител; ние не го пипаме.',
    en: 'Document {number} in the warehouse was changed or deleted by staff; we leave it alone.',
    mendBg: 'Решете кое е вярно: документът в склада или поръчката в магазина.',
    mendEn: 'Decide which is right: the document in the warehouse, or the order in the shop.',
  },
  foreign_document: {
    severity: 'blocking',
    bg: 'Поръчката вече има документ {number}, създаден от друга програма.',
    en: 'The order already has document {number}, made by another program.',
    mendBg: 'Изберете дали да остане той, или ние да водим поръчката.',
    mendEn: 'Choose whether that one is to stay, or whether we take the order over.',
  },
  posted_differs: {
    severity: 'blocking',
    bg: 'Документът {number} в склада не съвпада с поръчката; нищо повече не се прави с нея.',
    en: 'Document {number} in the warehouse does not match the order; nothing more is done with it.',
    mendBg: 'Сравнете двата документа; най-често данъчната група на стока е сменена.',
    mendEn: "Compare both documents; most often an item's tax group was changed.",
  },
  warehouse_refused: {
    severity: 'blocking',
    bg: 'micro.bg отказа документа: {said}',
    en: 'micro.bg refused the document: {said}',
    mendBg: 'Отстранете причината в micro.bg. Поръчката ще опита отново сама.',
    mendEn: 'Remove the cause in micro.bg. The order tries again by itself.',
  },
  partner_refused: {
    severity: 'blocking',
    bg: 'micro.bg отказа партньора: {said}',
    en: 'micro.bg refused the partner: {said}',
    mendBg: 'Проверете дали същият код или ЕИК не е зает в micro.bg.',
    mendEn: 'Check whether the same code or company number is taken in micro.bg.',
  },
} as const satisfies Record<string, ProblemText>;

export type ProblemCode = keyof typeof texts;

/** A problem with its facts. */
export function problem(code: ProblemCode, params: Problem['params'] = {}): Problem {
  return { code, params };
}

/** Does the problem keep the order from its document? */
export function isBlocking({ code }: Problem): boolean {
  return texts[code].severity === 'blocking';
}

/** The problem and how to mend it, in the shopkeeper's language. */
export function describeProblem(
  { code, params }: Problem,
  language: 'bg' | 'en',
): { text: string; mend: string } {
  const template: ProblemText = texts[code];
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? '?'));
  return language === 'bg'
    ? { text: fill(template.bg), mend: fill(template.mendBg) }
    : { text: fill(template.en), mend: fill(template.mendEn) };
}

/** All codes, for catalogues and checks. */
export const problemCodes = Object.keys(texts) as readonly ProblemCode[];
