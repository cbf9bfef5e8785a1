import type { Decision } from '../../src/clients/answer.ts';
import type { CloudcartClient } from '../../src/clients/cloudcart/index.ts';
import { exampleOf } from './examples.ts';
import type { Problem } from './refusal.ts';

/** An active way to pay, by the code that orders carry (CloudCart API 4.21). */
export interface ShopProvider {
  readonly code: string;
  readonly title: string;
}

export interface ShopFacts {
  readonly providers: readonly ShopProvider[];
  /** Requests a minute for all integrations of the shop; null when it does not say (CloudCart API 2.1). */
  readonly requestsPerMinute: number | null;
}

/** Checks host and key with one read, which gives the payment providers as well. */
export async function verifyShop(shop: CloudcartClient, url: string): Promise<ShopFacts | Problem> {
  const answer = await shop.paymentProviders();
  const { host } = new URL(url);
  if (answer.kind === 'not_found') return wrong('shop.url', `there is no CloudCart shop at ${host}`);
  if (answer.kind === 'failed') return problemOf(answer.decision, host);
  return {
    providers: answer.value.rows
      .filter(({ active }) => active !== false)
      .map(({ id, title }) => ({ code: id, title: title.trim() })),
    requestsPerMinute: answer.rate?.limit ?? null,
  };
}

/** Answers that another file would change; everything else may pass by itself. */
function problemOf({ class: decided, code, operator }: Decision, host: string): Problem {
  if (decided === 'auth') return wrong('shop.apiKey', operator);
  if (code === 'cloudcart_no_api_access') return wrong('shop.url', `${host}: ${operator}`);
  if (code === 'cloudcart_enotfound') return wrong('shop.url', `the host ${host} is not found`);
  // A website of somebody else, or a host that sends on to the primary domain (CloudCart API 1.1).
  if (decided === 'defect' || code === 'cloudcart_not_json')
    return wrong('shop.url', `${host} is no shop API: ${operator}`);
  return { field: 'shop', problem: `${host}: ${operator}`, example: null, passing: true };
}

function wrong(field: string, problem: string): Problem {
  return { field, problem, example: exampleOf(field) };
}
