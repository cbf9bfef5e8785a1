import { describe, expect, it } from 'vitest';
import { describeChaos, passed } from '../../tools/chaos/report.ts';
import type { ChaosReport } from '../../tools/chaos/run.ts';
import { main } from '../../tools/chaos.ts';

const right: ChaosReport = {
  chaos: { orders: 300, seed: 7, seconds: 75 },
  faults: { 'SIGKILL worker': 2, 'network to the shop: halfOpen': 1 },
  recoverySeconds: 12.34,
  ...{ deliveries: 600, passesStopped: 40, lost: 0, doubled: 0, unexplained: 0, wrong: [] },
};

describe('npm run chaos', () => {
  it('refuses options that nobody knows or that make no sense, before anything is started', async () => {
    for (const args of [['--order', '5'], ['--orders', 'many'], ['--orders', '0'], ['--seed'], ['7']])
      expect(await main(args)).toBe(2);
  });

  it('is passed only when nothing at all is wrong', () => {
    expect(passed(right)).toBe(true);
    for (const wrong of [{ lost: 1 }, { doubled: 1 }, { unexplained: 1 }, { wrong: ['a webhook is off'] }])
      expect(passed({ ...right, ...wrong })).toBe(false);
  });

  it('shows the faults by kind, and of what is wrong the order', () => {
    expect(describeChaos(right)).toMatch(
      /every order is right[\s\S]*SIGKILL worker +2\n[\s\S]*faults in all +3\n/,
    );
    const shown = describeChaos({ ...right, lost: 1, wrong: ['order 10472: [] instead of [2: 3090]'] });
    expect(shown).toContain('NOT RIGHT');
    expect(shown).toContain('✗ order 10472: [] instead of [2: 3090]');
  });
});
