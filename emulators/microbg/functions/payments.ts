import type { Call } from '../call.ts';
import { OPER } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { needOperation, touchOperation } from './operations/find.ts';
import { readPayment } from './operations/save.ts';

/** `addPayment`: always one more, so that a repeated call shows (micro.bg API 3.8, E-22). */
export function addPayment(call: Call): unknown {
  const { company, switches } = call;
  const operation = needOperation(call, 'parameters', 'OperationId');
  if (operation.OperType === OPER.order && switches.paymentOnOrder === 'refuse')
    throw new Refusal('_EMU_PAYMENT_ON_ORDER');
  const payment = { ...readPayment(call, operation, call.data, 'add'), id: company.next('payment') };
  company.payments.put(payment);
  touchOperation(call, operation);
  const { id, OperationId, Amount, PaymentTypeId, Date, DueDate } = payment;
  return { id, OperationId, Amount, PaymentTypeId, Date, DueDate };
}
