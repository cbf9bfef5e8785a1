import type { Call } from '../../call.ts';
import { optionalInt } from '../../input.ts';
import type { Operation } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import type { Switches } from '../../switches.ts';

/** Widest id that is safe to send (micro.bg API 3.7): a wider one is refused, so that nobody relies on it. */
const MOST_EXT_ID = 2_147_483_647;

/** `ExtAppDocId` of parameters or data, undefined when absent. */
export function extIdOf(call: Call, from: 'parameters' | 'data'): number | undefined {
  const id = optionalInt(call[from], 'ExtAppDocId');
  if (id === undefined || id === 0) return undefined;
  if (id < 0 || id > MOST_EXT_ID) throw new Refusal('_EMU_INVALID_ExtAppDocId');
  return id;
}

/**
 * The caller's document under an external id, the oldest when there are several (micro.bg API 6.1).
 * Ids are the application's own; with the scope `app+type` also the type's.
 */
export function findByExtId(call: Call, extId: number, type?: number): Operation | undefined {
  const own = call.company.operations
    .find('ext', String(extId))
    .filter((row) => row.apiId === (call.actor?.apiId ?? null));
  const byType = call.switches.extIdScope === 'app+type' && type !== undefined;
  return byType ? own.find((row) => row.OperType === type) : own[0];
}

/** Refuses to touch what another application or a person made (micro.bg API 6.2). Staff may touch everything. */
export function checkOwner(call: Call, operation: Operation): void {
  if (call.actor !== null && operation.apiId !== call.actor.apiId) throw new Refusal('_EMU_NOT_OWNER');
}

/** The operation that parameters name; `ExtAppDocId` wins over the id (micro.bg API 3.7, 3.8). */
export function needOperation(call: Call, from: 'parameters' | 'data', idField: string): Operation {
  const extId = extIdOf(call, from);
  const id = optionalInt(call[from], idField);
  if (extId === undefined && id === undefined) throw new Refusal(`_EMU_REQUIRED_${idField}`);
  const found = extId === undefined ? call.company.operations.get(id ?? 0) : findByExtId(call, extId);
  if (!found) throw new Refusal('_EMU_UNKNOWN_Operation');
  return found;
}

/** Refuses to touch what was invoiced, or also what was paid, if a switch says so. */
export function checkClosed(
  { company, actor }: Call,
  operation: Operation,
  rule: Switches['editInvoiced'],
): void {
  const key = String(operation.id);
  if (rule === 'allow' || actor === null) return;
  if (company.invoices.some('operation', key)) throw new Refusal('_EMU_INVOICED');
  if (rule === 'refusePaidToo' && company.payments.some('operation', key)) throw new Refusal('_EMU_PAID');
}

/** A payment or an invoice may move the date of its document (micro.bg API 6.2). */
export function touchOperation({ company, switches, now }: Call, operation: Operation): void {
  if (switches.paymentsMoveDateUpdated) company.operations.put({ ...operation, DateUpdated: now });
}
