import type { Emulators } from '../support/emulators.ts';
import { Coverage } from './coverage.ts';
import { Lane } from './lane.ts';
import type { Life } from './life.ts';
import type { Mutation } from '../support/mutations.ts';
import { LifeRun } from './run.ts';
import { shortened } from './shorten.ts';
import { faultsOf } from './verdict.ts';

/** Lives that are lived at once. */
const LANES = 6;

/** A life that went wrong, as short as it could be made. */
export interface FailedLife {
  readonly name: string;
  readonly life: Life;
  readonly faults: readonly string[];
  readonly log: readonly string[];
}

/** Lives one life; answers what is wrong with it. */
export async function liveOnce(
  lane: Lane,
  life: Life,
  mutation?: Mutation,
): Promise<{ faults: readonly string[]; log: readonly string[]; coverage: Coverage }> {
  const run = new LifeRun(lane, life, mutation);
  try {
    await run.run();
    return {
      faults: [...run.faults, ...(await faultsOf(run.witness))],
      log: run.log,
      coverage: run.coverage,
    };
  } catch (error) {
    return { faults: [(error as Error).message], log: run.log, coverage: run.coverage };
  }
}

let batches = 0;

function openLane(databaseUrl: string, emulators: Emulators, number: number): Promise<Lane> {
  batches += 1;
  return Lane.open(databaseUrl, emulators, `lane-${batches}-${number}`);
}

export interface NamedLife {
  readonly name: string;
  readonly life: Life;
}

/** Lives many lives, several at a time; stops at the first ones that go wrong, and makes those short. */
export async function liveAll(
  databaseUrl: string,
  emulators: Emulators,
  lives: Iterable<NamedLife>,
  options: {
    readonly mutation?: Mutation | undefined;
    readonly mostFailures?: number;
    readonly asTheyAre?: boolean;
    readonly ignored?: RegExp;
  } = {},
): Promise<{ failed: FailedLife[]; coverage: Coverage; lived: number; logs: (readonly string[])[] }> {
  const { mutation, mostFailures = 1, asTheyAre = false, ignored } = options;
  const coverage = new Coverage();
  const failed: FailedLife[] = [];
  const queue = lives[Symbol.iterator]();
  const logs: (readonly string[])[] = [];
  const work = async (number: number): Promise<void> => {
    const lane = await openLane(databaseUrl, emulators, number);
    try {
      for (let next = queue.next(); next.done !== true && failed.length < mostFailures; next = queue.next()) {
        const { name, life } = next.value;
        const outcome = await liveOnce(lane, life, mutation);
        logs.push(outcome.log);
        coverage.merge(outcome.coverage);
        if (outcome.faults.every((fault) => ignored?.test(fault)) || failed.length >= mostFailures) continue;
        const failure = asTheyAre
          ? { life, ...outcome }
          : await shortened(life, (one) => liveOnce(lane, one, mutation));
        failed.push({ name, ...failure });
      }
    } finally {
      await lane.close();
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => work(number)));
  return { failed, coverage, lived: logs.length, logs };
}

/** Lives each life in two lanes, whose other lives differ; answers both logs. */
export async function liveTwice(
  databaseUrl: string,
  emulators: Emulators,
  lives: Iterable<NamedLife>,
): Promise<{ first: readonly string[]; second: readonly string[] }[]> {
  const all = [...lives];
  const inOrder = async (
    order: readonly NamedLife[],
    number: number,
  ): Promise<Map<string, readonly string[]>> => {
    const lane = await openLane(databaseUrl, emulators, number);
    try {
      const logs = new Map<string, readonly string[]>();
      for (const { name, life } of order) logs.set(name, (await liveOnce(lane, life)).log);
      return logs;
    } finally {
      await lane.close();
    }
  };
  const [first, second] = await Promise.all([inOrder(all, 1), inOrder(all.toReversed(), 2)]);
  return all.map(({ name }) => ({ first: first.get(name) ?? [], second: second.get(name) ?? [] }));
}
