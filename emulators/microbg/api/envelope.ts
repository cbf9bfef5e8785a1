import type { Switches } from '../switches.ts';

/** What a call came to. */
export interface Outcome {
  readonly ok: boolean;
  readonly errors: readonly string[];
  readonly data: unknown;
}

/** An answer as bytes and headers. */
export interface WrittenAnswer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

/** A call that was carried out, and its answer. */
export interface Applied {
  readonly outcome: Outcome;
  readonly written: WrittenAnswer;
}

/** A failed call (micro.bg API 1.6). */
export function failed(...errors: readonly string[]): Outcome {
  return { ok: false, errors, data: null };
}

/** The envelope around every answer, always HTTP 200 (micro.bg API 1.6, E-5). */
export function writeEnvelope({ ok, errors, data }: Outcome, switches: Switches): WrittenAnswer {
  const { envelopeFlag, errorsShape } = switches;
  const flag = envelopeFlag === 'integer' ? Number(ok) : ok;
  const key = envelopeFlag === 'success' ? 'success' : 'status';
  const text = JSON.stringify({ [key]: flag, errors: shaped(errors, errorsShape), data });
  return { status: 200, text, type: 'application/json; charset=utf-8' };
}

/** Only a list of texts has been seen; what else there may be is not known. */
function shaped(errors: readonly string[], shape: Switches['errorsShape']): unknown {
  if (errors.length === 0 || shape === 'list') return errors;
  return shape === 'text' ? errors.join(' ') : errors.map((message) => ({ message }));
}

/** A page of the web server in front of the API. */
export function htmlAnswer(status: number, title: string): WrittenAnswer {
  const text = `<html><head><title>${title}</title></head><body><h1>${title}</h1><hr>nginx</body></html>`;
  return { status, text, type: 'text/html; charset=utf-8' };
}
