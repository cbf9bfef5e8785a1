import { type Decision, type DecisionClass, quoteVendor, type Rate, retryAfterMs } from '../answer.ts';
import type { HttpAnswer, HttpFailure, HttpOutcome } from '../http.ts';
import { parseLossless } from '../json.ts';

/** `body` is parsed and unchecked, numbers in it are text; undefined for an answer without a body (204). */
export type CloudcartVerdict =
  | { readonly kind: 'body'; readonly body: unknown; readonly rate?: Rate }
  | { readonly kind: 'not_found'; readonly rate?: Rate }
  | { readonly kind: 'failed'; readonly decision: Decision; readonly rate?: Rate };

interface Problem {
  readonly status: number;
  readonly text: string;
}

const texts = {
  timeout: 'the shop did not answer in time',
  broken: 'the connection to the shop broke off',
  refused: 'the shop cannot be reached',
  too_large: 'the answer of the shop is larger than accepted',
} as const;

/** Calls that the platform turns away by mistake of ours (CloudCart API 1.7). */
const ourMistakes: ReadonlySet<number> = new Set([400, 405, 406, 411, 413, 414, 415]);

/**
 * The one place that turns an answer of CloudCart into what to do (CloudCart API 1.7, 2.3).
 * `write` says whether the call changes data: then everything broken after sending leaves the outcome unknown.
 */
export function decideCloudcart(outcome: HttpOutcome, write: boolean, nowMs: number): CloudcartVerdict {
  if (outcome.kind === 'failure') return transportFailure(outcome, write);
  const rate = rateOf(outcome.headers);
  return rate === undefined ? judge(outcome, write, nowMs) : { ...judge(outcome, write, nowMs), rate };
}

/** A good answer whose content has the wrong shape. A write has happened then. */
export function wrongShape(operation: string, where: string, write: boolean): Decision {
  const operator = `the answer of the shop to ${operation} has an unexpected shape at ${where}`;
  return { class: write ? 'unknown_outcome' : 'defect', code: 'cloudcart_shape', operator };
}

function verdict(decided: DecisionClass, code: string, operator: string, after?: number): CloudcartVerdict {
  const decision: Decision = { class: decided, code: `cloudcart_${code}`, operator };
  return { kind: 'failed', decision: after === undefined ? decision : { ...decision, retryAfterMs: after } };
}

function transportFailure(failure: HttpFailure, write: boolean): CloudcartVerdict {
  const plain = failure.reason === 'broken' || failure.reason === 'refused' ? failure.code : failure.reason;
  const text = `${texts[failure.reason]} (${failure.code})`;
  if (failure.sent && write) return verdict('unknown_outcome', plain.toLowerCase(), text);
  return verdict(failure.reason === 'too_large' ? 'defect' : 'retry', plain.toLowerCase(), text);
}

function judge(answer: HttpAnswer, write: boolean, nowMs: number): CloudcartVerdict {
  const parsed = parseLossless(answer.text);
  if (answer.status < 200 || answer.status > 299) {
    return refusal(answer, parsed?.value, answer.status, write, nowMs);
  }
  if (answer.status === 204) return { kind: 'body', body: undefined };
  const broken = write ? 'unknown_outcome' : 'retry';
  if (answer.text.replace(/^\uFEFF/, '').trim() === '') {
    return verdict(broken, 'empty_body', 'the shop answered nothing');
  }
  if (parsed === undefined)
    return verdict(broken, 'not_json', 'the shop answered something that is not JSON');
  const problems = problemsOf(parsed.value);
  // An error under a good status: its own status counts.
  if (problems.length > 0) return refusal(answer, parsed.value, problems[0]?.status ?? 422, write, nowMs);
  return { kind: 'body', body: parsed.value };
}

function refusal(
  answer: HttpAnswer,
  body: unknown,
  status: number,
  write: boolean,
  nowMs: number,
): CloudcartVerdict {
  const problems = problemsOf(body);
  const said = problems.map((problem) => problem.text).filter((text) => text !== '');
  const text = said.length === 0 ? `HTTP ${status}` : `HTTP ${status}: ${quoteVendor(said.join('; '))}`;
  const code = `http_${status}`;
  if (status === 429) return tooMany(answer, body, nowMs);
  if (status === 401) return verdict('auth', code, 'the shop does not accept the API key');
  if (status === 402) return verdict('paused', code, `the plan of the shop does not allow this (${text})`);
  // Practically never from the application: an anti-abuse layer in front of it (CloudCart API 1.7).
  if (status === 403) return verdict('retry_after', code, `the shop turns us away (HTTP 403)`, 900_000);
  if (status === 404) {
    // Only the application's own 404 proves that something is missing; a proxy's or a wrong host's does not.
    return problems.length > 0
      ? { kind: 'not_found' }
      : verdict('defect', code, 'no shop API at this address');
  }
  if (status === 422) {
    // A missing app may come as a 404 wrapped in a 422 (U-03).
    if (problems.length > 0 && problems.every((problem) => problem.status === 404))
      return { kind: 'not_found' };
    return verdict('refused', code, `the shop refused (${text})`);
  }
  if (ourMistakes.has(status)) return verdict('defect', code, `the shop does not understand us (${text})`);
  if (status < 400) return verdict('defect', code, 'the shop redirects: the host is not the primary domain');
  if (status < 500 && status !== 408) return verdict('refused', code, `the shop refused (${text})`);
  return serverTrouble(answer, problems, status, text, write, nowMs);
}

function serverTrouble(
  answer: HttpAnswer,
  problems: readonly Problem[],
  status: number,
  text: string,
  write: boolean,
  nowMs: number,
): CloudcartVerdict {
  const after = retryAfterMs(answer.headers, nowMs);
  // The application's own 503 says maintenance, before anything is touched (CloudCart API 1.4).
  if (status === 503 && problems.length > 0) {
    return verdict('retry_after', 'maintenance', 'the shop is in maintenance', after ?? 60_000);
  }
  const code = `http_${status}`;
  if (write) return verdict('unknown_outcome', code, `the shop failed during a write (${text})`);
  return after === undefined
    ? verdict('retry', code, `the shop failed (${text})`)
    : verdict('retry_after', code, `the shop failed (${text})`, after);
}

/** Three kinds of 429: no API access at all, used up, and an HTML one of the anti-abuse layer (CloudCart API 2.3). */
function tooMany(answer: HttpAnswer, body: unknown, nowMs: number): CloudcartVerdict {
  if (rateOf(answer.headers)?.limit === 0) {
    const operator = 'no API access: the plan has none, or the host is not the primary domain of the shop';
    return verdict('paused', 'no_api_access', operator);
  }
  const asked = retryAfterMs(answer.headers, nowMs);
  if (typeof body !== 'object' || body === null) {
    return verdict(
      'retry_after',
      'anti_abuse',
      'the shop turns us away (HTTP 429)',
      Math.max(asked ?? 0, 300_000),
    );
  }
  const inBody = Number((body as Readonly<Record<string, unknown>>)['retry_after']);
  const fallback = Number.isFinite(inBody) && inBody > 0 ? Math.min(inBody, 3600) * 1000 : 60_000;
  return verdict('retry_after', 'http_429', 'the requests of this minute are used up', asked ?? fallback);
}

/** JSON:API errors; `title` or `detail` may be missing, a 500 may carry `details` with a log id (CloudCart API 1.6). */
function problemsOf(body: unknown): readonly Problem[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  const errors = (body as Readonly<Record<string, unknown>>)['errors'];
  const list: readonly unknown[] = Array.isArray(errors) ? errors : errors === undefined ? [] : [errors];
  return list.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { status, title, detail, details, source } = entry as Readonly<Record<string, unknown>>;
    const { pointer, parameter } = (typeof source === 'object' && source !== null ? source : {}) as {
      readonly pointer?: unknown;
      readonly parameter?: unknown;
    };
    const words = [pointer, parameter, detail ?? title, details].filter((word) => typeof word === 'string');
    return [{ status: Number(status) || 422, text: words.join(' ') }];
  });
}

/** `X-RateLimit-*` of an answer; undefined when it carries none (CloudCart API 2.2). */
function rateOf(headers: Headers): Rate | undefined {
  const limit = count(headers.get('x-ratelimit-limit'));
  const remaining = count(headers.get('x-ratelimit-remaining'));
  return limit === null && remaining === null ? undefined : { limit, remaining };
}

function count(text: string | null): number | null {
  return text !== null && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null;
}
