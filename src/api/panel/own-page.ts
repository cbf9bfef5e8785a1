import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ApiFailure } from './failure.ts';

const OWN_NAMES = new Set(['127.0.0.1', 'localhost']);
const BODIES = ['application/json', 'text/csv'];

/**
 * Refuses what a page of another site makes a browser send: a foreign name that points to this machine (DNS rebinding)
 * shows in Host, a foreign page in Origin or Sec-Fetch-Site. What changes something and comes with a session must
 * say where it comes from; a machine with a token need not.
 * @param origin under which browsers reach the panel, beside 127.0.0.1 and localhost.
 */
export function fromOwnPage(origin: string | undefined): RequestHandler {
  const publicHost = origin === undefined ? undefined : new URL(origin).host;
  return (request: Request, _response: Response, next: NextFunction) => {
    const host = request.headers.host ?? '';
    const own = host === publicHost ? [origin] : [`http://${host}`];
    if (host !== publicHost && !OWN_NAMES.has(host.replace(/:\d{1,5}$/, '')))
      throw new ApiFailure(421, 'foreign_host', 'This API does not answer to this name: see PANEL_URL');
    const { origin: page } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (page !== undefined && !own.includes(page)) throw foreign();
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign();
    if (request.method !== 'GET') {
      const silent = page === undefined && site !== 'same-origin';
      if (silent && request.headers.cookie !== undefined && request.headers.authorization === undefined)
        throw foreign();
      if (request.is(BODIES) === false)
        throw new ApiFailure(415, 'not_json', `The body must be ${BODIES.join(' or ')}`);
    }
    next();
  };
}

function foreign(): ApiFailure {
  return new ApiFailure(403, 'foreign_origin', 'This API answers to its own pages only');
}
