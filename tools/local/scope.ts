/** Takes what must be ended: the last one first, however the work ends. */
export type OnEnd = (stop: () => Promise<unknown>) => void;

/**
 * Runs work that starts processes. They end in reverse order when it is done, when it fails, and at the first
 * SIGINT, SIGTERM or SIGHUP; a second signal ends the program at once.
 */
export async function withCleanUp<T>(work: (onEnd: OnEnd) => Promise<T>): Promise<T> {
  const stops: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
      await stop().catch((error: unknown) => console.error(error));
    }
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    for (const each of SIGNALS) process.removeListener(each, interrupted);
    void end().then(() => process.exit(128 + (signal === 'SIGINT' ? 2 : signal === 'SIGHUP' ? 1 : 15)));
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    return await work((stop) => stops.push(stop));
  } finally {
    await end();
    for (const signal of SIGNALS) process.removeListener(signal, interrupted);
  }
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
