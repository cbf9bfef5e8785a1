/**
 * The API says no: HTTP 200 with a failed envelope (micro.bg API 1.6).
 * Every key but the vendor's only known one starts with `_EMU_`, so that nobody mistakes it for theirs (E-4).
 */
export class Refusal extends Error {
  readonly errors: readonly string[];

  constructor(...errors: readonly string[]) {
    super(errors.join(' '));
    this.name = 'Refusal';
    this.errors = errors;
  }
}

/** The one error key seen in a live answer of the vendor. */
export const INVALID_API_ID = '_INVALID_API_ID';
