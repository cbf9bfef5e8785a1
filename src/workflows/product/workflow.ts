import { defineSignal, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { PRODUCT_NEWS, type ProductActivities, type ProductRef, type ProductResult } from './contract.ts';

const { syncProduct } = proxyActivities<ProductActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '30 seconds',
  // For as long as it takes; its requests come after those of orders.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

const news = defineSignal(PRODUCT_NEWS);

/** Reads the product until nothing more was heard of it. */
export async function product(ref: ProductRef): Promise<ProductResult> {
  let heard = false;
  setHandler(news, () => {
    heard = true;
  });
  for (;;) {
    heard = false;
    const result = await syncProduct(ref);
    setCurrentDetails(`${result.deed}: ${result.variants} variants, ${result.written} items written`);
    // No await since the look: news that came meanwhile is served by this run.
    if (!heard) return result;
  }
}
