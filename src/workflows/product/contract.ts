/**
 * What becomes of one product that a webhook told of: it is read, its rows of the match report and its links follow, and
 * what the settings want of new goods is done. One run per product at a time; news that comes meanwhile is looked at by
 * the same run.
 */

/** Workflow type, as shown in Temporal's Web UI. */
export const PRODUCT_WORKFLOW = 'product';

/** The product that a workflow is about. The only argument: ids, no data. */
export interface ProductRef {
  readonly connection: string;
  readonly product: string;
}

export function productWorkflowId({ connection, product }: ProductRef): string {
  return `product:${connection}:${product}`;
}

/** Says that there is news of the product. */
export const PRODUCT_NEWS = 'news';

/** What a look at a product came to. */
export interface ProductResult {
  readonly deed: 'unchanged' | 'updated' | 'deleted' | 'answered_before';
  /** Variants that the shop has of it. */
  readonly variants: number;
  /** Items of the warehouse that were created or changed. */
  readonly written: number;
}

export interface ProductActivities {
  syncProduct(ref: ProductRef): Promise<ProductResult>;
}
