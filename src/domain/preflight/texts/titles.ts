/** Both languages. */
export interface Words {
  readonly bg: string;
  readonly en: string;
}

/** Name of a check, and what to do when it does not pass; a reason may know better. */
export interface CheckText {
  readonly title: Words;
  readonly mend: Words;
}

const LOOK_AGAIN: Words = {
  bg: 'Пуснете проверката отново след малко.',
  en: 'Run the checks again in a while.',
};
const IN_SETTINGS: Words = {
  bg: 'Изберете ги в настройките на връзката.',
  en: 'Choose them in the settings of the connection.',
};

export const titles = {
  shop_access: {
    title: { bg: 'Достъп до магазина', en: 'Access to the shop' },
    mend: {
      bg: 'CloudCart иска план над Starter за връзка със склад. Помислете за CC Pro: 100 заявки в минута.',
      en: 'CloudCart asks for a plan above Starter for a warehouse integration. Consider CC Pro: 100 requests a minute.',
    },
  },
  primary_domain: {
    title: { bg: 'Основен домейн', en: 'Primary domain' },
    mend: LOOK_AGAIN,
  },
  shop_products: {
    title: { bg: 'Продукти в магазина', en: 'Products in the shop' },
    mend: {
      bg: 'Въведете продуктите в магазина: той е препоръчаният им източник.',
      en: 'Enter the products in the shop: it is the recommended source of them.',
    },
  },
  warehouse_access: {
    title: { bg: 'Достъп до склада', en: 'Access to the warehouse' },
    mend: LOOK_AGAIN,
  },
  subscription: {
    title: { bg: 'Абонамент за micro.bg', en: 'micro.bg subscription' },
    mend: { bg: 'Подновете абонамента навреме.', en: 'Renew the subscription in time.' },
  },
  two_users: {
    title: { bg: 'Поне двама потребители в micro.bg', en: 'At least two users in micro.bg' },
    mend: {
      bg: 'Проверете абонамента си в micro.bg и потвърдете тук.',
      en: 'Look at your micro.bg subscription and confirm it here.',
    },
  },
  country_and_vat: {
    title: { bg: 'Държава и данъчни групи', en: 'Country and VAT groups' },
    mend: {
      bg: 'Връзката работи с фирма в България. Проверете държавата в настройките на фирмата в micro.bg.',
      en: 'The integration works with a company in Bulgaria. See the country in the settings of the company in micro.bg.',
    },
  },
  shop_rates: {
    title: { bg: 'Ставки на ДДС от магазина', en: "The shop's VAT rates" },
    mend: {
      bg: 'Добавете липсващите ставки като данъчни групи в micro.bg.',
      en: 'Add the missing rates as VAT groups in micro.bg.',
    },
  },
  objects: {
    title: { bg: 'Обекти в склада', en: 'Objects of the warehouse' },
    mend: {
      bg: 'Изберете друг обект в настройките или дайте права за него на потребителя, с който работи приложението.',
      en: 'Choose another object in the settings, or give the user of the application rights to it.',
    },
  },
  account_mode: {
    title: { bg: 'Настройки на фирмата в micro.bg', en: 'Settings of the company in micro.bg' },
    mend: {
      bg: 'Проверете настройките на фирмата в micro.bg с вашия счетоводител.',
      en: 'Look at the settings of the company in micro.bg with your accountant.',
    },
  },
  currencies: {
    title: { bg: 'Валута', en: 'Currency' },
    mend: {
      bg: 'Магазинът и складът трябва да работят в една валута. За стари поръчки в лева включете преизчисляването по 1,95583.',
      en: 'Shop and warehouse must use one currency. For old orders in lev turn on the conversion at 1.95583.',
    },
  },
  vat_mode: {
    title: { bg: 'Цени с или без ДДС', en: 'Prices with or without VAT' },
    mend: {
      bg: 'Изравнете настройката „цените в магазина са с ДДС“ с магазина.',
      en: 'Make the setting “the shop keeps its prices with VAT” agree with the shop.',
    },
  },
  payments_mapped: {
    title: { bg: 'Начини на плащане', en: 'Ways to pay' },
    mend: {
      bg: 'Изберете тип плащане за всеки в настройките. Нов тип се прави в micro.bg: За фирмата – Типове плащания – Нов тип плащане.',
      en: 'Choose a payment type for each in the settings. A new type is made in micro.bg: За фирмата – Типове плащания – Нов тип плащане.',
    },
  },
  fiscal_modes: {
    title: { bg: 'Касови бележки', en: 'Fiscal receipts' },
    mend: {
      bg: 'Наложен платеж с пощенски паричен превод не изисква касова бележка. Изберете тип плащане без фискален бон или попитайте счетоводителя си (Наредба Н-18, СУПТО).',
      en: 'Cash on delivery by postal money order needs no fiscal receipt. Choose a payment type without one, or ask your accountant (Ordinance N-18, СУПТО).',
    },
  },
  services: {
    title: { bg: 'Услуги за доставка, отстъпка и такса', en: 'Service items for delivery, discount and fee' },
    mend: {
      bg: 'Изберете ги в настройките. Липсващите могат да бъдат създадени оттам.',
      en: 'Choose them in the settings. Missing ones can be created there.',
    },
  },
  price_list: {
    title: { bg: 'Ценова листа за магазина', en: 'Price list for the shop' },
    mend: IN_SETTINGS,
  },
  stores: {
    title: { bg: 'Локации на магазина', en: 'Stores of the shop' },
    mend: {
      bg: 'В CloudCart отворете Приложения и вижте дали Store Locations е включено. Ако е, изберете в настройката storeStock за всяка локация кои обекти на склада са нейни. Ако не е, потвърдете тук.',
      en: 'In CloudCart open Apps and see whether Store Locations is on. If it is, choose in the setting storeStock which objects of the warehouse are behind each store. If it is not, confirm it here.',
    },
  },
  decrement: {
    title: { bg: 'Кога магазинът намалява количеството', en: 'When the shop takes off stock' },
    mend: {
      bg: 'В CloudCart отворете Настройки – „Намали количество ако статусът на поръчката е“, сравнете с настройката тук и потвърдете.',
      en: 'In CloudCart open Settings – „Намали количество ако статусът на поръчката е“, compare it with the setting here, and confirm.',
    },
  },
  company_number: {
    title: { bg: 'ЕИК не е задължително поле', en: 'The company number is optional' },
    mend: {
      bg: 'Вижте в магазина, че клиент без фирма може да поръча, и потвърдете.',
      en: 'See in the shop that a buyer without a company can order, and confirm.',
    },
  },
  shop_invoicing: {
    title: { bg: 'Фактури от магазина', en: 'Invoices of the shop' },
    mend: {
      bg: 'Изключете фактурирането в CloudCart или издаването на фактури от micro.bg: една продажба има една фактура.',
      en: 'Turn off invoicing in CloudCart, or invoices by micro.bg: one sale has one invoice.',
    },
  },
  backup: {
    title: { bg: 'Архив на фирмата', en: 'Backup of the company' },
    mend: {
      bg: 'В micro.bg отворете Администриране – Архивиране на фирма, направете архив и потвърдете.',
      en: 'In micro.bg open Администриране – Архивиране на фирма, make a backup, and confirm.',
    },
  },
  other_integration: {
    title: { bg: 'Други връзки със същия магазин', en: 'Other integrations of the same shop' },
    mend: {
      bg: 'Изключете приложението micro.bg в CloudCart (Приложения) и вижте в micro.bg, Администриране – Връзка с ел. магазини, че нашето приложение е от тип „Външни приложения“, а няма друго от тип „CloudCart“. После потвърдете.',
      en: 'Turn off the app micro.bg in CloudCart (Apps), and see in micro.bg, Администриране – Връзка с ел. магазини, that our application is of type „Външни приложения“ and that there is none of type „CloudCart“. Then confirm.',
    },
  },
  webhooks: {
    title: { bg: 'Известия от магазина', en: 'Webhooks of the shop' },
    mend: { bg: 'Включете известията с бутона.', en: 'Turn the webhooks on with the button.' },
  },
  codes: {
    title: { bg: 'Съответствие на кодовете', en: 'Matching codes' },
    mend: {
      bg: 'Отворете таблицата за съответствие и поправете кодовете или внесете стоките.',
      en: 'Open the match report and mend the codes, or import the goods.',
    },
  },
  clocks: {
    title: { bg: 'Часовници', en: 'Clocks' },
    mend: {
      bg: 'Сверете часовника на сървъра, на който работи връзката.',
      en: 'Set the clock of the server on which the integration runs.',
    },
  },
  schedules: {
    title: { bg: 'Редовна работа', en: 'Regular work' },
    mend: {
      bg: 'Вижте дали работи поне един worker и дали Temporal отговаря.',
      en: 'See whether a worker runs and Temporal answers.',
    },
  },
} as const satisfies Readonly<Record<string, CheckText>>;
