import { type ChildProcess, spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { freePort, portIsFree, waitUntil } from '../../../tools/local/process.ts';

/** Runs the command from its sources, as `npm run emulators` runs it compiled. */
function startCommand(...args: string[]): {
  child: ChildProcess;
  line: Promise<string>;
  over: Promise<unknown>;
} {
  const script = `import { main } from './tools/emulators.ts'; process.exitCode = await main(${JSON.stringify(args)});`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const line = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.endsWith('\n')) resolve(text);
    });
    child.stdout.on('close', () => reject(new Error(`no line: ${text}`)));
  });
  line.catch(() => undefined);
  return { child, line, over: new Promise((resolve) => child.once('exit', resolve)) };
}

/** The first of four ports that are free. */
async function freeBase(): Promise<number> {
  for (;;) {
    const base = Math.min(await freePort(), 65_000);
    const free = await Promise.all([0, 1, 2, 3].map((index) => portIsFree(base + index)));
    if (free.every(Boolean)) return base;
  }
}

interface Ready {
  readonly cloudcart: { url: string; controlUrl: string; shops: { apiKey: string }[] };
  readonly microbg: { url: string; controlUrl: string; companies: { applications: { apiId: string }[] }[] };
}

describe('npm run emulators', () => {
  it('starts both on the ports asked for, says so in one line, and leaves nothing behind', async () => {
    const base = await freeBase();
    for (const how of ['SIGINT', 'SIGTERM', 'stdin'] as const) {
      const { child, line, over } = startCommand('--port-base', String(base));
      const ready = JSON.parse(await line) as Ready;
      expect(ready.cloudcart.controlUrl).toBe(`http://127.0.0.1:${base + 1}`);
      expect(ready.cloudcart.shops[0]?.apiKey).toMatch(/^[A-Z0-9]{64}$/);
      expect(ready.microbg.companies[0]?.applications[0]?.apiId).toMatch(/^\d{16}$/);
      for (const { controlUrl } of [ready.cloudcart, ready.microbg])
        expect((await fetch(`${controlUrl}/health`)).status).toBe(200);
      if (how === 'stdin') child.stdin?.end();
      else child.kill(how);
      expect([how, await over]).toEqual([how, 0]);
      for (const port of [base, base + 1, base + 2, base + 3])
        await waitUntil(`port ${port} free`, () => portIsFree(port), { everyMs: 20 });
    }
  });

  it('explains itself when it is called wrongly', async () => {
    expect(await startCommand('--port-base', 'x').over).toBe(2);
    expect(await startCommand('--nonsense').over).toBe(2);
  });
});
