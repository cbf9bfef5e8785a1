import { type Decision, type DecisionClass, quoteVendor, retryAfterMs } from '../answer.ts';
import type { HttpAnswer, HttpFailure, HttpOutcome } from '../http.ts';
import { parseLossless } from '../json.ts';

/** The envelope said yes; `data` is still unchecked, numbers in it are text. */
export interface MicrobgData {
  readonly kind: 'data';
  readonly data: unknown;
  readonly warnings: readonly string[];
}

type Verdict = MicrobgData | { readonly kind: 'failed'; readonly decision: Decision };

/** The only error key ever seen in a live answer (micro.bg API 1.6); no other key may be branched on. */
const INVALID_API_ID = '_INVALID_API_ID';

const texts = {
  timeout: 'micro.bg did not answer in time',
  broken: 'the connection to micro.bg broke off',
  refused: 'micro.bg cannot be reached',
  too_large: 'the answer of micro.bg is larger than accepted',
} as const;

/**
 * The one place that turns an answer of micro.bg into what to do (micro.bg API 1.6, its error order).
 * `write` says whether the call changes data: then everything broken after sending leaves the outcome unknown.
 */
export function decideMicrobg(outcome: HttpOutcome, write: boolean, nowMs: number): Verdict {
  if (outcome.kind === 'failure') return transportFailure(outcome, write);
  if (outcome.status < 200 || outcome.status > 299) return httpStatus(outcome, write, nowMs);
  return envelope(outcome.text, write);
}

/** A good envelope whose `data` has the wrong shape (micro.bg API 1.6, point 5). A write has happened then. */
export function wrongShape(functionName: string, where: string, write: boolean): Decision {
  const text = `the answer of micro.bg to ${functionName} has an unexpected shape at ${where}`;
  return write
    ? { class: 'unknown_outcome', code: 'microbg_shape', operator: text }
    : { class: 'defect', code: 'microbg_shape', operator: text };
}

function verdict(decided: DecisionClass, code: string, operator: string, after?: number): Verdict {
  const decision: Decision = { class: decided, code: `microbg_${code}`, operator };
  return { kind: 'failed', decision: after === undefined ? decision : { ...decision, retryAfterMs: after } };
}

function transportFailure(failure: HttpFailure, write: boolean): Verdict {
  const code = failure.reason === 'broken' || failure.reason === 'refused' ? failure.code : failure.reason;
  const text = `${texts[failure.reason]} (${failure.code})`;
  if (failure.sent && write) return verdict('unknown_outcome', code.toLowerCase(), text);
  return verdict(failure.reason === 'too_large' ? 'defect' : 'retry', code.toLowerCase(), text);
}

/** micro.bg answers 200 even to failures, so another status is a proxy or maintenance (micro.bg API 1.6). */
function httpStatus(answer: HttpAnswer, write: boolean, nowMs: number): Verdict {
  const { status } = answer;
  const code = `http_${status}`;
  const text = `the micro.bg server answered HTTP ${status}`;
  const after = retryAfterMs(answer.headers, nowMs);
  if (status === 429)
    return verdict('retry_after', code, 'micro.bg asks for a pause (HTTP 429)', after ?? 60_000);
  if (status === 401 || status === 403) return verdict('auth', code, `${text}: access denied`);
  if (status < 400) return verdict('defect', code, `${text}: the entry point has moved`);
  if (status < 500 && status !== 408) return verdict('defect', code, `${text}: check the entry point`);
  // A gateway error says nothing about what happened behind it.
  if (write) return verdict('unknown_outcome', code, `${text} to a write`);
  return after === undefined ? verdict('retry', code, text) : verdict('retry_after', code, text, after);
}

function envelope(text: string, write: boolean): Verdict {
  const broken = write ? 'unknown_outcome' : 'retry';
  if (text.replace(/^\uFEFF/, '').trim() === '')
    return verdict(broken, 'empty_body', 'micro.bg answered nothing');
  const parsed = parseLossless(text);
  if (parsed === undefined)
    return verdict(broken, 'not_json', 'micro.bg answered something that is not JSON');
  const body = parsed.value;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return verdict(write ? 'unknown_outcome' : 'defect', 'envelope', 'micro.bg answered without an envelope');
  }
  const fields = body as Readonly<Record<string, unknown>>;
  const errors = errorTexts(fields['errors']);
  const success = successFlag(fields['status'] ?? fields['success']);
  if (success === undefined) {
    return verdict(write ? 'unknown_outcome' : 'defect', 'envelope', 'micro.bg answered without a status');
  }
  if (success) {
    return {
      kind: 'data',
      data: fields['data'] ?? null,
      warnings: errors.length > 0 ? ['errors_on_success'] : [],
    };
  }
  if (errors.includes(INVALID_API_ID)) {
    return verdict('auth', 'invalid_api_id', 'micro.bg does not know this API id');
  }
  const said = errors.length === 0 ? 'without a reason' : quoteVendor(errors.join('; '));
  return verdict('refused', 'refused', `micro.bg refused: ${said}`);
}

/** `true`/`false` live, `1`/`0` in the vendor's examples (micro.bg API 1.6); numbers arrive here as text. */
function successFlag(value: unknown): boolean | undefined {
  if (value === true || value === '1' || value === 'true') return true;
  if (value === false || value === '0' || value === 'false') return false;
  return undefined;
}

/** A list of strings; a bare string and objects are tolerated (micro.bg API 1.6, Q-3). */
function errorTexts(value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '' || value === false) return [];
  if (Array.isArray(value)) return value.flatMap(errorTexts);
  if (typeof value === 'object') return Object.values(value).flatMap(errorTexts);
  return typeof value === 'string' ? [value] : [];
}
