import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { type NamedLife, liveAll, liveTwice } from './batch.ts';
import type { Life } from './life.ts';
import { LIVES_PER_RUN, SEED, numbered, told } from './numbered.ts';
import { databaseOfLives } from './virtual-time.ts';

const scale = Number(process.env['TEST_SCALE'] ?? 1);
/** `LIFE=seed:number` lives one life and shows it. */
const [seed, number] = (process.env['LIFE'] ?? '').split(':').map(Number);
const one = seed === undefined || number === undefined ? undefined : { seed, number };
const LEAST = 20;

let emulators: Emulators;
let databaseUrl: string;
beforeAll(async () => {
  emulators = await startEmulators();
  databaseUrl = await databaseOfLives();
});
afterAll(() => emulators?.stop());

function knownLives(): NamedLife[] {
  const file = new URL('known.json', import.meta.url);
  const known = JSON.parse(readFileSync(file, 'utf8')) as { why: string; life: Life }[];
  return known.map(({ why, life }) => ({ name: why, life }));
}

// Defined is only what is asked for: no run reports a skipped test.
if (one === undefined) {
  describe('random lives', () => {
    it('lives that went wrong once, or would without a rule, go right', async () => {
      const { failed, lived } = await liveAll(databaseUrl, emulators, knownLives());
      expect(told(failed)).toBe('');
      expect(lived).toBeGreaterThan(4);
    }, 60_000);

    it('a life runs the same way every time, wherever it is lived', async () => {
      for (const { first, second } of await liveTwice(databaseUrl, emulators, numbered(0, 24)))
        expect(second).toEqual(first);
    }, 60_000);

    it(
      'every life ends with exactly the documents that the shop calls for, and every mishap met every state',
      async () => {
        const started = performance.now();
        const all = numbered(0, LIVES_PER_RUN * scale);
        const { failed, coverage, lived } = await liveAll(databaseUrl, emulators, all);
        const seconds = Math.round((performance.now() - started) / 1000);
        process.stdout.write(`  ${lived} lives of seed ${SEED} in ${seconds} s\n${coverage.table()}`);
        expect(told(failed)).toBe('');
        expect(coverage.below(LEAST)).toEqual([]);
      },
      900_000 * scale,
    );
  });
} else {
  const { number: from, seed: under } = one;
  describe('one life', () => {
    it('goes right', async () => {
      const { failed, logs } = await liveAll(databaseUrl, emulators, numbered(from, from + 1, under));
      process.stdout.write(`${logs.flat().join('\n')}\n`);
      expect(told(failed)).toBe('');
    }, 300_000);
  });
}
