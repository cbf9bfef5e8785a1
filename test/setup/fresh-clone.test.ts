import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../tools/local/paths.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { type Running, freePortBase, isAlive, processesOf, runNpm } from './running.ts';

/** Long enough for the installation of all dependencies on a slow day. */
const FIRST_START_MS = 180_000;
/** "In seconds", while other tests use the same two cores. */
const NEXT_START_MS = 30_000;
const STOP_MS = 30_000;

const parent = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-clone-'));
const clone = join(parent, 'Моят магазин и склад');
let base = 0;
let running: Running | undefined;

/** What a clone would hold if everything that git knows or would add were committed. */
function copyWorkingTree(): void {
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(parent, 0o755);
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of list.split('\0').filter((each) => each !== '' && existsSync(join(projectRoot, each)))) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(clone, file));
  }
}

async function start(): Promise<Running> {
  running = runNpm(clone, ['start'], { PORT_BASE: String(base) });
  return running;
}

/** Sends a signal to the whole group; answers with the exit code once every process has ended. */
async function endWith(signal: NodeJS.Signals): Promise<number | undefined> {
  const { launcher, processes } = processesOf(clone);
  expect(processes.map(({ name }) => name).sort()).toEqual([
    'cloudcart',
    'microbg',
    'postgres',
    'server',
    'temporal',
    'worker',
  ]);
  running?.signalGroup(signal);
  const code = await running?.exited;
  await waitUntil(
    'the end of every process',
    async () => ![launcher, ...processes.map(({ pid }) => pid)].some(isAlive),
    { timeoutMs: STOP_MS },
  );
  return code;
}

beforeAll(async () => {
  copyWorkingTree();
  base = await freePortBase();
});

afterAll(async () => {
  running?.signalGroup('SIGINT');
  await running?.exited;
  rmSync(parent, { recursive: true, force: true });
});

describe('a fresh clone, in a folder with spaces and Cyrillic letters', () => {
  it(
    'npm start installs what is missing, runs everything, and shows an order becoming a sale',
    async () => {
      const product = await start();
      await product.says('Everything runs.', FIRST_START_MS);
      await product.says('the same to the cent', 60_000);
      const ready = await fetch(`http://127.0.0.1:${base}/ready`);
      expect(await ready.json()).toEqual({ status: 'ready', problems: [] });
      expect(await endWith('SIGINT')).toBe(0);
    },
    FIRST_START_MS + 120_000,
  );

  it('the next start takes seconds and goes on where it was; a closed terminal ends everything', async () => {
    const product = await start();
    await product.says('Everything runs.', NEXT_START_MS);
    expect(product.output()).not.toContain('A first order');
    await endWith('SIGHUP');
  }, 90_000);

  it('after a kill of the launcher, the next start ends what was left behind', async () => {
    const product = await start();
    await product.says('Everything runs.', NEXT_START_MS);
    process.kill(processesOf(clone).launcher, 'SIGKILL');
    await product.exited;
    const again = await start();
    await again.says('Everything runs.', NEXT_START_MS);
    expect(again.output()).toContain('ended postgres, left behind');
    expect(again.output()).toContain('ended temporal, left behind');
    const second = runNpm(clone, ['start'], { PORT_BASE: String(base) });
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain('already runs');
    expect(await endWith('SIGTERM')).toBe(0);
  }, 120_000);

  it('a used port is refused with the ways out, and nothing is left running', async () => {
    const occupier = createServer();
    await new Promise<void>((resolve) => occupier.listen(base + 3, '127.0.0.1', resolve));
    try {
      const product = await start();
      expect(await product.exited).toBe(1);
      expect(product.output()).toContain(`${base + 3} (microbgPage)`);
      expect(product.output()).toContain('PORT_BASE');
      expect(existsSync(join(clone, '.state', 'run.json'))).toBe(false);
    } finally {
      await new Promise((resolve) => occupier.close(resolve));
    }
  }, 60_000);

  it('npm run reset removes the state', async () => {
    const reset = runNpm(clone, ['run', 'reset']);
    expect(await reset.exited).toBe(0);
    expect(existsSync(join(clone, '.state'))).toBe(false);
  }, 60_000);
});
