import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Control } from '../../tools/local/control.ts';
import { projectRoot } from '../../tools/local/paths.ts';
import { type LocalProcess, launch } from '../../tools/local/process.ts';

export { Control };

/** A running emulator: its API, its control side, and its process. */
interface Emulator {
  readonly url: string;
  readonly control: Control;
  readonly process: LocalProcess;
}

/** Both emulators as processes of their own, seeded, without a rate limit. */
export interface Emulators {
  readonly shop: Emulator & { readonly apiKey: string };
  readonly warehouse: Emulator & { readonly apiId: string; readonly secret: string };
  stop(): Promise<void>;
}

/** Starts both emulators from the build. */
export async function startEmulators(): Promise<Emulators> {
  const logs = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-emulators-'));
  const start = async (name: 'cloudcart' | 'microbg', ...args: string[]) => {
    const process = launch({
      name,
      command: globalThis.process.execPath,
      args: [join(projectRoot, `dist/emulators/${name}/main.js`), '--exit-with-parent', ...args],
      logFile: join(logs, `${name}.log`),
    });
    return { process, ready: JSON.parse(await process.firstLine) as Ready };
  };
  const [shop, warehouse] = await Promise.all([start('cloudcart', '--unlimited'), start('microbg')]);
  const application = warehouse.ready.companies?.[0]?.applications[0];
  return {
    shop: {
      url: shop.ready.url,
      control: new Control(shop.ready.controlUrl),
      process: shop.process,
      apiKey: shop.ready.shops?.[0]?.apiKey ?? '',
    },
    warehouse: {
      url: warehouse.ready.url,
      control: new Control(warehouse.ready.controlUrl),
      process: warehouse.process,
      apiId: application?.apiId ?? '',
      secret: application?.secret ?? '',
    },
    async stop() {
      await Promise.all([shop.process.stop(), warehouse.process.stop()]);
    },
  };
}

interface Ready {
  readonly url: string;
  readonly controlUrl: string;
  readonly shops?: readonly { readonly apiKey: string }[];
  readonly companies?: readonly {
    readonly applications: readonly { readonly apiId: string; readonly secret: string }[];
  }[];
}

/** A document as the warehouse's admin view shows it: the verdict of a test comes from here. */
export interface SeenDocument {
  readonly id: number;
  readonly type: number;
  readonly extAppDocId: number | null;
  readonly partnerId: number;
  readonly paymentTypeId: number;
  readonly pricesWithVat: number;
  readonly note: string;
  readonly net: number;
  readonly vat: number;
  readonly gross: number;
  readonly lineGross: number;
  readonly lines: readonly {
    readonly itemId: number;
    readonly code: string;
    readonly quantity: number;
    readonly price: number;
    readonly taxValue: number;
    readonly note: string;
  }[];
}

/** All documents that carry the number of a shop order; of the first company where none is named. */
export async function documentsOfOrder(
  warehouse: Control,
  orderId: string,
  company = '',
): Promise<SeenDocument[]> {
  const { operations } = await warehouse.get<{ operations: SeenDocument[] }>(
    `/operations?${company === '' ? '' : `company=${company}&`}note=${encodeURIComponent(`CloudCart #${orderId}`)}`,
  );
  return operations.filter(
    ({ note }) => note === `CloudCart #${orderId}` || note.startsWith(`CloudCart #${orderId} `),
  );
}
