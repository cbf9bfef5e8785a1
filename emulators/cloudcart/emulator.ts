import { existsSync } from 'node:fs';
import { type LocalServer, listenLocally } from '../support/http.ts';
import { Ring } from '../support/request-log.ts';
import { keepStateFile, readStateFile, type StateFile } from '../support/state-file.ts';
import { Held } from './api/held.ts';
import { RateLimiter } from './api/rate-limit.ts';
import { type ApiContext, createApi, type LoggedRequest } from './api/server.ts';
import { createControl } from './control/server.ts';
import { Faults } from './faults.ts';
import { seedShop } from './seed/shop.ts';
import { Shop, type ShopSnapshot } from './shop.ts';
import { type Delivery, Dispatcher } from './webhooks/dispatcher.ts';

/** How an emulator is started. */
export interface CloudcartEmulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly stateFile?: string | undefined;
  /** No limit of requests: benchmarks measure somebody else. */
  readonly unlimited?: boolean;
}

/** Content of the state file. */
interface SavedShop extends ShopSnapshot {
  readonly pending?: readonly Delivery[];
}

/** A running CloudCart emulator. */
export interface CloudcartEmulator {
  readonly url: string;
  readonly controlUrl: string;
  readonly apiKey: string;
  /** The line that says where it is and whom it knows. */
  readonly ready: object;
  /** The shop inside, for tests in the same process. */
  readonly shop: Shop;
  /** Writes the state file if it is behind. */
  flush(): void;
  close(): Promise<void>;
}

/** Everything that control requests reach. */
export interface EmulatorContext extends ApiContext {
  /** Back to the seeded shop. */
  readonly reset: () => Promise<void>;
}

/** Starts a shop that behaves like CloudCart: REST API and webhooks on one port, control on the other. */
export async function startCloudcartEmulator(
  options: CloudcartEmulatorOptions = {},
): Promise<CloudcartEmulator> {
  const shop = new Shop();
  const dispatcher = new Dispatcher(shop);
  const { stateFile } = options;
  const saved = stateFile === undefined ? undefined : readStateFile(stateFile);
  if (saved === undefined) seedShop(shop);
  else shop.restore(saved as SavedShop);
  shop.emit = (event) => dispatcher.emit(event);
  const keeper: StateFile | undefined =
    stateFile === undefined
      ? undefined
      : keepStateFile(stateFile, () => ({ ...shop.snapshot(), pending: dispatcher.pending() }));
  shop.changed = () => keeper?.changed();
  if (stateFile !== undefined && !existsSync(stateFile)) keeper?.changed();

  let api: LocalServer | undefined = undefined;
  const primary = (): string => `127.0.0.1:${api?.port ?? 0}`;
  const context: EmulatorContext = {
    shop,
    dispatcher,
    limiter: new RateLimiter(shop.clock),
    gqlLimiter: new RateLimiter(shop.clock),
    faults: new Faults(),
    held: new Held(),
    requests: new Ring<LoggedRequest>(5000),
    hosts: () => ({ primary: primary(), aliases: [`localhost:${api?.port ?? 0}`, 'www.sampleshop.example'] }),
    unlimited: options.unlimited === true,
    reset: () => resetShop(context),
  };
  const answerApi = createApi(context);
  api = await listenLocally(options.port ?? 0, (request, response) => void answerApi(request, response));
  const answerControl = createControl(context);
  const control = await listenLocally(
    options.controlPort ?? 0,
    (request, response) => void answerControl(request, response),
  );
  dispatcher.resume((saved as SavedShop | undefined)?.pending ?? []);
  const apiKey = shop.db.tables['api-keys'].all()[0]?.value ?? '';
  return {
    url: api.url,
    controlUrl: control.url,
    apiKey,
    ready: {
      url: api.url,
      controlUrl: control.url,
      shops: [{ host: primary(), apiKey, adminToken: shop.settings.adminToken.value }],
    },
    shop,
    flush: () => keeper?.flush(),
    async close() {
      dispatcher.close();
      keeper?.flush();
      await Promise.all([api?.close(), control.close()]);
    },
  };
}

async function resetShop(context: EmulatorContext): Promise<void> {
  const { shop, dispatcher, faults, held, limiter, gqlLimiter, requests } = context;
  await held.clear();
  const empty = new Shop();
  seedShop(empty);
  shop.restore(empty.snapshot());
  dispatcher.clear();
  faults.clear();
  limiter.clear();
  gqlLimiter.clear();
  requests.clear();
  shop.changed();
}
