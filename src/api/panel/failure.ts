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
  })
  .meta({ id: 'Problem' });

/** A request that is refused, as the one who asked reads it (RFC 9457). Codes are stable. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly code: string;
  /** What is wrong with which field of the request. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  /** Headers of the answer, for instance Retry-After. */
  readonly headers: Readonly<Record<string, string>>;

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
}

export function sendFailure(
  response: Response,
  { status, code, message, fields, headers }: ApiFailure,
): void {
  response
    .status(status)
    .set({ ...headers })
    .type('application/problem+json')
    .send(JSON.stringify({ title: message, status, code, ...(fields === undefined ? {} : { fields }) }));
}
