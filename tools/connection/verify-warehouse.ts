import type { Answer } from '../../src/clients/answer.ts';
import { type Company, isPaidAt } from '../../src/clients/microbg/company.ts';
import type { MicrobgClient } from '../../src/clients/microbg/index.ts';
import type { PaymentType, StorageObject } from '../../src/clients/microbg/lookups.ts';
import type { BodyEncoding } from '../../src/db/queries/connections.ts';
import { exampleOf } from './examples.ts';
import type { Problem } from './refusal.ts';

/** In the order in which they are likely (micro.bg API 1.4, Q-1). */
const ENCODINGS: readonly BodyEncoding[] = ['form-double', 'form-single', 'multipart'];

export interface WarehouseFacts {
  readonly client: MicrobgClient;
  readonly encoding: BodyEncoding;
  readonly company: Company & { readonly currency: string };
  /** Neither types nor objects that the merchant deleted. */
  readonly types: readonly PaymentType[];
  readonly objects: readonly StorageObject[];
}

/** Checks the credentials, finds the encoding, and reads what settings are chosen from. */
export async function verifyWarehouse(
  clientOf: (encoding: BodyEncoding) => MicrobgClient,
): Promise<WarehouseFacts | Problem> {
  const found = await findEncoding(clientOf);
  if ('problem' in found) return found;
  const { client, company, types } = found;
  if (company.currency === null) return unready('the account names no currency: set it in micro.bg');
  const objects = await client.objects();
  if (objects.kind !== 'ok') return refused('the list of objects', objects);
  return {
    ...found,
    company: { ...company, currency: company.currency },
    types: types.filter(({ deleted }) => !deleted),
    objects: objects.value.filter(({ deleted }) => !deleted),
  };
}

interface Accepted {
  readonly client: MicrobgClient;
  readonly encoding: BodyEncoding;
  readonly company: Company;
  readonly types: readonly PaymentType[];
}

/**
 * The first encoding that the account takes. One call is not enough: the bytes of `getCompanyData` are the same in
 * both forms, because its base64 needs no escaping, so the wrong one would pass and fail later (micro.bg API 1.4).
 * `getPaymentTypes` ends with `==` and tells them apart.
 */
async function findEncoding(
  clientOf: (encoding: BodyEncoding) => MicrobgClient,
): Promise<Accepted | Problem> {
  let first: Problem | undefined;
  for (const encoding of ENCODINGS) {
    const client = clientOf(encoding);
    const company = await client.company();
    // Without a paid subscription nothing else can be believed (micro.bg API 7, trap 1).
    if (company.kind === 'ok' && !isPaidAt(company.value, Date.now())) return notPaid(company.value);
    const types = company.kind === 'ok' ? await client.paymentTypes() : company;
    if (company.kind === 'ok' && types.kind === 'ok')
      return { client, encoding, company: company.value, types: types.value };
    const problem =
      company.kind === 'ok' ? refused('the list of payment types', types) : refusedLogin(company);
    if (problem.passing === true) return problem;
    first ??= problem;
  }
  return first ?? wrong('warehouse', 'was not asked');
}

function refusedLogin(answer: Answer<unknown>): Problem {
  if (answer.kind !== 'failed') return refused('the company', answer);
  const { code, operator } = answer.decision;
  if (code === 'microbg_invalid_api_id') return wrong('warehouse.apiId', operator);
  if (code === 'microbg_enotfound') return wrong('warehouse.entryPoint', 'its host is not found');
  if (answer.decision.class === 'refused')
    return wrong('warehouse.secret', `${operator}; all three body encodings were tried`);
  if (answer.decision.class === 'defect' || answer.decision.class === 'auth')
    return wrong('warehouse.entryPoint', operator);
  return refused('the company', answer);
}

/** What was refused although the account knows us may pass, but is worth a look at the user's rights. */
function refused(what: string, answer: Answer<unknown>): Problem {
  const said = answer.kind === 'failed' ? answer.decision.operator : 'it is not there';
  const final = answer.kind !== 'failed' || ['refused', 'defect'].includes(answer.decision.class);
  const problem = `${what} cannot be read: ${said}`;
  return final ? wrong('warehouse', problem) : unready(problem);
}

function notPaid({ name, paidUntil }: Company): Problem {
  return unready(`the subscription (абонамент) of ${name} was paid until ${paidUntil}: pay it in micro.bg`);
}

function wrong(field: string, problem: string): Problem {
  return { field, problem, example: exampleOf(field) };
}

function unready(problem: string): Problem {
  return { field: 'warehouse', problem, example: null, passing: true };
}
