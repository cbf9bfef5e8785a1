import type { Response } from 'express';
import { z } from 'zod';

/** The body of a refusal (RFC 9457). */
export const problemDocument = z
  .strictObject({
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable' }),
    fields: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'What is wrong with which field' }),
    causes: z
      .array(
        z.strictObject({
          code: z.string(),
          field: z.string().optional(),
          bg: z.strictObject({ text: z.string(), mend: z.string() }),
          en: z.strictObject({ text: z.string(), mend: z.string() }),
        }),
      )
      .optional()
      .meta({ description: 'What stands in the way and how to mend it, for the shopkeeper' }),
  })
  .meta({ id: 'Problem' });

/** One thing that stands in the way, in both languages. */
export interface FailureCause {
  readonly code: string;
  /** The field of the request that another value would mend. */
  readonly field?: string;
  readonly bg: { readonly text: string; readonly mend: string };
  readonly en: { readonly text: string; readonly mend: string };
}

/** A request that is refused, as the one who asked reads it (RFC 9457). Codes are stable. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly code: string;
  /** What is wrong with which field of the request. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  /** Headers of the answer, for instance Retry-After. */
  readonly headers: Readonly<Record<string, string>>;
  /** What a shopkeeper has to mend first. */
  causes: readonly FailureCause[] | undefined;

  constructor(
    status: number,
    code: string,
    title: string,
    fields?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(title);
    this.headers = headers;
    this.status = status;
    this.code = code;
    this.fields = fields;
  }

  /** The same with what stands in the way. */
  because(causes: readonly FailureCause[]): this {
    this.causes = causes;
    return this;
  }
}

export function sendFailure(
  response: Response,
  { status, code, message, fields, headers, causes }: ApiFailure,
): void {
  response
    .status(status)
    .set({ ...headers })
    .type('application/problem+json')
    .send(JSON.stringify({ title: message, status, code, fields, causes }));
}
