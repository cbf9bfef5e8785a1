import type { ProblemText } from './text.ts';

/** What the warehouse holds or says. */
export const warehouseProblems = {
  document_changed_by_staff: {
    severity: 'blocking',
    operator: 'document {number} differs from what was last confirmed; nothing is overwritten',
    bg: 'Документът {number} в склада е променен от служител; ние не го пипаме.',
    en: 'Document {number} in the warehouse was changed by staff; we leave it alone.',
    mendBg: 'Решете кое е вярно: документът в склада или поръчката в магазина.',
    mendEn: 'Decide which is right: the document in the warehouse, or the order in the shop.',
  },
  document_missing: {
    severity: 'blocking',
    operator: 'document {number} is gone from the warehouse although we did not delete it',
    bg: 'Документът {number} вече го няма в склада: изтрит е или е превърнат в продажба на ръка.',
    en: 'Document {number} is gone from the warehouse: it was deleted, or turned into a sale by hand.',
    mendBg:
      'Ако има продажба, направена на ръка, оставете поръчката без наш документ. Иначе можем да го създадем отново.',
    mendEn:
      'If there is a sale made by hand, leave the order without a document of ours. Otherwise we can create it again.',
  },
  foreign_document: {
    severity: 'blocking',
    operator: 'document {number} of this order belongs to another program',
    bg: 'Поръчката вече има документ {number}, създаден от друга програма.',
    en: 'The order already has document {number}, made by another program.',
    mendBg: 'Изберете дали да остане той, или ние да водим поръчката.',
    mendEn: 'Choose whether that one is to stay, or whether we take the order over.',
  },
  posted_differs: {
    severity: 'blocking',
    operator: 'document {number} read back differs from what was posted',
    bg: 'Документът {number} в склада не съвпада с поръчката; нищо повече не се прави с нея.',
    en: 'Document {number} in the warehouse does not match the order; nothing more is done with it.',
    mendBg:
      'Сравнете ги; най-често е сменена данъчната група на стока. После изберете: да го запишем отново, или го приемате така.',
    mendEn:
      "Compare them; most often an item's tax group was changed. Then choose: we save it again, or you accept it as it is.",
  },
  sale_is_final: {
    severity: 'blocking',
    operator: 'the order changed after sale {number} was documented by {reason}; the sale is not saved again',
    bg: 'Поръчката е променена, но за продажба {number} вече има {reason}; тя не е променена.',
    en: 'The order changed, but sale {number} already has {reason}; it was left as it is.',
    mendBg: 'Оформете разликата в micro.bg и изберете продажбата да остане, или разрешете промяната.',
    mendEn: 'Book the difference in micro.bg and choose that the sale stays, or allow the change.',
  },
  payment_unknown: {
    severity: 'blocking',
    operator: 'whether the payment of sale {number} was recorded is not known; it is not repeated',
    bg: 'Не е ясно дали плащането по продажба {number} е записано; не го повтаряме.',
    en: 'It is not known whether the payment of sale {number} was recorded; we do not repeat it.',
    mendBg: 'Вижте плащанията на продажбата в micro.bg и изберете дали да го запишем.',
    mendEn: 'Look at the payments of the sale in micro.bg, and choose whether we record it.',
  },
  payment_refused: {
    severity: 'blocking',
    operator: 'micro.bg refused the payment: {said}',
    bg: 'micro.bg отказа да запише плащането: {said}',
    en: 'micro.bg refused to record the payment: {said}',
    mendBg: 'Отстранете причината в micro.bg. Опитваме отново сами.',
    mendEn: 'Remove the cause in micro.bg. We try again by ourselves.',
  },
  payment_differs: {
    severity: 'info',
    operator: 'the payment of sale {number} was recorded as {recorded}, the sale comes to {total}',
    bg: 'По продажба {number} е записано плащане {recorded}, а тя вече е за {total}.',
    en: 'A payment of {recorded} was recorded for sale {number}, which now comes to {total}.',
    mendBg: 'Поправете плащането в micro.bg; през API то не може да се промени.',
    mendEn: 'Correct the payment in micro.bg; it cannot be changed through the API.',
  },
  invoice_unknown: {
    severity: 'blocking',
    operator: 'whether the invoice of sale {number} was issued is not known; it is not repeated',
    bg: 'Не е ясно дали фактурата за продажба {number} е издадена; не я повтаряме.',
    en: 'It is not known whether the invoice for sale {number} was issued; we do not repeat it.',
    mendBg: 'Вижте документите на продажбата в micro.bg и изберете дали да я издадем.',
    mendEn: 'Look at the documents of the sale in micro.bg, and choose whether we issue it.',
  },
  invoice_refused: {
    severity: 'blocking',
    operator: 'micro.bg refused the invoice: {said}',
    bg: 'micro.bg отказа да издаде фактурата: {said}',
    en: 'micro.bg refused to issue the invoice: {said}',
    mendBg: 'Отстранете причината в micro.bg. Опитваме отново сами.',
    mendEn: 'Remove the cause in micro.bg. We try again by ourselves.',
  },
  warehouse_refused: {
    severity: 'blocking',
    operator: 'micro.bg refused the document: {said}',
    bg: 'micro.bg отказа документа: {said}',
    en: 'micro.bg refused the document: {said}',
    mendBg: 'Отстранете причината в micro.bg. Поръчката ще опита отново сама.',
    mendEn: 'Remove the cause in micro.bg. The order tries again by itself.',
  },
  connection_stopped: {
    severity: 'blocking',
    operator: 'the connection is stopped: {reason}',
    bg: 'Връзката е спряна и нищо не се записва в склада: {reason}',
    en: 'The connection is stopped and nothing is written to the warehouse: {reason}',
    mendBg: 'Отстранете причината и пуснете връзката отново от таблото.',
    mendEn: 'Remove the cause, then start the connection again in the panel.',
  },
} as const satisfies Record<string, ProblemText>;
