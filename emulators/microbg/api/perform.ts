import { asBag, asFlag, type Bag, optionalInt } from '../input.ts';
import { READERS, WRITERS } from '../functions/table.ts';
import { findByExtId } from '../functions/operations/find.ts';
import { INVALID_API_ID, Refusal } from '../refusal.ts';
import { type SignedAs, verifyRequest } from '../signing.ts';
import type { Switches } from '../switches.ts';
import type { Registration, Warehouse } from '../warehouse.ts';
import { failed, type Outcome } from './envelope.ts';
import type { ReceivedForm } from './form.ts';

/** A call whose signature holds. */
export interface VerifiedCall {
  readonly registration: Registration;
  readonly functionName: string;
  readonly parameters: Bag;
  readonly data: Bag;
}

const ACCEPTED: Readonly<Record<Switches['bodyEncoding'], readonly SignedAs[]>> = {
  'form-double': ['encoded'],
  'form-single': ['bare'],
  multipart: ['encoded'],
  lenient: ['encoded', 'bare'],
};

/** Checks who calls, then the signature, then that the payload is one (E-2, E-3, E-6). @throws Refusal. */
export function verifyCall(warehouse: Warehouse, form: ReceivedForm): VerifiedCall {
  const { bodyEncoding } = warehouse.switches;
  const registration = warehouse.registration(form.apiId);
  if (!registration?.application.active) throw new Refusal(INVALID_API_ID);
  const understood = bodyEncoding !== 'multipart' || form.as === 'multipart';
  const verified = understood
    ? verifyRequest(registration.application.secret, form.request, ACCEPTED[bodyEncoding])
    : undefined;
  if (!verified) throw new Refusal('_EMU_BAD_SIGNATURE');
  // oxlint-disable-next-line no-control-regex -- the range of ASCII begins with control characters
  if (warehouse.switches.asciiOnly && /[^\u0000-\u007F]/.test(verified.json))
    throw new Refusal('_EMU_INVALID_JSON');
  const payload = asBag(parse(verified.json));
  const { functionName, parameters, functionData } = payload;
  if (typeof functionName !== 'string') throw new Refusal('_EMU_INVALID_functionName');
  return { registration, functionName, parameters: asBag(parameters), data: asBag(functionData) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new Refusal('_EMU_INVALID_JSON');
  }
}

/** An upsert that looks now, before its turn to write comes: finds it nothing? (switch `doubleUpsert`) */
export function findsNothing(warehouse: Warehouse, verified: VerifiedCall): boolean {
  const { functionName, parameters, data } = verified;
  if (functionName !== 'saveOperation' || asFlag(parameters['ByExtAppDocId']) !== 1) return false;
  try {
    const extId = optionalInt(data, 'ExtAppDocId') ?? 0;
    return (
      findByExtId(callOf(warehouse, verified, '', false), extId, optionalInt(data, 'OperType')) === undefined
    );
  } catch {
    return false;
  }
}

function callOf(warehouse: Warehouse, verified: VerifiedCall, origin: string, assumeNew: boolean) {
  const { parameters, data } = verified;
  // Asked again: between receiving a call and carrying it out, the state may have been replaced.
  const registration = warehouse.registration(verified.registration.application.apiId);
  if (!registration) throw new Refusal(INVALID_API_ID);
  return {
    company: registration.company,
    actor: registration.application,
    switches: warehouse.switches,
    now: warehouse.now(),
    ...{ parameters, data, origin, assumeNew },
  };
}

/** Carries a call out: all of it, or nothing and a refusal. */
export function perform(
  warehouse: Warehouse,
  verified: VerifiedCall,
  origin: string,
  assumeNew = false,
): Outcome {
  const { functionName } = verified;
  const reader = READERS.get(functionName);
  const execute = reader ?? WRITERS.get(functionName);
  const hidden = functionName === 'getMeasures' && !warehouse.switches.measuresExist;
  if (!execute || hidden) return failed('_EMU_UNKNOWN_FUNCTION');
  const expired = afterExpiry(warehouse.switches, functionName, reader !== undefined);
  if (expired) return expired;
  try {
    const data = execute(callOf(warehouse, verified, origin, assumeNew));
    if (!reader) warehouse.changed();
    return { ok: true, errors: [], data };
  } catch (error) {
    if (error instanceof Refusal) return failed(...error.errors);
    // A defect of the emulator itself: say so where somebody looks.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return failed('_EMU_DEFECT');
  }
}

/** After the paid time the API gives no data; as an error or as empty lists is not known (E-26, Q-25). */
function afterExpiry({ subscription }: Switches, functionName: string, reads: boolean): Outcome | undefined {
  if (subscription === 'ok' || functionName === 'getCompanyData') return undefined;
  if (subscription === 'empty' && reads) return { ok: true, errors: [], data: [] };
  return failed('_EMU_SUBSCRIPTION_EXPIRED');
}
