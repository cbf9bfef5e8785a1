import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { liveAll } from './batch.ts';
import { LIVES_PER_RUN, numbered } from './numbered.ts';
import { databaseOfLives } from './virtual-time.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators?.stop());

describe('the lives notice a product that lacks a rule', () => {
  it.each(['no_fence', 'no_quarantine', 'no_intent', 'early_answer'] as const)(
    '%s: the warehouse holds something wrong, long before all lives are lived',
    async (mutation) => {
      const { failed, lived } = await liveAll(
        await databaseOfLives(),
        emulators,
        numbered(0, LIVES_PER_RUN),
        {
          mutation,
          asTheyAre: true,
          // A pass that fails is no wrong document.
          ignored: /^pass \d+ fails/,
        },
      );
      process.stdout.write(`  ${mutation}: noticed after ${lived} lives: ${failed[0]?.faults.join('; ')}\n`);
      expect(failed).not.toEqual([]);
    },
    300_000,
  );
});
