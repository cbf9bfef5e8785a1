import type { Call } from '../../call.ts';
import { optionalInt, requiredInt } from '../../input.ts';
import type { Operation } from '../../model.ts';
import { limitOf, optionalDate, page } from '../paging.ts';
import { extIdOf } from './find.ts';

/** Header of an operation as the wire shows it (micro.bg API 3.7). */
export function wireHeader({ switches }: Call, row: Operation): Record<string, unknown> {
  return {
    id: row.id,
    Acct: row.Acct,
    DateIssued: row.DateIssued,
    OperType: row.OperType,
    ObjectId: row.ObjectId,
    PartnerId: row.PartnerId,
    Amount: row.Amount,
    AmountVat: row.AmountVat,
    PricesWithVat: row.PricesWithVat,
    NullVat: row.NullVat,
    IsVat: row.IsVat === 1 ? 1 : switches.operationIsVatNo,
    Note: row.Note,
    DealConditions: row.DealConditions,
    OpCode: row.OpCode,
    PaymentTypeId: row.PaymentTypeId,
    UserId: row.UserId,
    DateCreated: row.DateCreated,
    DateUpdated: row.DateUpdated,
    ExtAppDocId: row.ExtAppDocId,
  };
}

function wireOperation(call: Call, row: Operation): Record<string, unknown> {
  // What was entered before the discount stays inside: `undefined` is no key of the JSON.
  return { ...wireHeader(call, row), Items: row.Items.map((line) => ({ ...line, Price: undefined })) };
}

/** `getOperations`: one type a call, own and foreign documents alike (micro.bg API 3.7, E-12). */
export function getOperations(call: Call): unknown {
  const { company, switches, parameters } = call;
  const type = requiredInt(parameters, 'OperType');
  const since = optionalDate(call, 'parameters', 'fromDate') ?? '';
  const extId = extIdOf(call, 'parameters');
  const extCursor = optionalInt(parameters, 'fromExtApiDocId');
  const passes = (row: Operation): boolean =>
    row.OperType === type &&
    row[switches.operationsFromDate] >= since &&
    (extId === undefined || row.ExtAppDocId === extId) &&
    (extCursor === undefined || isAfter(row, extCursor, switches.fromIdInclusive));
  if (extCursor !== undefined && extId === undefined)
    return byExtId(call, type, passes).map((row) => wireOperation(call, row));
  const narrowed = extId === undefined ? undefined : company.operations.find('ext', String(extId));
  return page(call, company.operations, passes, narrowed).map((row) => wireOperation(call, row));
}

function isAfter(row: Operation, cursor: number, inclusive: boolean): boolean {
  if (row.ExtAppDocId === null) return false;
  return inclusive ? row.ExtAppDocId >= cursor : row.ExtAppDocId > cursor;
}

/** A walk along the external ids comes in their order, or its cursor would skip rows. */
function byExtId(call: Call, type: number, passes: (row: Operation) => boolean): Operation[] {
  return call.company.operations
    .find('type', String(type))
    .filter(passes)
    .sort((left, right) => (left.ExtAppDocId ?? 0) - (right.ExtAppDocId ?? 0))
    .slice(0, limitOf(call));
}
