import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { portsFrom, refuseUsedPorts } from '../../tools/local/ports.ts';
import { waitUntil } from '../../tools/local/process.ts';

/** An npm command in a process group of its own, as a terminal starts it. */
export interface Running {
  readonly child: ChildProcess;
  /** Everything that was printed so far. */
  output(): string;
  /** What the terminal does at Ctrl-C: the signal goes to the whole group. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Exit code. */
  readonly exited: Promise<number>;
  /** Waits until the output holds a text; fails at once when the command ends before. */
  says(text: string, timeoutMs: number): Promise<void>;
}

export function runNpm(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  // What the test run itself set must not leak into a newcomer's shell.
  const { STATE_DIR: _state, DATABASE_URL: _url, TEMPORAL_ADDRESS: _temporal, ...outer } = process.env;
  const child = spawn('npm', args, {
    cwd: folder,
    env: { ...outer, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let code: number | undefined;
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve((code = status ?? -1)));
  });
  exited.catch(() => undefined);
  return {
    child,
    output: () => text,
    signalGroup(signal) {
      if (child.pid !== undefined && code === undefined) process.kill(-child.pid, signal);
    },
    exited,
    async says(wanted, timeoutMs) {
      await waitUntil(wanted, async () => text.includes(wanted) || code !== undefined, { timeoutMs }).catch(
        (cause: unknown) => {
          throw new Error(`It was not said within ${timeoutMs / 1000} s: ${wanted}\n${text}`, { cause });
        },
      );
      if (!text.includes(wanted))
        throw new Error(`npm ended with ${code} before it said: ${wanted}\n${text}`);
    },
  };
}

/** First of nine free ports in a row. */
export async function freePortBase(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const base = 20_000 + Math.floor(Math.random() * 1_200) * 9;
    const free = await refuseUsedPorts(portsFrom(String(base)), 0).then(
      () => true,
      () => false,
    );
    if (free) return base;
  }
  throw new Error('no nine free ports in a row');
}

export interface RunningProcesses {
  readonly launcher: number;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** What runs on a clone, as it notes itself. */
export function processesOf(folder: string): RunningProcesses {
  return JSON.parse(readFileSync(join(folder, '.state', 'run.json'), 'utf8')) as RunningProcesses;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
