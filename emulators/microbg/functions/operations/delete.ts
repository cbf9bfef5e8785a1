import type { Call } from '../../call.ts';
import { asFlag } from '../../input.ts';
import { checkClosed, checkOwner, needOperation } from './find.ts';

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
    checkClosed(call, each, switches.deleteInvoiced);
  }
  for (const each of doomed) company.discardOperation(each, now, call.actor?.apiId ?? null);
  return null;
}
