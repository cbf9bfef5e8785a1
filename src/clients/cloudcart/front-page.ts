import { type Answer, ok } from '../answer.ts';
import { exchange } from '../http.ts';
import type { CloudcartOptions } from './call.ts';
import { decideCloudcart } from './decision.ts';

/** What the shop's page for buyers says of itself. */
export interface FrontPage {
  /** Host that it sends on to; null: it sends on nowhere else. */
  readonly sendsOnTo: string | null;
  /** Clock of the server, milliseconds since 1970; null: it does not say. */
  readonly serverMs: number | null;
}

/** Asks for the page that buyers see, without the key. Other names of a shop commonly send on to the primary domain. */
export async function getFrontPage(options: CloudcartOptions): Promise<Answer<FrontPage>> {
  const url = new URL('/', options.baseUrl);
  const call = {
    operation: 'front-page',
    method: 'HEAD',
    url,
    headers: {},
    deadlineMs: options.deadlineMs,
  } as const;
  const outcome = await exchange(call, options);
  if (outcome.kind === 'failure') {
    const verdict = decideCloudcart(outcome, false, Date.now());
    return verdict.kind === 'failed' ? verdict : { kind: 'not_found' };
  }
  const location = outcome.headers.get('location');
  const target = location !== null && URL.canParse(location, url.href) ? new URL(location, url).host : null;
  const date = Date.parse(outcome.headers.get('date') ?? '');
  return ok({
    sendsOnTo: target === url.host ? null : target,
    serverMs: Number.isNaN(date) ? null : date,
  });
}
