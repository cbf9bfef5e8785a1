import { z } from 'zod';
import type { Company } from '../company.ts';
import type { CompanySettings } from '../model.ts';
import { companyData } from '../seed/company.ts';
import { demoItems, seedItem } from '../seed/items.ts';
import { companyOf } from './company.ts';
import { ControlError } from '../../support/control.ts';
import { type ControlRoute, on } from './route.ts';

const flag = z.union([z.literal(0), z.literal(1)]);
const settingsInput = z
  .strictObject({
    CompanyName: z.string(),
    CountryCode: z.string(),
    City: z.string(),
    currencyCode: z.string().length(3),
    Inn: z.string(),
    TaxNo: z.string(),
    PaymentToDate: z.string(),
    Percision: z.int().min(0).max(6),
    QntPercision: z.int().min(0).max(6),
    PricesWithVat: flag,
    AllowNegativeQnt: flag,
    AutoProduction: flag,
    IsVat: flag,
  })
  .partial();

const applicationInput = z.strictObject({
  name: z.string().default('Приложение'),
  count: z.int().min(1).max(1000).optional(),
  /** Credentials of somebody's choice instead of generated ones. */
  apiId: z.string().min(1).optional(),
  secret: z.string().min(1).optional(),
});

const itemInput = z.strictObject({
  Code: z.string(),
  Name: z.string().optional(),
  price: z.number().default(10),
  stock: z.number().default(0),
  objectId: z.int().default(2),
  TaxGroup: z.int().default(1),
  MeasureId: z.int().default(6),
  GroupId: z.int().default(209),
  NotStorable: flag.default(0),
  Barcode: z.string().default(''),
  PriceIn: z.number().optional(),
  AddCodes: z
    .array(z.strictObject({ MeasureId: z.int(), Code: z.string(), CodeType: z.int(), Ratio: z.number() }))
    .default([]),
  recipe: z.array(z.strictObject({ itemId: z.int(), qtty: z.number() })).default([]),
});

function addItems(company: Company, inputs: readonly z.output<typeof itemInput>[], now: string): object[] {
  const used = inputs.find(({ Code }) => company.items.some('code', Code));
  if (used !== undefined) throw new ControlError(422, `code ${used.Code} is used`);
  return inputs.map(({ objectId, Name, PriceIn, ...input }) => {
    const purchase = PriceIn === undefined ? {} : { PriceIn };
    const item = seedItem({ ...input, ...purchase, Name: Name ?? input.Code }, company.next('item'), now);
    company.items.put(item);
    if (input.stock !== 0) company.setStock(objectId, item.id, input.stock);
    return { id: item.id, code: item.Code };
  });
}

function defined<T extends object>(changes: T): T {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as T;
}

/** Companies, their applications, settings and catalogue, as owners set them up (E-7). */
export const companyRoutes: readonly ControlRoute[] = [
  on('GET /companies', ({ warehouse }) => ({
    companies: warehouse.companies().map(({ key, settings, applications, objects, paymentTypes }) => ({
      ...{ key, name: settings.CompanyName, settings, applications, objects, paymentTypes },
    })),
  })),
  on('POST /companies', ({ warehouse }, { body }) => {
    const input = z.strictObject({ key: z.string().min(1), settings: settingsInput.default({}) }).parse(body);
    if (warehouse.company(input.key)) throw new ControlError(422, `company ${input.key} exists`);
    const given = defined(input.settings) as Partial<CompanySettings>;
    const settings = { CompanyName: input.key, Inn: '200000065', TaxNo: 'BG200000065', ...given };
    const company = warehouse.add(
      companyData({ key: input.key, settings, items: demoItems(), now: warehouse.now() }),
    );
    const { apiId, secret } = warehouse.createApplication(company, 'Интеграция');
    return { key: company.key, apiId, secret };
  }),
  on('PATCH /settings', (context, request) => {
    const company = companyOf(context, request);
    const changes = defined(settingsInput.parse(request.body)) as Partial<CompanySettings>;
    company.settings = { ...company.settings, ...changes };
    return company.settings;
  }),
  on('GET /applications', (context, request) => ({
    applications: companyOf(context, request).applications,
  })),
  on('POST /applications', (context, request) => {
    const company = companyOf(context, request);
    const { name, count, ...wanted } = applicationInput.parse(request.body);
    if (wanted.apiId !== undefined && context.warehouse.registration(wanted.apiId))
      throw new ControlError(422, `application ${wanted.apiId} exists`);
    const create = () => {
      const { apiId, secret } = context.warehouse.createApplication(company, name, wanted);
      return { apiId, secret };
    };
    if (count === undefined) return create();
    return { applications: Array.from({ length: count }, create) };
  }),
  on('PATCH /applications/:apiId', ({ warehouse }, { names, body }) => {
    const found = warehouse.registration(names['apiId'] ?? '');
    if (found === undefined) throw new ControlError(404, 'no such application');
    const { active } = z.strictObject({ active: z.boolean() }).parse(body);
    warehouse.putApplication(found.company, { ...found.application, active });
  }),
  on('PATCH /price-lists/:list', (context, request) => {
    const company = companyOf(context, request);
    const index = z.coerce.number().int().min(1).max(10).parse(request.names['list']) - 1;
    const { sameAs } = z.strictObject({ sameAs: z.int().min(1).max(10).nullable() }).parse(request.body);
    for (const item of [...company.items.all()])
      company.items.put({
        ...item,
        PriceOut: item.PriceOut.with(index, sameAs === null ? 0 : (item.PriceOut[sameAs - 1] ?? 0)),
      });
    return { items: company.items.size };
  }),
  on('POST /items', (context, request) => {
    const { items } = z.strictObject({ items: z.array(itemInput).max(100_000) }).parse(request.body);
    return { items: addItems(companyOf(context, request), items, context.warehouse.now()) };
  }),
];
