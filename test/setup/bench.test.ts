import { describe, expect, it } from 'vitest';
import { type BenchReport, describeReport, median, target } from '../../bench/support/report.ts';
import { main } from '../../tools/bench.ts';

describe('npm run bench', () => {
  it('refuses a missing or unknown name, and options that nobody knows, before anything is started', async () => {
    expect(await main([])).toBe(2);
    expect(await main(['toString'])).toBe(2);
    expect(await main(['gateway', '--seconds', 'many'])).toBe(2);
    expect(await main(['gateway', '--jason'])).toBe(2);
  });

  it('says of every target whether it is met, in both directions', () => {
    const measure = { name: 'p99', value: 50, unit: 'ms' };
    expect(target(measure, 'lower', 50).met).toBe(true);
    expect(target(measure, 'lower', 49).met).toBe(false);
    expect(target(measure, 'higher', 50).met).toBe(true);
    expect(target({ ...measure, value: Number.NaN }, 'lower', 50).met).toBe(false);
    const report: BenchReport = {
      bench: 'example',
      machine: { cores: 2 },
      baseline: [],
      results: [measure],
      targets: [target(measure, 'lower', 49)],
    };
    expect(describeReport(report)).toContain('MISSED');
  });

  it('takes the middle of its rounds', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
