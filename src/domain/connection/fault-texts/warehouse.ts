import type { FaultText } from './shop.ts';

const WHERE_BG = 'В micro.bg отворете Администриране – Връзка с ел. магазини – Настройки на приложението';
const WHERE_EN = 'In micro.bg open Администриране – Връзка с ел. магазини – Настройки of the application';

/** What is wrong with the access to a warehouse. */
export const warehouseFaults = {
  warehouse_api_id_unknown: {
    bg: 'micro.bg не познава този API идентификатор.',
    en: 'micro.bg does not know this API identifier.',
    mendBg: `${WHERE_BG} и копирайте полето „API Идентификатор“. Типът на приложението трябва да е „Външни приложения“.`,
    mendEn: `${WHERE_EN} and copy the field „API Идентификатор“. The type of the application must be „Външни приложения“.`,
  },
  warehouse_secret_refused: {
    bg: 'micro.bg не приема секретния ключ.',
    en: 'micro.bg does not accept the secret key.',
    mendBg: `${WHERE_BG} и копирайте полето „Секретен ключ“. Проверете и дали приложението е активно.`,
    mendEn: `${WHERE_EN} and copy the field „Секретен ключ“. See whether the application is active, too.`,
  },
  warehouse_not_paid: {
    bg: 'Абонаментът на {company} в micro.bg е изтекъл на {until}.',
    en: 'The micro.bg subscription of {company} ended on {until}.',
    mendBg: 'Подновете абонамента в micro.bg. Нужни са поне двама потребители.',
    mendEn: 'Renew the subscription in micro.bg. At least two users are needed.',
  },
  warehouse_list_refused: {
    bg: 'micro.bg не позволява да се прочете: {what}.',
    en: 'micro.bg does not let us read: {what}.',
    mendBg: `${WHERE_BG} и вижте с кой потребител работи приложението. Дайте му права за обектите и справочниците.`,
    mendEn: `${WHERE_EN} and see which user the application works as. Give that user rights to the objects and lists.`,
  },
  warehouse_no_currency: {
    bg: 'Фирмата в micro.bg няма зададена валута.',
    en: 'The company in micro.bg has no currency.',
    mendBg: 'Задайте валутата в настройките на фирмата в micro.bg.',
    mendEn: 'Set the currency in the settings of the company in micro.bg.',
  },
  warehouse_host_unknown: {
    bg: 'Няма сървър с адреса на входната точка.',
    en: 'There is no server at the entry point.',
    mendBg: 'Използвайте адреса, който micro.bg показва: https://micro.bg/ExtApps/ExternalApp/API/',
    mendEn: 'Use the address that micro.bg shows: https://micro.bg/ExtApps/ExternalApp/API/',
  },
  warehouse_entry_point_wrong: {
    bg: 'На входната точка не отговаря micro.bg.',
    en: 'It is not micro.bg that answers at the entry point.',
    mendBg: 'Използвайте адреса https://micro.bg/ExtApps/ExternalApp/API/ с наклонена черта накрая.',
    mendEn: 'Use the address https://micro.bg/ExtApps/ExternalApp/API/ with the slash at its end.',
  },
  warehouse_private_address: {
    bg: 'Входната точка води към вътрешна мрежа и не се допуска.',
    en: 'The entry point leads to a private network and is not allowed.',
    mendBg: 'Използвайте публичния адрес на micro.bg.',
    mendEn: 'Use the public address of micro.bg.',
  },
  warehouse_unreachable: {
    bg: 'micro.bg не отговаря в момента.',
    en: 'micro.bg does not answer at the moment.',
    mendBg: 'Влезте в micro.bg с браузър. Ако работи, опитайте отново след минута.',
    mendEn: 'Sign in to micro.bg with a browser. If it works, try again in a minute.',
  },
} as const satisfies Readonly<Record<string, FaultText>>;
