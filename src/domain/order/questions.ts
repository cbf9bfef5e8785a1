import type { ProblemCode } from '../problems.ts';

/** One way to answer a question, as the shopkeeper reads it. */
export interface PossibleAnswer {
  readonly answer: string;
  readonly bg: string;
  readonly en: string;
}

/** Not a problem, but something that a person may decide at any time: this order is left alone. */
export const LEAVE_ALONE = 'leave_alone';

const questions = {
  cancelled_after_sale: [
    { answer: 'claim', bg: 'Оформи рекламация', en: 'Book a claim' },
    { answer: 'delete', bg: 'Изтрий продажбата', en: 'Delete the sale' },
    { answer: 'keep', bg: 'Остави продажбата', en: 'Keep the sale' },
  ],
  partial_return: [
    { answer: 'keep', bg: 'Оформих връщането в micro.bg', en: 'I booked the return in micro.bg' },
  ],
  fallen_below_rule: [
    { answer: 'keep', bg: 'Остави продажбата', en: 'Keep the sale' },
    { answer: 'reopen', bg: 'Направи я отново поръчка', en: 'Make it an order again' },
  ],
  document_changed_by_staff: [
    { answer: 'overwrite', bg: 'Вярна е поръчката в магазина', en: 'The order in the shop is right' },
    {
      answer: LEAVE_ALONE,
      bg: 'Верен е документът в склада',
      en: 'The document in the warehouse is right',
    },
  ],
  document_missing: [
    { answer: 'recreate', bg: 'Създай го отново', en: 'Create it again' },
    { answer: LEAVE_ALONE, bg: 'Поръчката остава без документ', en: 'The order stays without a document' },
  ],
  sale_is_final: [
    { answer: 'keep', bg: 'Остави продажбата, както е', en: 'Leave the sale as it is' },
    { answer: 'overwrite', bg: 'Запиши промяната', en: 'Save the change' },
  ],
  payment_unknown: [
    { answer: 'done', bg: 'Плащането е записано', en: 'The payment is there' },
    { answer: 'repeat', bg: 'Няма го, запиши го', en: 'It is not there, record it' },
  ],
  invoice_unknown: [
    { answer: 'done', bg: 'Фактурата е издадена', en: 'The invoice is there' },
    { answer: 'repeat', bg: 'Няма я, издай я', en: 'It is not there, issue it' },
  ],
  foreign_document: [
    { answer: LEAVE_ALONE, bg: 'Остава документът на другата програма', en: 'The other document stays' },
    { answer: 'take_over', bg: 'Ние водим поръчката', en: 'We take the order over' },
  ],
  posted_differs: [
    { answer: 'repost', bg: 'Запиши го отново', en: 'Save it again' },
    { answer: 'accept', bg: 'Приемам го такъв', en: 'Accept it as it is' },
  ],
} as const satisfies Partial<Record<ProblemCode, readonly PossibleAnswer[]>>;

/** A problem that a person can decide. */
export type QuestionCode = keyof typeof questions;

/** The ways to answer a problem; none when it is not a question but something to mend. */
export function answersTo(code: string): readonly PossibleAnswer[] {
  return Object.hasOwn(questions, code) ? questions[code as QuestionCode] : [];
}

/** What people have decided about an order, by question. */
export type Answers = Readonly<Partial<Record<QuestionCode | typeof LEAVE_ALONE, string>>>;

/** Did a person decide that this order is left alone? */
export function isLeftAlone(answers: Answers): boolean {
  return Object.values(answers).includes(LEAVE_ALONE);
}
