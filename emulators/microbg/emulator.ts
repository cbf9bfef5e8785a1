import { existsSync } from 'node:fs';
import { type LocalServer, listenLocally } from '../support/http.ts';
import { Ring } from '../support/request-log.ts';
import { keepStateFile, readStateFile, type StateFile } from '../support/state-file.ts';
import { Held } from './api/held.ts';
import { RateLimiter } from './api/rate-limit.ts';
import { type ApiContext, createApi, type LoggedCall } from './api/server.ts';
import { createControl } from './control/server.ts';
import { Faults } from './faults.ts';
import { seedWarehouse } from './seed/warehouse.ts';
import { initialSwitches } from './switches.ts';
import { Warehouse, type WarehouseSnapshot } from './warehouse.ts';

/** How an emulator is started. */
export interface MicrobgEmulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly stateFile?: string | undefined;
  /** Path of the entry point (E-1). */
  readonly path?: string;
}

/** A running micro.bg emulator. */
export interface MicrobgEmulator {
  /** The entry point. */
  readonly url: string;
  readonly controlUrl: string;
  /** Credentials of the first application of the first company. */
  readonly apiId: string;
  readonly secret: string;
  /** The line that says where it is and whom it knows. */
  readonly ready: object;
  /** The warehouse inside, for tests in the same process. */
  readonly warehouse: Warehouse;
  /** Writes the state file if it is behind. */
  flush(): void;
  close(): Promise<void>;
}

/** Everything that control requests reach. */
export interface EmulatorContext extends ApiContext {
  /** Back to the seeded companies. */
  readonly reset: () => void;
}

/** Starts a server that behaves like micro.bg: the API on one port, control on the other. */
export async function startMicrobgEmulator(options: MicrobgEmulatorOptions = {}): Promise<MicrobgEmulator> {
  const warehouse = new Warehouse();
  const { stateFile } = options;
  const saved = stateFile === undefined ? undefined : readStateFile(stateFile);
  if (saved === undefined) seedWarehouse(warehouse);
  else warehouse.restore(saved as WarehouseSnapshot);
  const keeper: StateFile | undefined =
    stateFile === undefined ? undefined : keepStateFile(stateFile, () => warehouse.snapshot());
  warehouse.changed = () => keeper?.changed();
  if (stateFile !== undefined && !existsSync(stateFile)) keeper?.changed();

  let api: LocalServer | undefined = undefined;
  const path = options.path ?? '/ExtApps/ExternalApp/API/';
  const context: EmulatorContext = {
    warehouse,
    faults: new Faults(),
    held: new Held(),
    limiter: new RateLimiter(),
    requests: new Ring<LoggedCall>(5000),
    path,
    origin: () => api?.url ?? '',
    reset: () => reset(context),
  };
  const answerApi = createApi(context);
  api = await listenLocally(options.port ?? 0, (request, response) => void answerApi(request, response));
  const answerControl = createControl(context);
  const control = await listenLocally(
    options.controlPort ?? 0,
    (request, response) => void answerControl(request, response),
  );
  const url = api.url + path;
  const [first] = warehouse.company()?.applications ?? [];
  return {
    url,
    controlUrl: control.url,
    apiId: first?.apiId ?? '',
    secret: first?.secret ?? '',
    ready: { url, controlUrl: control.url, companies: registered(warehouse) },
    warehouse,
    flush: () => keeper?.flush(),
    async close() {
      keeper?.flush();
      context.held.clear();
      await Promise.all([api?.close(), control.close()]);
    },
  };
}

/** Companies with the credentials of their applications, as their settings pages show them. */
function registered(warehouse: Warehouse): object[] {
  return warehouse.companies().map(({ key, settings, applications }) => ({
    name: settings.CompanyName,
    key,
    applications: applications.map(({ apiId, secret, name }) => ({ apiId, secret, name })),
  }));
}

function reset({ warehouse, faults, held, limiter, requests }: EmulatorContext): void {
  held.clear();
  warehouse.restore({ clock: { offsetMs: 0, frozenAt: null }, switches: initialSwitches(), companies: [] });
  seedWarehouse(warehouse);
  faults.clear();
  limiter.clear();
  requests.clear();
  warehouse.changed();
}
