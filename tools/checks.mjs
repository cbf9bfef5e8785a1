// `npm test`: every check in the order in which a mistake is cheapest to find.
import { existsSync } from 'node:fs';

const bin = (name) => `node_modules/.bin/${name}`;

/** Runs all checks; stops at the first that fails. Returns the exit code. */
export async function runChecks({ run, step, build, args }) {
  const checks = [
    ['formatting', () => run(bin('oxfmt'), ['--check'], { quiet: true })],
    ['lint', () => run(bin('oxlint'), ['--type-aware', '--deny-warnings'], { quiet: true })],
    ['types', () => run(bin('tsc'), ['-p', 'tsconfig.json'], { quiet: true })],
    ['unused code', () => run(bin('knip'), [], { quiet: true })],
    ['lock file complete', () => run(process.execPath, ['tools/check-lock.mjs'], { quiet: true })],
    ['build', build],
  ];
  for (const [title, check] of checks) {
    try {
      await step(title, check);
      console.log(`✓ ${title}`);
    } catch (error) {
      console.error(`✗ ${title}\n${error.output ?? error}`);
      return 1;
    }
  }
  const report = process.env.VITEST_JSON_REPORT;
  const reporters = report
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    : ['--reporter=default'];
  try {
    await run(bin('vitest'), ['run', ...reporters, ...args], { env: { ...process.env, NODE_ENV: 'test' } });
    return 0;
  } catch {
    return existsSync('node_modules') ? 1 : 2;
  }
}
