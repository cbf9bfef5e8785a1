import type { ReasonText } from './reasons.ts';

/** What persons confirm, and what our own work shows. */
export const ownReasons = {
  confirmed: {
    text: { bg: 'Потвърдено от {by} на {at}.', en: 'Confirmed by {by} on {at}.' },
  },
  confirm_two_users: {
    text: {
      bg: 'Никой API не показва броя на потребителите.',
      en: 'No API shows the number of users.',
    },
  },
  confirm_company_number: {
    text: {
      bg: 'Никой API не показва дали полето ЕИК е задължително.',
      en: 'No API shows whether the company number is required.',
    },
  },
  confirm_backup: {
    text: { bg: 'Архив още не е потвърден.', en: 'Nobody has confirmed a backup yet.' },
  },
  confirm_invoicing: {
    text: {
      bg: 'Последните поръчки нямат фактура от магазина, но настройката му не се вижда.',
      en: 'The last orders have no invoice of the shop, but its setting cannot be seen.',
    },
    mend: {
      bg: 'Вижте в CloudCart, че фактурирането е изключено, и потвърдете.',
      en: 'See in CloudCart that invoicing is off, and confirm.',
    },
  },
  confirm_application_type: {
    text: {
      bg: 'Няма следи от друга връзка. Типът на приложението не се вижда от тук.',
      en: 'There is no sign of another integration. The type of the application cannot be seen from here.',
    },
  },
  confirm_decrement: {
    text: {
      bg: 'Настройката тук е „{when}“; настройката на магазина никой API не я показва.',
      en: 'The setting here is “{when}”; no API shows the setting of the shop.',
    },
  },
  decrement_before_sale: {
    text: {
      bg: 'Магазинът намалява количеството при изчакваща поръчка, а продажбата идва по-късно (потвърдено от {by} на {at}).',
      en: 'The shop takes off stock for a pending order, and the sale comes later (confirmed by {by} on {at}).',
    },
    mend: {
      bg: 'Това е допустимо: изнесеното количество държи сметка за разликата. За най-точни наличности изберете „Платена/Изпратена“ в магазина.',
      en: 'That is allowed: the exported quantity allows for the difference. For the most exact stock choose „Платена/Изпратена“ in the shop.',
    },
  },
  sale_before_decrement: {
    text: {
      bg: 'Продажбата се прави веднага, а магазинът намалява количеството чак при плащане (потвърдено от {by} на {at}).',
      en: 'The sale is made at once, and the shop takes off stock only when paid (confirmed by {by} on {at}).',
    },
    mend: {
      bg: 'Изберете „Изчакваща/Изпратена“ в магазина и „pending“ тук.',
      en: 'Choose „Изчакваща/Изпратена“ in the shop and “pending” here.',
    },
  },
  webhooks_not_wanted: {
    text: {
      bg: 'Известията не са включени: поръчките се намират само при обхождане.',
      en: 'The webhooks are not on: orders are found by the sweep only.',
    },
  },
  webhooks_off: {
    text: { bg: 'Изключени известия: {off}.', en: 'Webhooks that are off: {off}.' },
    mend: {
      bg: 'Надзорът ги включва сам. Ако пак се изключват, вижте дали адресът на връзката се отваря отвън.',
      en: 'The watchdog turns them on by itself. If they go off again, see whether our address can be reached from outside.',
    },
  },
  webhooks_on: { text: { bg: 'Включени известия: {on}.', en: 'Webhooks that are on: {on}.' } },
  webhooks_not_seen: {
    text: {
      bg: 'Известията са поискани и още не са проверени в магазина.',
      en: 'The webhooks were asked for and not seen in the shop yet.',
    },
    mend: { bg: 'Изчакайте минута.', en: 'Wait a minute.' },
  },
  no_match_report: {
    text: { bg: 'Още няма таблица за съответствие.', en: 'There is no match report yet.' },
    mend: { bg: 'Направете проверка на съответствието.', en: 'Have the match report made.' },
  },
  codes_match: {
    text: {
      bg: 'Всички {variants} варианта имат стока.',
      en: 'All {variants} variants have their item.',
    },
  },
  codes_unmatched: {
    text: {
      bg: '{unmatched} от {variants} варианта нямат стока: поръчки с тях ще чакат.',
      en: '{unmatched} of {variants} variants have no item: orders with them will wait.',
    },
  },
  connection_off: {
    text: { bg: 'Връзката е изключена.', en: 'The connection is off.' },
    mend: {
      bg: 'Включете режим „наблюдение“.',
      en: 'Switch to the mode “observe”.',
    },
  },
  duties_late: {
    text: { bg: 'Закъснява: {duties}.', en: 'Late: {duties}.' },
  },
  duties_done: { text: { bg: 'Всичко се изпълнява навреме.', en: 'Everything is done in time.' } },
  duties_not_yet: {
    text: { bg: 'Още нищо не е изпълнявано.', en: 'Nothing was done yet.' },
    mend: { bg: 'Изчакайте няколко минути.', en: 'Wait a few minutes.' },
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
