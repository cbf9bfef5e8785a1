/** Says what is going on, and for how long already once it takes longer than two seconds. */
export async function progress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const terminal = process.stderr.isTTY;
  const seconds = (): string => ((Date.now() - started) / 1_000).toFixed(terminal ? 0 : 1);
  let shown = false;
  const timer = setInterval(
    () => {
      shown = true;
      process.stderr.write(terminal ? `\r  ${title} … ${seconds()} s` : `  ${title} … ${seconds()} s\n`);
    },
    terminal ? 1_000 : 5_000,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (shown || Date.now() - started > 2_000)
      process.stderr.write(`${terminal && shown ? '\r' : ''}  ${title}: done in ${seconds()} s\n`);
  }
}
