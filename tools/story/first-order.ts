import { orderWorkflowId } from '../../src/workflows/order/contract.ts';
import { DEMO_CONNECTION } from '../local/demo-connection.ts';
import type { Stack } from '../local/stack.ts';
import { cents, money, openDesks } from './desks.ts';

/** The story of the first start: one order becomes a sale, told while it happens. */
export async function tellFirstOrder(stack: Stack, say: (line: string) => void): Promise<void> {
  const desks = openDesks(stack.cloudcart.controlUrl, stack.microbg.controlUrl);
  say('A first order, to see how it works:');
  const order = await desks.place({ preset: 'company' });
  say(`  1. ${order.customer} orders in the shop: order ${order.id} over ${money(order.total)} EUR`);
  const placed = await desks.await(order, 'order');
  say(`  2. the warehouse holds it as order ${placed?.number} for ${placed?.partner}`);
  const paid = await desks.act(order.id, 'pay', { by: 'merchant' });
  say(`  3. the shop marks it as ${paid.status}`);
  const sale = await desks.await(paid, 'sale');
  if (sale === undefined) throw new Error('the sale has vanished');
  say(
    `  4. the warehouse order has become sale ${sale.number}: ${money(cents(sale))} EUR, the same to the cent`,
  );
  if (stack.temporalUiUrl !== undefined)
    say(`  Its workflow: ${workflowLink(stack.temporalUiUrl, order.id)}`);
}

/** Address of an order's workflow in Temporal's Web UI. */
function workflowLink(uiUrl: string, orderId: number): string {
  const id = orderWorkflowId({ connection: DEMO_CONNECTION, shopOrderId: String(orderId) });
  return `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(id)}`;
}
