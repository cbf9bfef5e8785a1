import { ApiFailure } from '../failure.ts';

/** What belongs to a connection. @throws {ApiFailure} 404 when there is none. */
export function known<T>(found: T | undefined): T {
  if (found === undefined) throw new ApiFailure(404, 'unknown_connection', 'There is no such connection');
  return found;
}

/**
 * Refuses an edit of something that changed meanwhile.
 * @throws {ApiFailure} 428 without `If-Match`, 412 when it names another version.
 */
export function refuseStale(ifMatch: string | undefined, version: string): void {
  if (ifMatch === undefined)
    throw new ApiFailure(428, 'if_match_missing', 'Say in If-Match which version you saw');
  if (ifMatch !== version)
    throw new ApiFailure(412, 'changed_meanwhile', 'Somebody changed this meanwhile: look at it again');
}
