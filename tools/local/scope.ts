import { endAllLaunched } from './process.ts';

/** Takes what must be ended: the last one first, however the work ends. */
export type OnEnd = (stop: () => Promise<unknown>) => void;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs work that starts processes. They end in reverse order when it is done, when it fails, and at SIGINT, SIGTERM,
 * SIGHUP (a closed terminal) or the end of the npm that started us. Further signals change nothing: npm repeats to
 * its children what the terminal has already sent to them, and every stop has a deadline of its own.
 */
export async function withCleanUp<T>(
  work: (onEnd: OnEnd) => Promise<T>,
  interrupted: (exit: { code: number }) => void = () => undefined,
): Promise<T> {
  const stops: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
      await stop().catch((error: unknown) => console.error(error));
    }
    await endAllLaunched();
  };
  let ending = false;
  const interrupt = (): void => {
    if (ending) return;
    ending = true;
    const exit = { code: 130 };
    interrupted(exit);
    void end().then(() => process.exit(exit.code));
  };
  // The terminal may be gone: nobody reads what is printed then, and that is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  for (const signal of SIGNALS) process.on(signal, interrupt);
  const parent = process.ppid;
  const watch =
    process.env['npm_lifecycle_event'] === undefined
      ? undefined
      : setInterval(() => process.ppid !== parent && interrupt(), 500).unref();
  try {
    const result = await work((stop) => stops.push(stop));
    if (ending) await new Promise<never>(() => undefined);
    return result;
  } catch (error) {
    // What fails because everything is being ended is no news.
    if (ending) await new Promise<never>(() => undefined);
    throw error;
  } finally {
    ending = true;
    await end();
    clearInterval(watch);
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
  }
}
