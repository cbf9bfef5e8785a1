/**
 * What a vendor call came to. Nothing is thrown for a vendor's bad day: the decision is data, so that an
 * activity can journal it and a workflow can act on it.
 */

/**
 * What to do after a failed call.
 *
 * - `retry`: nothing was changed (or nothing was asked to change); try again with back-off.
 * - `retry_after`: the same, not before `retryAfterMs`.
 * - `refused`: the vendor understood and said no; repeating changes nothing.
 * - `auth`: the credentials are not accepted; stop this connection and tell the merchant.
 * - `paused`: the account cannot work now (plan expired, subscription over); stop until it is mended.
 * - `unknown_outcome`: a write may or may not have happened; read back before anything else.
 * - `defect`: the answer or our request is not what the contract says; a person has to look.
 */
export type DecisionClass =
  | 'retry'
  | 'retry_after'
  | 'refused'
  | 'auth'
  | 'paused'
  | 'unknown_outcome'
  | 'defect';

export interface Decision {
  readonly class: DecisionClass;
  /** Stable machine code, for instance `microbg_http_502`. */
  readonly code: string;
  /** One sentence for the operator. No personal data, no secrets. */
  readonly operator: string;
  readonly retryAfterMs?: number;
}

/** Requests left in the current minute as the vendor counts them (CloudCart API 2.2). */
export interface Rate {
  /** Requests per minute; 0 means no API access at all, or the wrong host name. */
  readonly limit: number | null;
  readonly remaining: number | null;
}

/** `warnings` are codes of oddities that were tolerated. `rate` comes only from vendors that send it. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly warnings?: readonly string[]; readonly rate?: Rate }
  | { readonly kind: 'not_found'; readonly rate?: Rate }
  | { readonly kind: 'failed'; readonly decision: Decision; readonly rate?: Rate };

/** An answer that carries a value. */
export function ok<T>(value: T, warnings: readonly string[] = []): Answer<T> {
  return warnings.length === 0 ? { kind: 'ok', value } : { kind: 'ok', value, warnings };
}

/** A failed answer. */
export function failed(decision: Decision): { readonly kind: 'failed'; readonly decision: Decision } {
  return { kind: 'failed', decision };
}

/** Maps the value of a good answer; everything else passes unchanged. */
export function mapAnswer<T, U>(answer: Answer<T>, map: (value: T) => U): Answer<U> {
  return answer.kind === 'ok' ? { ...answer, value: map(answer.value) } : answer;
}

/**
 * A vendor's own words, cut and cleaned for an operator: addresses and long numbers are masked, because an
 * error text may quote a customer.
 */
export function quoteVendor(text: string): string {
  const masked = text
    .replace(/[^\s@"'<>]+@[^\s@"'<>]+/g, '[e-mail]')
    .replace(/\d[\d\s()./-]{4,}\d/g, '[number]')
    .replace(/\s+/g, ' ')
    .trim();
  return masked.length > 200 ? `${masked.slice(0, 199)}…` : masked;
}

/** Milliseconds of a `Retry-After` header: seconds or an HTTP date. At most an hour is believed. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : undefined;
}
