import type { ProblemText } from './text.ts';

/** What is to be known of the buyer. */
export const partnerProblems = {
  personal_number_ignored: {
    severity: 'info',
    operator: 'a personal number was typed into the buyer data; it is stored nowhere',
    bg: 'В данните на клиента има 10-цифрен номер (ЕГН или ЛНЧ); той не се записва никъде.',
    en: "The customer's data holds a 10-digit personal number; it is stored nowhere.",
    mendBg: 'Не е нужно действие.',
    mendEn: 'Nothing needs to be done.',
  },
  company_number_invalid: {
    severity: 'info',
    operator: 'company number with a wrong check digit; the partner goes by e-mail',
    bg: 'ЕИК на клиента е с грешна контролна цифра; поръчката се води по имейл.',
    en: "The customer's company number has a wrong check digit; the order goes by e-mail.",
    mendBg: 'Поправете ЕИК в магазина, ако клиентът иска фактура.',
    mendEn: 'Correct it in the shop if the customer wants an invoice.',
  },
  partner_ambiguous: {
    severity: 'info',
    operator: 'several partners fit: {ids}; the lowest id was taken',
    bg: 'Няколко партньора в micro.bg отговарят на клиента: {ids}; взет е първият.',
    en: 'Several partners in micro.bg fit the customer: {ids}; the first one was taken.',
    mendBg: 'Обединете партньорите в micro.bg.',
    mendEn: 'Merge the partners in micro.bg.',
  },
  partner_deleted: {
    severity: 'info',
    operator: 'the only fitting partner is deleted; a new one is created',
    bg: 'Партньорът на този клиент е изтрит в micro.bg; създаден е нов.',
    en: 'The partner of this customer is deleted in micro.bg; a new one was created.',
    mendBg: 'Не е нужно действие, освен ако изтриването е било грешка.',
    mendEn: 'Nothing needs to be done, unless the deletion was a mistake.',
  },
  partner_refused: {
    severity: 'blocking',
    operator: 'micro.bg refused the partner: {said}',
    bg: 'micro.bg отказа партньора: {said}',
    en: 'micro.bg refused the partner: {said}',
    mendBg: 'Проверете дали същият код или ЕИК не е зает в micro.bg.',
    mendEn: 'Check whether the same code or company number is taken in micro.bg.',
  },
} as const satisfies Record<string, ProblemText>;
