import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { readConnection, saveSettings } from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { Control } from '../local/control.ts';
import { DEMO_CONNECTION, connectDemo } from '../local/demo-connection.ts';
import { freePorts } from '../local/ports.ts';
import type { OnEnd } from '../local/scope.ts';
import { type EmulatorReady, type Stack, startStack } from '../local/stack.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** Durations in which one can wait for what takes minutes in production. Each still follows from the ones before it. */
export const SHORT_DURATIONS = {
  HTTP_DEADLINE_MS: '1500',
  LEASE_MS: '2500',
  LAND_MS: '1500',
  HEARTBEAT_MS: '1000',
  STICKY_MS: '1000',
  RELAY_RESEND_MS: '2000',
  PASS_SPACING_MS: '100',
};
/** A look at everything that waits or may have changed silently, every few seconds instead of minutes. */
const SHORT_LOOKS = {
  BLOCKED_RETRY_MS: '3000',
  PAUSED_RETRY_MS: '3000',
  RETRY_WITHIN_MS: '3000',
  SWEEP_LOOK_MS: '3000',
  WATCHDOG_LOOK_MS: '3000',
};
const LOOK_EVERY_SECONDS = 3;

/** The whole product as processes of its own, connected to both vendors by wires that can be cut. */
export interface ChaosWorld {
  readonly stack: Stack;
  readonly pool: Pool;
  readonly shop: Control;
  readonly warehouse: Control;
  readonly toShop: FaultProxy;
  readonly toWarehouse: FaultProxy;
  /** Lines of a service's log that hold a text. */
  logged(service: string, text: string): number;
}

/**
 * Starts everything in a folder, with one live connection made as `npm run connect` makes it. PostgreSQL waits for the
 * disk: without it commits are not even handed to the system, and SIGKILL would lose them.
 */
export async function startChaosWorld(
  folder: string,
  onEnd: OnEnd,
  changes: Readonly<Record<string, string>> = {},
): Promise<ChaosWorld> {
  const wires: FaultProxy[] = [];
  const stack = await startStack({
    folder,
    ports: await freePorts(),
    say: () => undefined,
    env: { ...SHORT_DURATIONS, ...SHORT_LOOKS, ...changes },
    unlimitedShop: true,
    prepare: async (started) => {
      wires.push(await startFaultProxy(started.cloudcart.url), await startFaultProxy(started.microbg.url));
      for (const wire of wires) onEnd(() => wire.close());
      await connectByWires(started, wires as [FaultProxy, FaultProxy]);
    },
  });
  onEnd(() => stack.stop());
  const pool = openPool({
    ...{ url: stack.databaseUrl, max: 4, applicationName: 'chaos', onError: () => undefined },
  });
  onEnd(() => pool.end());
  await lookOften(pool, stack);
  const [toShop, toWarehouse] = wires as [FaultProxy, FaultProxy];
  return {
    ...{ stack, pool, toShop, toWarehouse },
    shop: new Control(stack.cloudcart.controlUrl),
    warehouse: new Control(stack.microbg.controlUrl),
    logged: (service, text) =>
      readFileSync(join(folder, 'logs', `${service}.log`), 'utf8').split(text).length - 1,
  };
}

/** The demo's connection, with both vendors at the addresses of their wires. */
async function connectByWires(stack: Stack, [toShop, toWarehouse]: [FaultProxy, FaultProxy]): Promise<void> {
  const { host } = new URL(toShop.url);
  const cloudcart: EmulatorReady = {
    ...stack.cloudcart,
    shops: (stack.cloudcart.shops ?? []).map((shop) => ({ ...shop, host })),
  };
  const { databaseUrl, secretsKey, gatewayUrl } = stack;
  await connectDemo({
    ...{ databaseUrl, secretsKey, gatewayUrl, cloudcart },
    microbg: { ...stack.microbg, url: toWarehouse.url },
  });
}

async function lookOften(pool: Pool, { secretsKey }: Stack): Promise<void> {
  const connection = await readConnection(pool, createSecretBox(secretsKey), DEMO_CONNECTION);
  if (connection === undefined) throw new Error('the connection is not there');
  const often = { sweepEverySeconds: LOOK_EVERY_SECONDS, watchdogEverySeconds: LOOK_EVERY_SECONDS };
  await saveSettings(pool, DEMO_CONNECTION, { ...connection.settings, ...often }, 'chaos');
}
