/** A value for every field of a connection file, as it would stand there. */
const examples: Readonly<Record<string, string>> = {
  '': '{ "id": "sampleshop", "name": "Примерен магазин", "shop": { … }, "warehouse": { … } }',
  id: '"sampleshop"',
  name: '"Примерен магазин"',
  mode: '"observe", "live" or "off"',
  shop: '{ "url": "https://sampleshop.example", "apiKey": "env:SHOP_API_KEY" }',
  'shop.url': '"https://sampleshop.example", the primary domain',
  'shop.apiKey': '"env:SHOP_API_KEY", or the key itself',
  warehouse: '{ "apiId": "1000200030004000", "secret": "env:WAREHOUSE_SECRET" }',
  'warehouse.entryPoint': '"https://micro.bg/ExtApps/ExternalApp/API/"',
  'warehouse.apiId': '"1000200030004000", in quotes',
  'warehouse.secret': '"env:WAREHOUSE_SECRET", or the secret itself',
  settings: '{ "object": "Централен склад", "paymentTypes": { "bwt": "Банков път" } }',
  'settings.startDate': '"2026-12-01"',
  'settings.saleRule': '"always" or { "statuses": ["paid", "completed"], "fulfilled": true }',
  'settings.object': '"Централен склад" or 2',
  'settings.paymentTypes': '{ "cod": "Наложен платеж", "bwt": 2, "mokka": null }',
  'settings.onlineProviders': '["stripe", "paypal"]',
  'settings.silentProviders': '["stripe"] or null',
  'settings.silentReadsPerSweep': '10',
  'settings.sweepEverySeconds': '120',
  'settings.watchdogEverySeconds': '300',
  'settings.verificationEverySeconds': '180',
  'settings.alarmAfterMinutes': '{"order": null, "delivery": 10080}',
  'settings.reconcileAtHour': '3',
  'settings.serviceItems': '{ "delivery": "Доставка", "fee": 9003, "rounding": null }',
  'settings.serviceItems.byRate': '{ "delivery": { "9": "Доставка 9%" } }',
  'settings.serviceItems.feeByName': '{ "Опаковане": "Подаръчна опаковка" }',
  'settings.returns': '"claim" or "ask"',
  'settings.uncollected': '"delete", "claim" or "ask"',
  'settings.recordPayments': 'false',
  'settings.invoices': '"none", "companies" or "all"',
  'settings.discountMode': '"own_line" or "spread"',
  'settings.negativeLines': '"price", "quantity" or "refused"',
  'settings.negativeLinesConfirmed': 'false',
  'settings.noteFormat': '"CloudCart #{number} · {courier} {place} · {phone} · {remark}"',
  'settings.foreignNote': '"Поръчка {number}"',
  'settings.vatMismatch': '"block" or "warn"',
  'settings.convertBgn': 'false',
  'settings.customStatuses': '{ "order-za-utochniavane": "none" }',
  'settings.readingHint': 'null',
};

/** The example of a field, or of what it belongs to. */
export function exampleOf(field: string): string {
  const known = examples[field];
  if (known !== undefined) return known;
  return exampleOf(field.includes('.') ? field.slice(0, field.lastIndexOf('.')) : '');
}
