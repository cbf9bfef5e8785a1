import type { RequestHandler } from 'express';
import { ApiFailure } from './failure.ts';

const OWN_NAMES = new Set(['127.0.0.1', 'localhost']);

/**
 * Refuses what a page of another site makes a browser send, until there is sign-in: a foreign name that points to
 * this machine (DNS rebinding) shows in Host, a foreign page in Origin or Sec-Fetch-Site.
 */
export const fromOwnPage: RequestHandler = (request, _response, next) => {
  const host = request.headers.host ?? '';
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (!OWN_NAMES.has(host.replace(/:\d{1,5}$/, '')))
    throw new ApiFailure(421, 'foreign_host', 'This API answers to 127.0.0.1 and localhost only');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new ApiFailure(403, 'foreign_origin', 'This API answers to its own pages only');
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new ApiFailure(403, 'foreign_origin', 'This API answers to its own pages only');
  if (request.method !== 'GET' && request.is(['application/json', 'text/csv']) === false)
    throw new ApiFailure(415, 'not_json', 'The body must be application/json');
  next();
};
