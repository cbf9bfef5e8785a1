import { placeOrder } from '../../emulators/cloudcart/orders/place.ts';
import { presetInput } from '../../emulators/cloudcart/orders/presets.ts';
import { seedShop } from '../../emulators/cloudcart/seed/shop.ts';
import { Shop } from '../../emulators/cloudcart/shop.ts';
import { buildPayload } from '../../emulators/cloudcart/webhooks/payload.ts';

/** Bodies as the shop sends them, each of another order: what the emulator would deliver for a company's order. */
export function deliveryBodies(): () => string {
  const shop = new Shop();
  seedShop(shop);
  const input = presetInput('company');
  if (input === undefined) throw new Error('the preset "company" is missing');
  const order = placeOrder(shop, input);
  const body = buildPayload(shop, 'order.created', order.id, 1);
  if (body === undefined) throw new Error('the shop has no body for its own order');
  const [before, after] = cutAt(body, `"id":${order.id},`);
  let id = 1_000_000;
  return () => {
    id += 1;
    return `${before}"id":${id},${after}`;
  };
}

function cutAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`the body has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
