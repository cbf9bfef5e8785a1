import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../tools/local/process.ts';
import { resolveTemporal, startTemporal } from '../../tools/local/temporal.ts';

/** A real Temporal server for the tests of one file, which call `stop` after them. Fails when there is no way to get one. */
export async function localTemporal(): Promise<{
  address: string;
  client: Client;
  kill: () => Promise<void>;
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-temporal-'));
  const options = {
    binary: await resolveTemporal((line) => process.stderr.write(`${line}\n`)),
    dbFile: join(folder, 'temporal.db'),
    port: await freePort(),
    uiPort: await freePort(),
    logFile: join(folder, 'temporal.log'),
  };
  let temporal = await startTemporal(options);
  const connection = await Connection.connect({ address: temporal.address });
  return {
    address: temporal.address,
    client: new Client({ connection }),
    kill: () => temporal.process.kill(),
    restart: async () => {
      temporal = await startTemporal(options);
    },
    stop: async () => {
      await connection.close();
      await temporal.process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
