import type { Call } from '../../call.ts';
import { asFlag } from '../../input.ts';
import { Refusal } from '../../refusal.ts';
import { checkOwner, isInvoiced, needOperation } from './find.ts';

/** `deleteOperation`: own documents only; stock goes back (micro.bg API 3.7, E-21). */
export function deleteOperation(call: Call): unknown {
  const { company, switches, parameters, now } = call;
  const operation = needOperation(call, 'parameters', 'Id');
  const related =
    asFlag(parameters['DeleteRelatedOperations']) === 1
      ? company.operations.find('related', String(operation.id))
      : [];
  const doomed = [operation, ...related];
  for (const each of doomed) {
    checkOwner(call, each);
    if (switches.deleteInvoiced === 'refuse' && isInvoiced(call, each)) throw new Refusal('_EMU_INVOICED');
  }
  for (const each of doomed) company.discardOperation(each, now, call.actor?.apiId ?? null);
  return null;
}
