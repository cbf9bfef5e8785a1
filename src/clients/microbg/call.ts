import type { z } from 'zod';
import { type Answer, failed, ok } from '../answer.ts';
import { exchange, type HttpOptions } from '../http.ts';
import { listOf, whereOf } from '../wire.ts';
import { decideMicrobg, wrongShape } from './decision.ts';
import { type BodyEncoding, type MicrobgCredentials, payloadJson, requestBody } from './signing.ts';

/** Settings of one micro.bg account. */
export interface MicrobgOptions extends MicrobgCredentials, HttpOptions {
  /** `https://micro.bg/ExtApps/ExternalApp/API/`, trailing slash included (micro.bg API 1.1). */
  readonly entryPoint: string;
  /** Q-1; onboarding tries them and remembers the winner. */
  readonly bodyEncoding: BodyEncoding;
  /** Milliseconds for one call, body included; the vendor documents none, its SDK uses 30 s. */
  readonly deadlineMs: number;
  /** Write non-ASCII as `\uXXXX`, as the vendor's SDK does; whether raw UTF-8 is taken is open. */
  readonly asciiJson?: boolean;
  /** Clock, in milliseconds since 1970. */
  readonly now?: () => number;
}

interface Request {
  readonly fn: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Calls the account and checks the answer. One request each, never repeated. */
export interface Caller {
  /** Reads rows. `data: null` is an empty list only while the subscription is paid (micro.bg API 7, trap 1). */
  list<S extends z.ZodType>(request: Request, row: S): Promise<Answer<readonly z.output<S>[]>>;
  /** Reads one object. */
  one<S extends z.ZodType>(request: Request, row: S): Promise<Answer<z.output<S>>>;
  /** Writes and reads the returned object. */
  write<S extends z.ZodType>(request: Request, row: S): Promise<Answer<z.output<S>>>;
  /** Writes a deletion; its `data` is null. */
  erase(request: Request): Promise<Answer<null>>;
}

/** Makes the {@link Caller} of an account. `isPaid` is asked only when a list comes back as null. */
export function createCaller(options: MicrobgOptions, isPaid: () => Promise<Answer<boolean>>): Caller {
  const now = options.now ?? Date.now;
  const url = new URL(options.entryPoint);

  async function call(request: Request, write: boolean) {
    const { fn, parameters = {}, data = null } = request;
    const json = payloadJson(fn, parameters, data, options.asciiJson ?? false);
    const { body, contentType } = requestBody(options, json, options.bodyEncoding);
    const headers = {
      accept: 'application/json',
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
    const { deadlineMs } = options;
    const outcome = await exchange(
      { operation: fn, method: 'POST', url, headers, body, deadlineMs },
      options,
    );
    return decideMicrobg(outcome, write, now());
  }

  async function object<S extends z.ZodType>(
    request: Request,
    row: S,
    write: boolean,
  ): Promise<Answer<z.output<S>>> {
    const verdict = await call(request, write);
    if (verdict.kind === 'failed') return verdict;
    // A list of exactly one row is as good as the row.
    const { data } = verdict;
    const parsed = row.safeParse(Array.isArray(data) && data.length === 1 ? data[0] : data);
    if (!parsed.success) return failed(wrongShape(request.fn, whereOf(parsed.error), write));
    return ok(parsed.data, verdict.warnings);
  }

  return {
    async list(request, row) {
      const verdict = await call(request, false);
      if (verdict.kind === 'failed') return verdict;
      if (verdict.data === null) {
        const paid = await isPaid();
        if (paid.kind !== 'ok') return paid;
        return paid.value ? ok([], [...verdict.warnings, 'data_null']) : failed(subscriptionOver);
      }
      return checkRows(request.fn, verdict.data, row, verdict.warnings);
    },
    one: (request, row) => object(request, row, false),
    write: (request, row) => object(request, row, true),
    async erase(request) {
      const verdict = await call(request, true);
      return verdict.kind === 'failed' ? verdict : ok(null, verdict.warnings);
    },
  };
}

const subscriptionOver = {
  class: 'paused',
  code: 'microbg_subscription_over',
  operator: 'the micro.bg subscription is not paid: its answers cannot be trusted',
} as const;

/** One broken row fails the list: a list that silently lacks a document would be read as "it does not exist". */
function checkRows<S extends z.ZodType>(
  fn: string,
  data: unknown,
  row: S,
  warnings: readonly string[],
): Answer<readonly z.output<S>[]> {
  const list = listOf(data);
  if (list === undefined) return failed(wrongShape(fn, 'data', false));
  const values: z.output<S>[] = [];
  for (const [index, entry] of list.entries()) {
    const parsed = row.safeParse(entry);
    if (!parsed.success) return failed(wrongShape(fn, `data.${index}.${whereOf(parsed.error)}`, false));
    values.push(parsed.data);
  }
  return ok(values, warnings);
}
