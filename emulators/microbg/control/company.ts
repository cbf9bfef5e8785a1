import type { Company } from '../company.ts';
import type { EmulatorContext } from '../emulator.ts';
import { ControlError, type ControlRequest } from '../../support/control.ts';

/** The company a request is about: `?company=` with its key or name, the first one without. */
export function companyOf(
  { warehouse }: EmulatorContext,
  { params }: Pick<ControlRequest, 'params'>,
): Company {
  const company = warehouse.company(params.get('company'));
  if (company === undefined) throw new ControlError(404, `no company ${params.get('company')}`);
  return company;
}

/** A number in the query, undefined when it is not there. */
export function numberIn(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === '') return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) throw new ControlError(400, `${name} is no number`);
  return number;
}
