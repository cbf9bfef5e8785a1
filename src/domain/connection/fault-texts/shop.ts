/** Texts of a fault; `{name}` stands for a parameter. */
export interface FaultText {
  readonly bg: string;
  readonly en: string;
  readonly mendBg: string;
  readonly mendEn: string;
}

/** What is wrong with the access to a shop. */
export const shopFaults = {
  shop_key_refused: {
    bg: 'Магазинът не приема API ключа.',
    en: 'The shop does not accept the API key.',
    mendBg:
      'В CloudCart отворете Настройки – API ключове, вижте дали ключът е активен и го копирайте целия: 64 знака. Списъкът показва само първите 30.',
    mendEn:
      'In CloudCart open Settings – API keys, see whether the key is active, and copy all of it: 64 characters. The list shows only the first 30.',
  },
  shop_alias: {
    bg: '{host} не е основният домейн на магазина: той препраща към {primary}.',
    en: '{host} is not the primary domain of the shop: it sends on to {primary}.',
    mendBg: 'Въведете https://{primary}. CloudCart дава достъп до API само на основния домейн.',
    mendEn: 'Enter https://{primary}. CloudCart gives access to the API on the primary domain only.',
  },
  shop_no_api_access: {
    bg: 'Магазинът {host} няма достъп до API: планът му не го включва или това не е основният му домейн.',
    en: 'The shop {host} has no access to the API: its plan has none, or this is not its primary domain.',
    mendBg:
      'Проверете основния домейн в CloudCart, Настройки – Домейни. Ако е този, преминете към план с API – поне CC Pro.',
    mendEn:
      'Look up the primary domain in CloudCart, Settings – Domains. If it is this one, change to a plan with API access, at least CC Pro.',
  },
  shop_plan_over: {
    bg: 'Планът на магазина {host} е изтекъл.',
    en: 'The plan of the shop {host} has expired.',
    mendBg: 'Платете плана в CloudCart и опитайте отново.',
    mendEn: 'Pay for the plan in CloudCart and try again.',
  },
  shop_host_unknown: {
    bg: 'Няма сайт с адрес {host}.',
    en: 'There is no site at {host}.',
    mendBg: 'Проверете адреса за грешка: така, както се вижда в браузъра, когато магазинът е отворен.',
    mendEn: 'Look for a mistake in the address: it should be as the browser shows it when the shop is open.',
  },
  shop_not_found: {
    bg: 'На адрес {host} няма магазин на CloudCart.',
    en: 'There is no CloudCart shop at {host}.',
    mendBg: 'Въведете основния домейн на магазина, без път след него.',
    mendEn: 'Enter the primary domain of the shop, with no path behind it.',
  },
  shop_private_address: {
    bg: 'Адресът {host} води към вътрешна мрежа и не се допуска.',
    en: 'The address {host} leads to a private network and is not allowed.',
    mendBg: 'Въведете публичния адрес на магазина.',
    mendEn: 'Enter the public address of the shop.',
  },
  shop_unreachable: {
    bg: 'Магазинът {host} не отговаря в момента.',
    en: 'The shop {host} does not answer at the moment.',
    mendBg: 'Отворете магазина в браузър. Ако работи, опитайте отново след минута.',
    mendEn: 'Open the shop in a browser. If it works, try again in a minute.',
  },
} as const satisfies Readonly<Record<string, FaultText>>;
