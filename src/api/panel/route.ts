import { z } from 'zod';
import type { Pool } from '../../db/pool.ts';
import type { SecretBox } from '../../db/secrets.ts';
import type { Role } from '../../domain/role.ts';
import type { StoryOf } from '../../support/bundle.ts';
import type { ActOnOrder } from '../order-updates.ts';
import type { ImportControl } from '../import-control.ts';
import type { StartReconciliation } from '../reconciliation-start.ts';
import type { VendorAccess } from './connections/vendors.ts';
import type { Caller, SignInRules } from './sign-in/caller.ts';

export interface PanelDependencies {
  readonly pool: Pool;
  readonly act: ActOnOrder;
  readonly reconcile: StartReconciliation;
  readonly imports: ImportControl;
  readonly storyOf: StoryOf;
  readonly signIn: SignInRules;
  /** Where the shops reach the gateway from outside; undefined where nobody configured it. */
  readonly publicUrl: string | undefined;
  /** Has regular work of a connection looked at now, as far as Temporal answers. */
  readonly lookNow: (kind: 'watchdog' | 'matches' | 'preflight', connectionId: string) => void;
  /** Has a cycle of the export begun now, as far as Temporal answers. */
  readonly exportNow: (connectionId: string) => void;
  /** Seals the secrets of connections, and opens them for the verifying reads. */
  readonly box: SecretBox;
  readonly vendors: VendorAccess;
  /** Orders were made due: the relay need not wait for its next round. */
  readonly onDue: () => void;
}

/** What a route gets. */
export interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Who asks: the address of a user, or `token:NAME`. */
  readonly by: string;
  /** The caller and his role; undefined on routes that need none. */
  readonly caller: Caller | undefined;
  /** Where the request comes from: the caller's address, and the session that it carries, good or not. */
  readonly from: { readonly address: string; readonly session: Buffer | undefined };
  /** What `If-Match` says, without quotes: the version that the caller saw. */
  readonly ifMatch: string | undefined;
  /** What `Last-Event-ID` says: the last event of a stream that the caller got. */
  readonly lastEventId: string | undefined;
}

/** One route: the schemas check the request and describe it in the OpenAPI document. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/api/orders/{connection}/{order}`. */
  readonly path: string;
  readonly summary: string;
  /** The least that may use it; `anyone` needs no sign-in. */
  readonly role: Role | 'anyone';
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  /** What is answered, for the OpenAPI document; not for files and streams. */
  readonly reply?: z.ZodType;
  readonly answer: (panel: PanelDependencies, input: Input<unknown, unknown, unknown>) => Promise<unknown>;
}

/** For a part of a request that has none. */
export const nothing = z.strictObject({});
export const connectionId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be the id of a connection');

/** A route whose answer gets what its schemas let through. */
export function route<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  one: Omit<Route, 'params' | 'query' | 'body' | 'answer'> & {
    readonly params: Params;
    readonly query: Query;
    readonly body: Body;
    readonly answer: (
      panel: PanelDependencies,
      input: Input<z.output<Params>, z.output<Query>, z.output<Body>>,
    ) => Promise<unknown>;
  },
): Route {
  return one as unknown as Route;
}
