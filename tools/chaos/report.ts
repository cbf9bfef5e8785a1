import type { ChaosReport } from './run.ts';

/** Was everything right? */
export function passed({ lost, doubled, unexplained, wrong }: ChaosReport): boolean {
  return lost === 0 && doubled === 0 && unexplained === 0 && wrong.length === 0;
}

/** The report as a table for people. */
export function describeChaos(report: ChaosReport): string {
  const { chaos, faults } = report;
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const rows: readonly (readonly [string, string])[] = [
    ['orders', String(chaos.orders)],
    ['seed', String(chaos.seed)],
    ['deliveries stored', String(report.deliveries)],
    ['passes stopped', String(report.passesStopped)],
    ...Object.entries(faults)
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([kind, count]) => [`  ${kind}`, String(count)] as const),
    ['faults in all', String(total)],
    ['time to recover', `${report.recoverySeconds.toFixed(1)} s`],
    ['lost', String(report.lost)],
    ['doubled', String(report.doubled)],
    ['attention without a cause', String(report.unexplained)],
  ];
  return [
    `chaos: ${passed(report) ? 'every order is right' : 'NOT RIGHT'}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(44)} ${value.padStart(8)}`),
    ...report.wrong.map((each) => `  ✗ ${each}`),
  ].join('\n');
}
