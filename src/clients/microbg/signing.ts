import { createHmac } from 'node:crypto';
import { stringifyLossless } from '../json.ts';

/**
 * How the signed text travels: the documented client form-encodes a text that is already URL-encoded
 * (`form-double`); nobody has seen an accepted live call, so the other two stay available per connection.
 */
export type BodyEncoding = 'form-double' | 'form-single' | 'multipart';

export interface MicrobgCredentials {
  /** Opaque text: sixteen digits do not fit a number and may start with zeros (micro.bg API 1.2). */
  readonly apiId: string;
  /** Keys the HMAC as text; it is never sent and never hex-decoded (micro.bg API 1.2). */
  readonly secret: string;
}

/**
 * JSON text of a call (micro.bg API 1.3): always three keys, `[]` for no parameters, `null` for no data.
 * `ascii` writes `\uXXXX` and `\/` as PHP does, should an account reject raw UTF-8.
 */
export function payloadJson(
  functionName: string,
  parameters: Readonly<Record<string, unknown>>,
  functionData: Readonly<Record<string, unknown>> | null,
  ascii: boolean,
): string {
  const hasParameters = Object.values(parameters).some((value) => value !== undefined);
  const json = stringifyLossless({ functionName, parameters: hasParameters ? parameters : [], functionData });
  if (!ascii) return json;
  return json
    .replaceAll('/', String.raw`\/`)
    .replace(/[\u007f-\uffff]/g, (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Signs a payload (micro.bg API 1.3): base64, URL-encoded; the MAC covers exactly that encoded text and is
 * appended without a separator.
 */
export function signedRequest(secret: string, json: string): string {
  const encoded = encodeURIComponent(Buffer.from(json, 'utf8').toString('base64'));
  return encoded + createHmac('sha256', secret).update(encoded, 'ascii').digest('hex');
}

/** Body and content type of a call in one of the three encodings (micro.bg API 1.4, Q-1). */
export function requestBody(
  credentials: MicrobgCredentials,
  json: string,
  encoding: BodyEncoding,
): { readonly body: string | FormData; readonly contentType?: string } {
  const request = signedRequest(credentials.secret, json);
  if (encoding === 'multipart') {
    const form = new FormData();
    form.set('ApiId', credentials.apiId);
    form.set('Request', request);
    // The boundary belongs to the content type, so fetch has to write it.
    return { body: form };
  }
  const contentType = 'application/x-www-form-urlencoded';
  if (encoding === 'form-single') {
    return { body: `ApiId=${encodeURIComponent(credentials.apiId)}&Request=${request}`, contentType };
  }
  return {
    body: new URLSearchParams({ ApiId: credentials.apiId, Request: request }).toString(),
    contentType,
  };
}
