/** What every emulator takes on its command line. */
export interface EmulatorArguments {
  readonly port: number;
  readonly controlPort: number;
  readonly stateFile: string | undefined;
  readonly unlimited: boolean;
  readonly exitWithParent: boolean;
}

/**
 * Reads the command line of an emulator; port 0 takes any free port.
 * @throws when an argument is unknown or a port is none: a typing error must not start something else.
 */
export function readArguments(args: readonly string[]): EmulatorArguments {
  const texts = new Map<string, string>();
  const flags = new Set<string>();
  const rest = [...args];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '--unlimited' || name === '--exit-with-parent') flags.add(name);
    else if (name === '--port' || name === '--control-port' || name === '--state-file') {
      const value = rest.shift();
      if (value === undefined) throw new Error(`${name} needs a value`);
      texts.set(name, value);
    } else throw new Error(`unknown argument ${name}`);
  }
  return {
    port: portOf('--port', texts),
    controlPort: portOf('--control-port', texts),
    stateFile: texts.get('--state-file'),
    unlimited: flags.has('--unlimited'),
    exitWithParent: flags.has('--exit-with-parent'),
  };
}

function portOf(name: string, texts: ReadonlyMap<string, string>): number {
  const text = texts.get(name) ?? '0';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error(`${name} ${text} is no port`);
  return port;
}

/** Prints the one line that says where the emulator is; whoever started it waits for it. */
export function announceReady(ready: object): void {
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

/**
 * Ends the process with 0 at SIGTERM or SIGINT and, when asked, as soon as stdin closes: a killed launcher leaves
 * nothing behind. `last` runs before and must not wait for anything.
 */
export function exitWhenAsked(exitWithParent: boolean, last: () => void): void {
  const exit = (): void => {
    last();
    process.exit(0);
  };
  process.once('SIGTERM', exit);
  process.once('SIGINT', exit);
  if (!exitWithParent) return;
  process.stdin.on('end', exit);
  process.stdin.on('close', exit);
  process.stdin.on('error', exit);
  process.stdin.resume();
}
