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
