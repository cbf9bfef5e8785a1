import type { Response } from 'express';

/** A request that is refused, as the one who asked reads it (RFC 9457). Codes are stable. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly code: string;
  /** What is wrong with which field of the request. */
  readonly fields: Readonly<Record<string, string>> | undefined;

  constructor(status: number, code: string, title: string, fields?: Readonly<Record<string, string>>) {
    super(title);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

export function sendFailure(response: Response, { status, code, message, fields }: ApiFailure): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ title: message, status, code, ...(fields === undefined ? {} : { fields }) }));
}
