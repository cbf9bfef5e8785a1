import type { Answer } from '../answer.ts';
import { type Company, isPaidAt } from '../microbg/company.ts';
import type { MicrobgClient } from '../microbg/index.ts';
import type { PaymentType, StorageObject } from '../microbg/lookups.ts';
import type { BodyEncoding } from '../microbg/signing.ts';
import { type AccessFault, type FaultCode, isFault } from '../../domain/connection/faults.ts';

/** In the order in which they are likely (micro.bg API 1.4, Q-1). */
export const BODY_ENCODINGS: readonly BodyEncoding[] = ['form-double', 'form-single', 'multipart'];

/** The reads that show whether an application works. */
export type WarehouseReads = Pick<MicrobgClient, 'company' | 'paymentTypes' | 'objects'>;

/** What the verifying reads of a warehouse showed. */
export interface WarehouseFacts<Client extends WarehouseReads = MicrobgClient> {
  readonly client: Client;
  readonly encoding: BodyEncoding;
  readonly company: Company & { readonly currency: string };
  /** Those that the merchant deleted are among them: settings may name one. */
  readonly types: readonly PaymentType[];
  readonly objects: readonly StorageObject[];
}

/** Checks the credentials, finds the encoding, and reads what settings are chosen from. */
export async function verifyWarehouse<Client extends WarehouseReads>(
  clientOf: (encoding: BodyEncoding) => Client,
  encodings: readonly BodyEncoding[] = BODY_ENCODINGS,
): Promise<WarehouseFacts<Client> | AccessFault> {
  const found = await findEncoding(clientOf, encodings);
  if (isFault(found)) return found;
  const { client, company, types } = found;
  if (company.currency === null) {
    const operator = 'the account names no currency: set it in micro.bg';
    return { ...wrong('warehouse', 'warehouse_no_currency', operator), passing: true };
  }
  const objects = await client.objects();
  if (objects.kind !== 'ok') return refused('objects', objects);
  return {
    ...found,
    company: { ...company, currency: company.currency },
    types,
    objects: objects.value,
  };
}

interface Accepted<Client> {
  readonly client: Client;
  readonly encoding: BodyEncoding;
  readonly company: Company;
  readonly types: readonly PaymentType[];
}

/**
 * The first encoding that the account takes. One call is not enough: the bytes of `getCompanyData` are the same in
 * both forms, because its base64 needs no escaping, so the wrong one would pass and fail later (micro.bg API 1.4).
 * `getPaymentTypes` ends with `==` and tells them apart.
 */
async function findEncoding<Client extends WarehouseReads>(
  clientOf: (encoding: BodyEncoding) => Client,
  encodings: readonly BodyEncoding[],
): Promise<Accepted<Client> | AccessFault> {
  let first: AccessFault | undefined;
  for (const encoding of encodings) {
    const client = clientOf(encoding);
    const company = await client.company();
    // Without a paid subscription nothing else can be believed (micro.bg API 7, trap 1).
    if (company.kind === 'ok' && !isPaidAt(company.value, Date.now())) return notPaid(company.value);
    const types = company.kind === 'ok' ? await client.paymentTypes() : company;
    if (company.kind === 'ok' && types.kind === 'ok')
      return { client, encoding, company: company.value, types: types.value };
    const problem = company.kind === 'ok' ? refused('paymentTypes', types) : refusedLogin(company);
    if (problem.passing === true) return problem;
    first ??= problem;
  }
  return first ?? wrong('warehouse', 'warehouse_unreachable', 'was not asked');
}

function refusedLogin(answer: Answer<unknown>): AccessFault {
  if (answer.kind !== 'failed') return refused('company', answer);
  const { code, operator } = answer.decision;
  if (code === 'microbg_invalid_api_id')
    return wrong('warehouse.apiId', 'warehouse_api_id_unknown', operator);
  if (code === 'microbg_enotfound')
    return wrong('warehouse.entryPoint', 'warehouse_host_unknown', 'its host is not found');
  if (code === 'microbg_private_address')
    return wrong('warehouse.entryPoint', 'warehouse_private_address', operator);
  if (answer.decision.class === 'refused')
    return wrong(
      'warehouse.secret',
      'warehouse_secret_refused',
      `${operator}; all three body encodings were tried`,
    );
  if (answer.decision.class === 'defect' || answer.decision.class === 'auth')
    return wrong('warehouse.entryPoint', 'warehouse_entry_point_wrong', operator);
  return refused('company', answer);
}

const LISTS = {
  company: 'the company',
  paymentTypes: 'the list of payment types',
  objects: 'the list of objects',
} as const;

/** What was refused although the account knows us may pass, but is worth a look at the user's rights. */
function refused(what: keyof typeof LISTS, answer: Answer<unknown>): AccessFault {
  const said = answer.kind === 'failed' ? answer.decision.operator : 'it is not there';
  const final = answer.kind !== 'failed' || ['refused', 'defect'].includes(answer.decision.class);
  const operator = `${LISTS[what]} cannot be read: ${said}`;
  if (final) return { ...wrong('warehouse', 'warehouse_list_refused', operator), params: { what } };
  return { ...wrong('warehouse', 'warehouse_unreachable', operator), passing: true };
}

function notPaid({ name, paidUntil }: Company): AccessFault {
  const until = paidUntil ?? '';
  return {
    field: 'warehouse',
    code: 'warehouse_not_paid',
    params: { company: name, until: until.slice(0, 10) },
    operator: `the subscription (абонамент) of ${name} was paid until ${until}: pay it in micro.bg`,
    passing: true,
  };
}

function wrong(field: string, code: FaultCode, operator: string): AccessFault {
  return { field, code, params: {}, operator };
}
