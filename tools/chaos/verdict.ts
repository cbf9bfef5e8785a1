import type { Control } from '../local/control.ts';

/** What the warehouse must hold of an order in the end: types of documents, each over the order's total. */
export interface Expected {
  readonly orderId: string;
  readonly ends: readonly number[];
  /** Nothing at all is right as well. */
  readonly orNothing?: boolean;
}

interface Operation {
  readonly type: number;
  readonly note: string;
  readonly lineGross: number;
}

const orderOf = (note: string): string => /CloudCart #(\d+)/.exec(note)?.[1] ?? '';

/** An order whose documents are not the right ones. */
export interface WrongOrder {
  readonly orderId: string;
  /** Types and cents, for instance `2: 2870`. */
  readonly there: readonly string[];
  readonly wanted: readonly string[];
}

/** Orders whose documents are not the right ones. Money is compared to the cent. */
export async function wrongOrders(
  shop: Control,
  warehouse: Control,
  expected: readonly Expected[],
): Promise<WrongOrder[]> {
  const { operations } = await warehouse.get<{ operations: Operation[] }>('/operations');
  const { orders } = await shop.get<{ orders: { id: number; total: number }[] }>('/orders?limit=10000');
  const totals = new Map(orders.map(({ id, total }) => [String(id), total]));
  const held = new Map<string, string[]>();
  for (const { note, type, lineGross } of operations) {
    const order = orderOf(note);
    held.set(order, [...(held.get(order) ?? []), `${type}: ${Math.round(lineGross * 100)}`]);
  }
  return expected.flatMap(({ orderId, ends, orNothing }) => {
    const wanted = ends.map((type) => `${type}: ${totals.get(orderId)}`).sort();
    const there = (held.get(orderId) ?? []).sort();
    const right = there.join() === wanted.join() || (orNothing === true && there.length === 0);
    return right ? [] : [{ orderId, there, wanted }];
  });
}

export function describeWrong({ orderId, there, wanted }: WrongOrder): string {
  return `order ${orderId}: [${there.join(', ')}] instead of [${wanted.join(', ')}]`;
}

/** Orders that at any moment had two documents of one kind, by the warehouse's own history. */
export async function everDoubled(warehouse: Control): Promise<string[]> {
  const { history } = await warehouse.get<{
    history: { action: string; operationId: number; type: number; note: string }[];
  }>('/history');
  const standing = new Map<string, Set<number>>();
  const doubled = new Set<string>();
  for (const { action, operationId, type, note } of history) {
    if (orderOf(note) === '') continue;
    const kind = `order ${orderOf(note)}, type ${type}`;
    const documents = standing.get(kind) ?? new Set<number>();
    standing.set(kind, documents);
    if (action === 'delete') documents.delete(operationId);
    else documents.add(operationId);
    if (documents.size > 1) doubled.add(kind);
  }
  return [...doubled];
}

/** A customer and whether an order of theirs stands in the end. */
export interface Customer {
  readonly email: string;
  readonly stands: boolean;
}

/** Customers that are not exactly one partner; who cancelled everything before we looked need not be one at all. */
export async function customersNotOnce(
  warehouse: Control,
  customers: readonly Customer[],
): Promise<string[]> {
  const { partners } = await warehouse.get<{ partners: { eMail: string }[] }>('/partners');
  const counts = new Map<string, number>();
  for (const { eMail } of partners) counts.set(eMail, (counts.get(eMail) ?? 0) + 1);
  return customers.flatMap(({ email, stands }) => {
    const count = counts.get(email) ?? 0;
    return count === 1 || (count === 0 && !stands) ? [] : [`${email}: ${count} partners`];
  });
}
