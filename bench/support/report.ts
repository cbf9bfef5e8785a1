import { cpus, totalmem } from 'node:os';

/** One number with its unit. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** A number that is promised. */
export interface Target extends Measure {
  readonly limit: number;
  readonly better: 'lower' | 'higher';
  readonly met: boolean;
}

/** What a benchmark found out. */
export interface BenchReport {
  readonly bench: string;
  readonly machine: Readonly<Record<string, string | number>>;
  /** The same numbers of what we compare ourselves with, measured in the same run. */
  readonly baseline: readonly Measure[];
  readonly results: readonly Measure[];
  readonly targets: readonly Target[];
}

/** How a benchmark is called. */
export interface BenchOptions {
  /** Shortens the run for development; numbers of a short run promise nothing. */
  readonly seconds: number | undefined;
  readonly say: (line: string) => void;
}

export type Benchmark = (options: BenchOptions) => Promise<BenchReport>;

/** The machine, because numbers mean nothing without it. */
export function thisMachine(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** A promise and whether it is kept. */
export function target(measure: Measure, better: 'lower' | 'higher', limit: number): Target {
  const met = better === 'lower' ? measure.value <= limit : measure.value >= limit;
  return { ...measure, limit, better, met };
}

/** Middle value; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN];
  return (low + high) / 2;
}

/** The report as a table for people. */
export function describeReport(report: BenchReport): string {
  const lines = [
    `benchmark ${report.bench}`,
    Object.entries(report.machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  ];
  for (const [title, measures] of [
    ['Baseline', report.baseline],
    ['Results', report.results],
  ] as const) {
    lines.push('', title, ...measures.map((each) => `  ${each.name.padEnd(52)} ${number(each)}`));
  }
  lines.push('', 'Targets');
  for (const each of report.targets) {
    const bound = `${each.better === 'lower' ? '<=' : '>='} ${each.limit} ${each.unit}`;
    lines.push(
      `  ${each.name.padEnd(52)} ${number(each)}  ${bound.padEnd(18)} ${each.met ? 'met' : 'MISSED'}`,
    );
  }
  return lines.join('\n');
}

function number({ value, unit }: Measure): string {
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1;
  return `${value.toFixed(digits)} ${unit}`.padStart(16);
}
