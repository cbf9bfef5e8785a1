import { Api } from '../cli/api.ts';
import { DEMO_CONNECTION } from '../local/demo-connection.ts';
import { waitUntil } from '../local/process.ts';
import type { Stack } from '../local/stack.ts';

/** What the story sells: the cup of the sample shop, in the central warehouse. */
const SKU = 'CUP-01';
const OBJECT = 2;
const WITHIN = { timeoutMs: 90_000, everyMs: 200 } as const;

interface Row {
  readonly sku: string | null;
  readonly quantity: number | null;
}

/** The story of stock: goods are matched, one is sold at the counter, and then the last ones. */
export async function tellStock(stack: Stack, say: (line: string) => void): Promise<void> {
  const api = new Api(stack.apiUrl, stack.apiToken);
  const at = `connections/${DEMO_CONNECTION}`;
  const shown = async (): Promise<number | null | undefined> => {
    const response = await fetch(`${stack.cloudcart.controlUrl}/stock?sku=${SKU}`);
    return ((await response.json()) as { stock: Row[] }).stock[0]?.quantity;
  };
  const shows = (quantity: number): Promise<void> =>
    waitUntil(`${quantity} in the shop`, async () => (await shown()) === quantity, WITHIN);
  const set = (change: object): Promise<unknown> =>
    fetch(`${stack.microbg.controlUrl}/stock`, {
      method: 'PUT',
      body: JSON.stringify({ code: SKU, objectId: OBJECT, ...change }),
    });
  const now = (): Promise<unknown> => api.json('POST', `${at}/stock/run`);

  say('And stock, the other way:');
  const { report } = await api.json('POST', `${at}/match`);
  await waitUntil(
    'the match report',
    async () => ((await api.json('GET', `${at}/match`)).current?.id ?? 0) >= report,
    WITHIN,
  );
  const { id } = await api.json('POST', `${at}/imports`);
  const state = async (): Promise<string> => (await api.json('GET', `${at}/imports/${id}`)).state;
  await waitUntil('the preview', async () => (await state()) === 'preview', WITHIN);
  await api.json('POST', `${at}/imports/${id}/start`, { body: { backupMade: true } });
  await waitUntil('the import', async () => (await state()) === 'finished', WITHIN);
  for (const objectId of [3, 5])
    await fetch(`${stack.microbg.controlUrl}/stock`, {
      method: 'PUT',
      body: JSON.stringify({ code: SKU, objectId, quantity: 0 }),
    });
  say('  5. goods of the shop and items of the warehouse are matched and linked');
  await set({ quantity: 12 });
  await now();
  await shows(12);
  say(`  6. the warehouse has 12 ${SKU}, and so has the shop`);
  await set({ change: -2 });
  await now();
  await shows(10);
  say(
    '  7. two are sold at the counter: the shop shows 10 after the next cycle (every three minutes; here at once)',
  );
  await set({ quantity: 0 });
  await now();
  await shows(0);
  say('  8. the last ones are sold: the shop shows 0, nobody can order them any more');
  await set({ quantity: 25 });
  await now();
  await shows(25);
  say('  9. goods arrive: 25 again on both sides');
}
