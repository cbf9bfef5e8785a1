import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** A child process that we started and must end. */
export interface LocalProcess {
  readonly name: string;
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves with the exit code or signal once the process has ended. */
  readonly exited: Promise<string>;
  /** First line of stdout, for processes that announce themselves with one JSON line. */
  readonly firstLine: Promise<string>;
  /** Asks the process to end, and insists after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL to the process and all its children: what a power cut looks like. */
  kill(): Promise<void>;
}

export interface LaunchOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly logFile: string;
  readonly stopSignal?: NodeJS.Signals;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/**
 * Starts a process in its own group, so that Ctrl-C reaches only us and we can end the children in order.
 * Output goes to a log file; the last lines are kept for error messages.
 */
export function launch(options: LaunchOptions): LocalProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const child = spawn(options.command, options.args, {
    detached: true,
    cwd: options.cwd,
    env: options.env ?? process.env,
    // Our own processes end when their stdin closes: a killed launcher leaves nothing behind.
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  const tail: string[] = [];
  let buffered = '';
  let announce: (line: string) => void = () => undefined;
  let announceFailed: (error: Error) => void = () => undefined;
  const firstLine = new Promise<string>((resolve, reject) => {
    announce = resolve;
    announceFailed = reject;
  });
  firstLine.catch(() => undefined);
  child.stdout?.on('data', (chunk: Buffer) => {
    log.write(chunk);
    remember(tail, chunk);
    if (buffered.length > 1_000_000) return;
    buffered += chunk.toString('utf8');
    const end = buffered.indexOf('\n');
    if (end >= 0) announce(buffered.slice(0, end));
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log.write(chunk);
    remember(tail, chunk);
  });
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => {
      announceFailed(error);
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      log.end();
      announceFailed(new Error(`${options.name} ended with ${signal ?? code}:\n${tail.join('')}`));
      resolve(String(signal ?? code));
    });
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      child.kill(signal);
    }
  };
  const launched: LocalProcess = {
    name: options.name,
    pid: child.pid ?? -1,
    child,
    exited,
    firstLine,
    async stop(graceMs = 10_000) {
      if (child.pid === undefined) return;
      child.kill(options.stopSignal ?? 'SIGTERM');
      const timer = setTimeout(() => signalGroup('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      signalGroup('SIGKILL');
      await exited;
    },
  };
  running.add(launched);
  void exited.then(() => running.delete(launched));
  return launched;
}

const running = new Set<LocalProcess>();

/** Ends everything that {@link launch} started and nobody has ended: an interrupt may come in the middle of a start. */
export async function endAllLaunched(): Promise<void> {
  while (running.size > 0) await Promise.all([...running].map((each) => each.stop()));
}

function remember(tail: string[], chunk: Buffer): void {
  tail.push(chunk.toString('utf8'));
  while (tail.length > 40) tail.shift();
}

/** Below the ports that systems give to outgoing connections: one of those could take a port before we listen on it. */
const FIRST_PORT = 18_000;
const PORTS = 12_000;

/** A port that is free on the loopback interface, and that nobody gets by chance before it is used. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await portIsFree(port)) return port;
  }
  return anyFreePort();
}

async function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}

/** Can this port be listened on? */
export async function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Polls until `probe` answers true; throws with `what` when the deadline passes or `alive` says no. */
export async function waitUntil(
  what: string,
  probe: () => Promise<boolean>,
  { timeoutMs = 30_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      if (await probe()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`${what} did not become ready within ${timeoutMs / 1000} s`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
