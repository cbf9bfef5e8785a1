import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Keeps a state in a file; a reader never sees half of it. */
export interface StateFile {
  /** Says that the state changed; it is written soon, and not more often than writing is cheap. */
  changed(): void;
  /** Writes what is not written yet. */
  flush(): void;
}

/** Content of a state file, undefined when there is none yet. */
export function readStateFile(path: string): unknown {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : undefined;
}

/** Writes `take()` to `path` after changes: at once beside the file, then renamed over it. */
export function keepStateFile(path: string, take: () => unknown): StateFile {
  let timer: NodeJS.Timeout | undefined;
  let waitMs = 200;
  const write = (): void => {
    timer = undefined;
    const started = Date.now();
    writeFileSync(`${path}.new`, JSON.stringify(take()));
    renameSync(`${path}.new`, path);
    // A large state is written more rarely, so that writing takes a twentieth of the time at most.
    waitMs = Math.max(200, (Date.now() - started) * 20);
  };
  return {
    changed() {
      timer ??= setTimeout(write, waitMs).unref();
    },
    flush() {
      if (timer === undefined) return;
      clearTimeout(timer);
      write();
    },
  };
}
