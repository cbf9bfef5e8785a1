/**
 * One HTTP exchange, and nothing clever: no retries, no redirects, no interpretation.
 * Retrying is the workflow's business, because only it knows whether a repeat is harmless.
 */

/** What a journal may know about an exchange: no bodies, no query strings, no headers, no secrets. */
export interface Exchange {
  /** What was called, for instance `saveOperation` or `orders.get`. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly ms: number;
  /** HTTP status; absent when no complete answer arrived. */
  readonly status?: number;
  /** Code of the transport error, for instance `ECONNREFUSED`. */
  readonly error?: string;
}

/** Told about every exchange once it is over. */
export type OnExchange = (exchange: Exchange) => void;

export interface HttpCall {
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  /** Milliseconds for everything: connecting, headers and the whole body. */
  readonly deadlineMs: number;
  /** Longest body accepted; the default is 16 MiB. */
  readonly maxBytes?: number;
}

/** A complete answer, whatever its status. `text` is UTF-8 without a byte order mark. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * No complete answer. `sent: false` means that the request certainly never left: a write may be repeated.
 * Otherwise the other side may have acted on it.
 */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly sent: boolean;
  readonly reason: 'refused' | 'timeout' | 'broken' | 'too_large';
  readonly code: string;
}

export type HttpOutcome = HttpAnswer | HttpFailure;

/** What both clients take for their transport. `fetchHook` replaces the global fetch. */
export interface HttpOptions {
  readonly onExchange?: OnExchange | undefined;
  readonly fetchHook?: typeof fetch | undefined;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** Errors that happen before the first byte of a request is written. */
const beforeSending = new Set(
  `ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH EADDRNOTAVAIL UND_ERR_CONNECT_TIMEOUT
  UND_ERR_INVALID_ARG ERR_INVALID_URL PRIVATE_ADDRESS DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN
  UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT_LOCALLY CERT_HAS_EXPIRED
  ERR_TLS_CERT_ALTNAME_INVALID`.split(/\s+/),
);

/** Does one exchange. Never throws: what went wrong is part of the result. */
export async function exchange(call: HttpCall, options: HttpOptions = {}): Promise<HttpOutcome> {
  const started = performance.now();
  const outcome = await attempt(call, options.fetchHook ?? fetch);
  options.onExchange?.({
    operation: call.operation,
    method: call.method,
    path: call.url.pathname,
    ms: Math.round(performance.now() - started),
    ...(outcome.kind === 'answer' ? { status: outcome.status } : { error: outcome.code }),
  });
  return outcome;
}

async function attempt(call: HttpCall, send: typeof fetch): Promise<HttpOutcome> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error('deadline')), call.deadlineMs);
  try {
    const response = await send(call.url, {
      method: call.method,
      headers: call.headers,
      // A redirect would carry the key to another host.
      redirect: 'manual',
      signal: deadline.signal,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const bytes = await readBody(response, call.maxBytes ?? MAX_BYTES);
    if (bytes === undefined)
      return { kind: 'failure', sent: true, reason: 'too_large', code: 'BODY_TOO_LARGE' };
    const text = new TextDecoder('utf-8').decode(bytes);
    return { kind: 'answer', status: response.status, headers: response.headers, text, bytes };
  } catch (error) {
    if (deadline.signal.aborted) return { kind: 'failure', sent: true, reason: 'timeout', code: 'DEADLINE' };
    return failureOf(error);
  } finally {
    clearTimeout(timer);
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return new Uint8Array();
  // Leaving the loop early cancels the stream and so closes the connection.
  for await (const chunk of response.body) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Finds the innermost error code: fetch hides it behind `cause`, and behind a list when several addresses failed. */
function failureOf(error: unknown): HttpFailure {
  let code = 'UNKNOWN';
  let atConnect = false;
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const known = current as Error & { code?: unknown; syscall?: unknown };
    if (typeof known.code === 'string') code = known.code;
    if (known.syscall === 'connect' || known.syscall === 'getaddrinfo') atConnect = true;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  const sent = !(atConnect || beforeSending.has(code));
  return { kind: 'failure', sent, reason: sent ? 'broken' : 'refused', code };
}
