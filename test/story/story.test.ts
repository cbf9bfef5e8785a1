import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../tools/local/paths.ts';
import { runNpm } from '../setup/running.ts';

describe('npm run story', () => {
  it('ten orders of every kind have the same total in shop and warehouse, to the cent', async () => {
    const story = runNpm(projectRoot, ['run', 'story']);
    const code = await story.exited;
    expect(story.output()).toContain('10 of 10 orders have the same total on both sides, to the cent.');
    expect(code).toBe(0);
  }, 180_000);
});
