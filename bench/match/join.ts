import { payloadJson, requestBody } from '../../src/clients/microbg/signing.ts';
import type { World } from '../orders/world.ts';

/** What the obvious script took. */
export interface JoinResult {
  readonly readSeconds: number;
  readonly joinSeconds: number;
  readonly memoryMiB: number;
  readonly linked: number;
}

interface Variant {
  readonly sku: string | null;
}

interface Item {
  readonly id: number;
  readonly Code: string | number;
}

/**
 * The obvious script: reads all pages of both sides, keeps them in memory, and joins them by SKU and code. No store, no
 * cursor, no budget, no states but two: what a report does besides is what it costs more.
 */
export async function joinInMemory(world: World): Promise<JoinResult> {
  const memory = process.memoryUsage().rss;
  const began = process.cpuUsage();
  const variants = await allVariants(world);
  const items = await allItems(world);
  const read = process.cpuUsage(began);
  const joining = process.cpuUsage();
  const byCode = new Map(items.map((item) => [String(item.Code).trim(), item.id]));
  const linked = variants.filter(({ sku }) => sku !== null && byCode.has(sku.trim())).length;
  const joined = process.cpuUsage(joining);
  const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
  const memoryMiB = (process.memoryUsage().rss - memory) / 2 ** 20;
  return { readSeconds: seconds(read), joinSeconds: seconds(joined), memoryMiB, linked };
}

async function allVariants({ stack }: World): Promise<Variant[]> {
  const shop = stack.cloudcart.shops?.[0];
  const all: Variant[] = [];
  for (let page = 1; ; page += 1) {
    const response = await fetch(
      `${stack.cloudcart.url}/api/v2/variants?include=product&sort=id&page[size]=100&page[number]=${page}`,
      {
        headers: {
          ...{ accept: 'application/vnd.api+json', 'x-cloudcart-apikey': shop?.apiKey ?? '' },
        },
      },
    );
    const { data, meta } = (await response.json()) as {
      data: { attributes: Variant }[];
      meta: { page: { 'last-page': number } };
    };
    all.push(...data.map(({ attributes }) => attributes));
    if (page >= meta.page['last-page']) return all;
  }
}

async function allItems({ stack }: World): Promise<Item[]> {
  const application = stack.microbg.companies?.[0]?.applications[0];
  const all: Item[] = [];
  for (let fromId = 0; ;) {
    const json = payloadJson('getItems', { fromId, limit: 100, PricesWithVat: 1 }, null, false);
    const { body } = requestBody({ apiId: '', secret: '', ...application }, json, 'form-double');
    const response = await fetch(stack.microbg.url, {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { data } = (await response.json()) as { data: Item[] };
    all.push(...data);
    if (data.length < 100) return all;
    fromId = data.at(-1)?.id ?? fromId;
  }
}
