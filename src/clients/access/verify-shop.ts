import type { Decision } from '../answer.ts';
import type { CloudcartClient } from '../cloudcart/index.ts';
import type { AccessFault, FaultCode } from '../../domain/connection/faults.ts';

/** An active way to pay, by the code that orders carry (CloudCart API 4.21). */
export interface ShopProvider {
  readonly code: string;
  readonly title: string;
}

/** What the verifying read of a shop showed. */
export interface ShopFacts {
  readonly providers: readonly ShopProvider[];
  /** Requests a minute for all integrations of the shop; null when it does not say (CloudCart API 2.1). */
  readonly requestsPerMinute: number | null;
}

/**
 * Checks host and key with one read, which gives the payment providers as well.
 * Where the shop gives no access, a second one finds the domain that this one sends on to.
 */
export async function verifyShop(
  shop: Pick<CloudcartClient, 'paymentProviders' | 'frontPage'>,
  url: string,
): Promise<ShopFacts | AccessFault> {
  const answer = await shop.paymentProviders();
  const { host } = new URL(url);
  if (answer.kind === 'not_found')
    return fault('shop.url', 'shop_not_found', host, `there is no CloudCart shop at ${host}`);
  if (answer.kind === 'failed') {
    const found = faultOf(answer.decision, host);
    if (found.code !== 'shop_no_api_access') return found;
    const page = await shop.frontPage();
    const primary = page.kind === 'ok' ? page.value.sendsOnTo : null;
    if (primary === null) return found;
    const operator = `${found.operator}; it sends on to ${primary}`;
    return { field: 'shop.url', code: 'shop_alias', params: { host, primary }, operator };
  }
  return {
    providers: answer.value.rows
      .filter(({ active }) => active !== false)
      .map(({ id, title }) => ({ code: id, title: title.trim() })),
    requestsPerMinute: answer.rate?.limit ?? null,
  };
}

/** Answers that another access would change; everything else may pass by itself. */
function faultOf({ class: decided, code, operator }: Decision, host: string): AccessFault {
  const said = `${host}: ${operator}`;
  if (decided === 'auth') return fault('shop.apiKey', 'shop_key_refused', host, operator);
  if (code === 'cloudcart_no_api_access') return fault('shop.url', 'shop_no_api_access', host, said);
  if (code === 'cloudcart_enotfound')
    return fault('shop.url', 'shop_host_unknown', host, `the host ${host} is not found`);
  if (code === 'cloudcart_private_address') return fault('shop.url', 'shop_private_address', host, said);
  // A website of somebody else, or a host that sends on to the primary domain (CloudCart API 1.1).
  if (decided === 'defect' || code === 'cloudcart_not_json')
    return fault('shop.url', 'shop_not_found', host, `${host} is no shop API: ${operator}`);
  const what: FaultCode = code === 'cloudcart_http_402' ? 'shop_plan_over' : 'shop_unreachable';
  return { ...fault('shop', what, host, said), passing: true };
}

function fault(field: string, code: FaultCode, host: string, operator: string): AccessFault {
  return { field, code, params: { host }, operator };
}
