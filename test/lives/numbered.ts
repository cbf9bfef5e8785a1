import type { FailedLife, NamedLife } from './batch.ts';
import { lifeOf } from './generate.ts';

/** Lives of one run of the tests. */
export const LIVES_PER_RUN = 2_000;
/** The same lives in every run, so that a run that fails fails again; `LIVES_SEED` lives others. */
export const SEED = Number(process.env['LIVES_SEED'] ?? 20_260_310);

/** Lives by their numbers, under the seed of all runs or another. */
export function* numbered(from: number, to: number, seed = SEED): Generator<NamedLife> {
  for (let number = from; number < to; number += 1)
    yield { name: `${seed}:${number}`, life: lifeOf(seed, number) };
}

/** Failed lives for people: what is wrong, how to live it again, and what happened. */
export function told(failed: readonly FailedLife[]): string {
  return failed
    .map(({ name, life, faults, log }) =>
      [
        `life ${name}`,
        ...faults,
        ...(/^\d+:\d+$/.test(name)
          ? [`again: LIFE=${name} node_modules/.bin/vitest run test/lives/lives.test.ts`]
          : []),
        `shortened, for test/lives/known.json: ${JSON.stringify(life)}`,
        ...log,
      ].join('\n  '),
    )
    .join('\n\n');
}
