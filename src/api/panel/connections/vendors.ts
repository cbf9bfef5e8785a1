import { type CloudcartAdmin, createCloudcartAdmin } from '../../../clients/cloudcart/admin.ts';
import { type CloudcartClient, createCloudcartClient } from '../../../clients/cloudcart/index.ts';
import { type MicrobgClient, createMicrobgClient } from '../../../clients/microbg/index.ts';
import { createPublicFetch } from '../../../clients/public-fetch.ts';
import type { Config } from '../../../config.ts';
import type { BodyEncoding } from '../../../db/queries/connections.ts';

/** Clients for access that somebody is about to give: nothing of it is stored yet. */
export interface VendorAccess {
  /** May a vendor be reached by http on this machine, and at private addresses? Only where emulators are the vendors. */
  readonly privateAllowed: boolean;
  readonly shop: (access: { readonly url: string; readonly apiKey: string }) => CloudcartClient;
  readonly admin: (access: {
    readonly url: string;
    readonly token: string;
    readonly siteId: string | null;
  }) => CloudcartAdmin;
  readonly warehouse: (access: {
    readonly entryPoint: string;
    readonly apiId: string;
    readonly secret: string;
    readonly bodyEncoding: BodyEncoding;
  }) => MicrobgClient;
}

/** Clients of the verifying reads; they go to public addresses only, unless the configuration says otherwise. */
export function createVendorAccess(
  config: Pick<Config, 'HTTP_DEADLINE_MS' | 'PRIVATE_ADDRESSES'>,
): VendorAccess {
  const deadlineMs = config.HTTP_DEADLINE_MS;
  const privateAllowed = config.PRIVATE_ADDRESSES === 'allow';
  const fetchHook = privateAllowed ? undefined : createPublicFetch();
  return {
    privateAllowed,
    shop: ({ url, apiKey }) => createCloudcartClient({ baseUrl: url, apiKey, deadlineMs, fetchHook }),
    admin: ({ url, token, siteId }) =>
      createCloudcartAdmin({
        ...{ baseUrl: url, token, deadlineMs, fetchHook },
        ...(siteId === null ? {} : { siteId }),
      }),
    warehouse: (access) => createMicrobgClient({ ...access, deadlineMs, asciiJson: true, fetchHook }),
  };
}
