import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeChaos } from '../../tools/chaos/report.ts';
import { runChaos } from '../../tools/chaos/run.ts';
import { withCleanUp } from '../../tools/local/scope.ts';

/** The short form of `npm run chaos`; its long form has 300 orders and takes minutes. */
const scale = Number(process.env['TEST_SCALE'] ?? '1');
const ORDERS = Math.min(300, 60 * scale);
/** Always the same plan in the gate; the long run looks for new ones, and prints which. */
const SEED = scale === 1 ? 1 : 1 + (Date.now() % 1_000_000);
const SECONDS = Math.min(90, 12 * scale);

describe('everything is killed, cut or refused while orders come in', () => {
  it(`${ORDERS} orders end in the right documents, exactly once, with no problem that has no cause`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-chaos-'));
    // As root, PostgreSQL runs as another user, who must be able to enter.
    chmodSync(folder, 0o755);
    const report = await withCleanUp((onEnd) =>
      runChaos({ orders: ORDERS, seconds: SECONDS, seed: SEED, folder, say: () => undefined }, onEnd),
    );
    process.stdout.write(`${describeChaos(report)}\n`);
    expect(report).toMatchObject({
      wrong: [],
      lost: 0,
      doubled: 0,
      unexplained: 0,
    });
    for (const sort of ['SIGKILL', 'network']) {
      const ofSort = Object.entries(report.faults).filter(([kind]) => kind.startsWith(sort));
      expect(ofSort.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(3);
    }
    expect(report.passesStopped).toBeGreaterThan(0);
    rmSync(folder, { recursive: true, force: true });
  }, 400_000);
});
