import { z } from 'zod';
import type { Call } from '../call.ts';
import { codeKey, type Company } from '../company.ts';
import type { EmulatorContext } from '../emulator.ts';
import { createInvoice } from '../functions/invoices.ts';
import { deleteItem, editItem } from '../functions/items.ts';
import { deleteOperation } from '../functions/operations/delete.ts';
import { saveOperation } from '../functions/operations/save.ts';
import { deletePartner, editPartner, insertPartner } from '../functions/partners.ts';
import { addPayment } from '../functions/payments.ts';
import type { Bag } from '../input.ts';
import { type Item, OPER, type Operation } from '../model.ts';
import { companyOf } from './company.ts';
import { ControlError, type ControlRequest } from '../../support/control.ts';
import { type ControlRoute, on } from './route.ts';
import { operationView, stockView } from './view.ts';

const fields = z.record(z.string(), z.unknown());
const stockInput = z.strictObject({
  itemId: z.int().optional(),
  code: z.string().optional(),
  objectId: z.int().default(2),
  quantity: z.number().optional(),
  change: z.number().optional(),
});
const toSaleInput = z.strictObject({
  /** The sale keeps external id and owner of the order. */
  inherit: z.boolean().default(false),
  keepOrder: z.boolean().default(false),
});

/** A call as a person at the screen makes it: no owner, no ownership checks (micro.bg API 6.2). */
function staffCall(context: EmulatorContext, company: Company, parameters: Bag, data: Bag): Call {
  const { warehouse, origin } = context;
  return {
    ...{ company, actor: null, switches: warehouse.switches, now: warehouse.now() },
    ...{ parameters, data, origin: origin() },
  };
}

function needOperation(company: Company, { names }: ControlRequest): Operation {
  const operation = company.operations.get(Number(names['id']));
  if (operation === undefined) throw new ControlError(404, `no operation ${names['id']}`);
  return operation;
}

function needItem(company: Company, input: z.output<typeof stockInput>): Item {
  const item =
    input.code === undefined
      ? company.items.get(input.itemId ?? 0)
      : company.items.find('code', codeKey(input.code))[0];
  if (item === undefined) throw new ControlError(404, `no item ${input.code ?? input.itemId}`);
  return item;
}

/** An operation as one would send it to save it unchanged. */
function asSent(operation: Operation): Bag {
  const { DateIssued, OperType, ObjectId, PartnerId, PricesWithVat, NullVat, PaymentTypeId } = operation;
  const { Note, DealConditions, OpCode, DueDate, RelatedInvoiceNr, NoteByValue } = operation;
  return {
    ...{ DateIssued, OperType, ObjectId, PartnerId, PricesWithVat, NullVat, PaymentTypeId },
    ...{ Note, DealConditions, OpCode, DueDate, RelatedInvoiceNr, NoteByValue },
    RelatedSourceOperationIds: operation.relatedOperationIds,
    Items: operation.Items.map((line) => ({
      ...{
        ItemId: line.ItemId,
        Qtty: line.Qtty,
        Price: line.Price,
        Discount: line.Discount,
        Note: line.Note,
      },
    })),
  };
}

function saveAsStaff(context: EmulatorContext, company: Company, data: Bag): object {
  const saved = saveOperation(staffCall(context, company, {}, data)) as { readonly id: number };
  return operationView(company, company.operations.get(saved.id) as Operation);
}

/** A person turns an order into a sale; the API tells nobody (micro.bg API 6.3). */
function toSale(context: EmulatorContext, request: ControlRequest): object {
  const company = companyOf(context, request);
  const order = needOperation(company, request);
  if (order.OperType !== OPER.order) throw new ControlError(422, 'not an order');
  const { inherit, keepOrder } = toSaleInput.parse(request.body);
  const { warehouse } = context;
  const call = staffCall(context, company, {}, { ...asSent(order), OperType: OPER.sale, DateIssued: null });
  const { id } = saveOperation(call) as { readonly id: number };
  if (!keepOrder) company.discardOperation(order, warehouse.now(), null);
  if (inherit) {
    const sale = company.operations.get(id) as Operation;
    company.operations.put({ ...sale, ExtAppDocId: order.ExtAppDocId, apiId: order.apiId });
  }
  return operationView(company, company.operations.get(id) as Operation);
}

function setStock(context: EmulatorContext, request: ControlRequest): object {
  const company = companyOf(context, request);
  const input = stockInput.parse(request.body);
  const item = needItem(company, input);
  if (input.quantity !== undefined) company.setStock(input.objectId, item.id, input.quantity);
  if (input.change !== undefined)
    company.move([{ objectId: input.objectId, itemId: item.id, qtty: input.change }]);
  return stockView(company, item);
}

type Function = (call: Call) => unknown;

/** An API function that a person performs on the row a path names. */
function onRow(perform: Function, place: 'data' | 'parameters', idField: string) {
  return (context: EmulatorContext, request: ControlRequest): unknown => {
    const company = companyOf(context, request);
    const id = { [idField]: Number(request.names['id']) };
    const data = fields.parse(request.body);
    const parameters = place === 'parameters' ? id : {};
    return perform(staffCall(context, company, parameters, place === 'data' ? { ...data, ...id } : data));
  };
}

/** What people at the screen do (E-24). */
export const staffRoutes: readonly ControlRoute[] = [
  on('PUT /stock', setStock),
  on('PATCH /items/:id', onRow(editItem, 'data', 'id')),
  on('DELETE /items/:id', onRow(deleteItem, 'parameters', 'Id')),
  on('POST /partners', (context, request) =>
    insertPartner(
      staffCall(context, companyOf(context, request), { AutoGenerateCode: 1 }, fields.parse(request.body)),
    ),
  ),
  on('PATCH /partners/:id', onRow(editPartner, 'data', 'id')),
  on('DELETE /partners/:id', onRow(deletePartner, 'parameters', 'Id')),
  on('POST /operations', (context, request) =>
    saveAsStaff(context, companyOf(context, request), { ObjectId: 2, ...fields.parse(request.body) }),
  ),
  on('PATCH /operations/:id', (context, request) => {
    const company = companyOf(context, request);
    const operation = needOperation(company, request);
    const changes = fields.parse(request.body);
    return saveAsStaff(context, company, { ...asSent(operation), ...changes, id: operation.id });
  }),
  on('DELETE /operations/:id', onRow(deleteOperation, 'parameters', 'Id')),
  on('POST /operations/:id/to-sale', toSale),
  on('POST /operations/:id/payments', onRow(addPayment, 'parameters', 'OperationId')),
  on('POST /operations/:id/invoice', onRow(createInvoice, 'data', 'OperationId')),
];
