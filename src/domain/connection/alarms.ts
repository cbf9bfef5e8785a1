/** How long silence may last before it is a fault, minutes; null: however long. */
export interface AlarmLimits {
  /** Since an order came to its right document. A quiet shop needs a long one. */
  readonly order: number | null;
  /** Since a webhook was delivered. */
  readonly delivery: number | null;
  /** Since the shop was swept, its webhooks were looked after, recent documents were compared with the ledger. */
  readonly sweep: number | null;
  readonly watchdog: number | null;
  readonly verification: number | null;
  /** Since a cycle of the export was finished. */
  readonly export: number | null;
  /** That an order may wait to be looked at after we heard of it. */
  readonly waiting: number | null;
}

export const defaultAlarmLimits: AlarmLimits = {
  order: 2 * 24 * 60,
  delivery: 2 * 24 * 60,
  sweep: 15,
  watchdog: 20,
  verification: 30,
  export: 20,
  waiting: 15,
};

/** What the alarms of a connection are decided by. */
export interface AlarmFacts {
  readonly now: Date;
  readonly mode: 'off' | 'observe' | 'live';
  readonly stoppedReason: string | null;
  readonly ledgerReason: string | null;
  /** Silence counts from here on where nothing ever happened, and after the connection was off. */
  readonly watchedSince: Date;
  readonly lastOrderAt: Date | null;
  readonly lastDeliveryAt: Date | null;
  readonly lastSweepAt: Date | null;
  readonly lastWatchdogAt: Date | null;
  readonly lastVerificationAt: Date | null;
  /** Null also where the export is paused: nothing is expected of it. */
  readonly lastExportAt: Date | null;
  readonly exportPaused: boolean;
  /** What looked wrong in the warehouse and waits for a person. */
  readonly exportFindings: number;
  readonly oldestWaitingAt: Date | null;
  readonly difference: number;
  /** Documents that carry our note and number, and that the ledger does not know. */
  readonly unknownDocuments: number;
  /** Somebody registered webhooks: then they must be on, and deliveries must come. */
  readonly webhooksWanted: boolean;
  readonly webhooksOff: number;
  /** Most repairs in a row of one webhook without a delivery after them. */
  readonly webhookRepairs: number;
}

/** A fault that nobody would notice otherwise. Params are numbers: no personal data. */
export interface Alarm {
  readonly code: AlarmCode;
  readonly params: Readonly<Record<string, number>>;
}

/** Repairs in vain after which somebody must look: by then CloudCart has written to the merchant as often. */
const REPAIRS_IN_VAIN = 3;

/** The alarms of a connection. One that is off has none: nothing is expected of it. */
export function alarmsOf(facts: AlarmFacts, limits: AlarmLimits): Alarm[] {
  if (facts.mode === 'off') return [];
  return [...standstills(facts), ...silences(facts, limits)];
}

/** What is wrong whatever the time. */
function standstills(facts: AlarmFacts): Alarm[] {
  const {
    stoppedReason,
    ledgerReason,
    difference,
    unknownDocuments,
    webhooksWanted,
    webhooksOff,
    webhookRepairs,
    exportFindings,
  } = facts;
  const alarms: Alarm[] = [];
  if (stoppedReason !== null) alarms.push({ code: 'writes_stopped', params: {} });
  if (ledgerReason !== null) alarms.push({ code: 'ledger_unconfirmed', params: {} });
  if (difference > 0) alarms.push({ code: 'documents_differ', params: { orders: difference } });
  if (unknownDocuments > 0)
    alarms.push({ code: 'unknown_documents', params: { documents: unknownDocuments } });
  if (exportFindings > 0) alarms.push({ code: 'export_doubtful', params: { findings: exportFindings } });
  if (webhooksWanted && webhooksOff > 0)
    alarms.push({ code: 'webhook_off', params: { webhooks: webhooksOff } });
  if (webhooksWanted && webhookRepairs >= REPAIRS_IN_VAIN)
    alarms.push({ code: 'webhook_keeps_failing', params: { repairs: webhookRepairs } });
  return alarms;
}

/** What did not happen for too long. */
function silences(facts: AlarmFacts, limits: AlarmLimits): Alarm[] {
  const silence = (code: AlarmCode, last: Date | null, limit: number | null): Alarm[] => {
    const since = Math.max(last?.getTime() ?? 0, facts.watchedSince.getTime());
    const minutes = Math.floor((facts.now.getTime() - since) / 60_000);
    return limit !== null && minutes > limit ? [{ code, params: { minutes, limit } }] : [];
  };
  return [
    ...silence('no_good_order', facts.lastOrderAt, limits.order),
    ...(facts.webhooksWanted ? silence('no_delivery', facts.lastDeliveryAt, limits.delivery) : []),
    ...silence('sweep_late', facts.lastSweepAt, limits.sweep),
    ...silence('watchdog_late', facts.lastWatchdogAt, limits.watchdog),
    ...silence('verification_late', facts.lastVerificationAt, limits.verification),
    ...(facts.exportPaused ? [] : silence('export_late', facts.lastExportAt, limits.export)),
    ...(facts.oldestWaitingAt === null ? [] : silence('orders_wait', facts.oldestWaitingAt, limits.waiting)),
  ];
}

interface AlarmText {
  /** For logs and monitoring. */
  readonly operator: string;
  readonly bg: string;
  readonly en: string;
  readonly mendBg: string;
  readonly mendEn: string;
}

/** Every alarm has a page of its own in `docs/errors`. Codes are stable. */
const texts = {
  no_good_order: {
    operator: 'no order came to its document for {minutes} minutes; the limit is {limit}',
    bg: 'От {minutes} минути нито една поръчка не е стигнала до документ (граница {limit}).',
    en: 'No order has come to its document for {minutes} minutes (the limit is {limit}).',
    mendBg: 'Проверете дали магазинът има нови поръчки. Ако има, вижте чакащите и блокираните.',
    mendEn:
      'Look whether the shop has new orders. If it has, see those that wait and those that are blocked.',
  },
  no_delivery: {
    operator: 'no webhook arrived for {minutes} minutes; the limit is {limit}',
    bg: 'От {minutes} минути магазинът не е изпратил известие (граница {limit}).',
    en: 'The shop has sent no notification for {minutes} minutes (the limit is {limit}).',
    mendBg: 'Вижте дали известията са включени и дали магазинът достига адреса ни.',
    mendEn: 'See whether the webhooks are on, and whether the shop reaches our address.',
  },
  sweep_late: {
    operator: 'the shop was not swept for {minutes} minutes; the limit is {limit}',
    bg: 'От {minutes} минути поръчките на магазина не са обхождани (граница {limit}).',
    en: 'The orders of the shop were not swept for {minutes} minutes (the limit is {limit}).',
    mendBg: 'Проверете дали магазинът отговаря и ключът му е валиден.',
    mendEn: 'Check whether the shop answers and its key is valid.',
  },
  watchdog_late: {
    operator: 'the watchdog did not finish for {minutes} minutes; the limit is {limit}',
    bg: 'От {minutes} минути известията не са проверявани (граница {limit}).',
    en: 'The webhooks were not looked after for {minutes} minutes (the limit is {limit}).',
    mendBg: 'Проверете дали работният процес и Temporal работят, и дали магазинът отговаря.',
    mendEn: 'Check whether worker and Temporal run, and whether the shop answers.',
  },
  verification_late: {
    operator: 'recent documents were not compared for {minutes} minutes; the limit is {limit}',
    bg: 'От {minutes} минути новите документи в склада не са сравнявани с регистъра (граница {limit}).',
    en: 'Recent documents of the warehouse were not compared with the ledger for {minutes} minutes (the limit is {limit}).',
    mendBg: 'Проверете дали micro.bg отговаря и абонаментът е платен.',
    mendEn: 'Check whether micro.bg answers and the subscription is paid.',
  },
  export_late: {
    operator: 'no cycle of the export was finished for {minutes} minutes; the limit is {limit}',
    bg: 'От {minutes} минути към магазина не са изпращани наличности и цени (граница {limit}).',
    en: 'Stock and prices have not gone to the shop for {minutes} minutes (the limit is {limit}).',
    mendBg: 'Вижте последните цикли: там пише защо са спрели. Проверете micro.bg и магазина.',
    mendEn: 'See the last cycles, which say why they ended. Check micro.bg and the shop.',
  },
  export_doubtful: {
    operator: '{findings} findings of the export wait for a decision',
    bg: 'Нещо в склада изглежда сгрешено и чака решение ({findings}); дотогава не се изпраща към магазина.',
    en: 'Something in the warehouse looks wrong and waits for a decision ({findings}); it does not go to the shop until then.',
    mendBg: 'Вижте находките при наличностите и приемете или отхвърлете всяка.',
    mendEn: 'See the findings of the export, and accept or reject each.',
  },
  unknown_documents: {
    operator: '{documents} documents carry our note and number, and the ledger does not know them',
    bg: '{documents} документа в склада са наши, но регистърът не ги познава.',
    en: '{documents} documents in the warehouse are ours, but the ledger does not know them.',
    mendBg: 'Възстановявана ли е базата данни от копие? Тогава спазете реда за това.',
    mendEn: 'Was the database restored from a backup? Then follow the steps for that.',
  },
  orders_wait: {
    operator: 'an order has waited for {minutes} minutes to be looked at; the limit is {limit}',
    bg: 'Поръчка чака преглед от {minutes} минути (граница {limit}).',
    en: 'An order has waited for {minutes} minutes to be looked at (the limit is {limit}).',
    mendBg: 'Проверете дали работният процес, Temporal, магазинът и micro.bg отговарят.',
    mendEn: 'Check whether worker, Temporal, the shop and micro.bg answer.',
  },
  documents_differ: {
    operator: '{orders} orders do not have the documents that they should have',
    bg: 'За {orders} поръчки документите в склада не са каквито трябва да бъдат.',
    en: 'The documents of {orders} orders are not what they should be.',
    mendBg: 'Пуснете сверяване и вижте кои са; разликата не бива да съществува.',
    mendEn: 'Run a reconciliation to see which ones; such a difference must not exist.',
  },
  webhook_off: {
    operator: '{webhooks} webhooks are wanted and not on',
    bg: '{webhooks} известия трябва да са включени, а не са.',
    en: '{webhooks} webhooks should be on and are not.',
    mendBg: 'Натиснете „регистрирай“; ако магазинът отказва, причината е в дневника.',
    mendEn: 'Press "register"; if the shop refuses, the journal says why.',
  },
  webhook_keeps_failing: {
    operator: 'a webhook was repaired {repairs} times without a delivery in between',
    bg: 'Известие е включвано {repairs} пъти и магазинът всеки път го изключва.',
    en: 'A webhook was switched on {repairs} times, and the shop switches it off each time.',
    mendBg: 'Нещо пред нашия адрес отказва известията: прокси, защитна стена или сертификат.',
    mendEn: 'Something in front of our address refuses them: a proxy, a firewall or a certificate.',
  },
  ledger_unconfirmed: {
    operator: 'nothing is written until all documents of the warehouse were compared with the ledger',
    bg: 'В склада не се записва нищо, докато всички документи не бъдат сравнени с регистъра.',
    en: 'Nothing is written to the warehouse until all its documents were compared with the ledger.',
    mendBg: 'Не е нужно действие: сравнението върви само и поръчките чакат края му.',
    mendEn: 'Nothing needs to be done: the comparison runs by itself, and orders wait for its end.',
  },
  writes_stopped: {
    operator: 'the connection is stopped; nothing is written',
    bg: 'Връзката е спряна и в склада не се записва нищо.',
    en: 'The connection is stopped, and nothing is written to the warehouse.',
    mendBg: 'Вижте причината при връзката, отстранете я и я пуснете отново.',
    mendEn: 'See the reason at the connection, remove it, and start the connection again.',
  },
} as const satisfies Record<string, AlarmText>;

export type AlarmCode = keyof typeof texts;

/** All codes, for catalogues and checks. */
export const alarmCodes = Object.keys(texts) as readonly AlarmCode[];

/** The alarm and how to mend it, in the shopkeeper's language. */
export function describeAlarm(
  { code, params }: Alarm,
  language: 'bg' | 'en',
): { readonly text: string; readonly mend: string } {
  const template: AlarmText = texts[code];
  return language === 'bg'
    ? { text: fill(template.bg, params), mend: fill(template.mendBg, params) }
    : { text: fill(template.en, params), mend: fill(template.mendEn, params) };
}

/** The alarm for logs: one English sentence that starts with the code. */
export function alarmText({ code, params }: Alarm): string {
  return `${code}: ${fill(texts[code].operator, params)}`;
}

function fill(text: string, params: Alarm['params']): string {
  return text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? '?'));
}
