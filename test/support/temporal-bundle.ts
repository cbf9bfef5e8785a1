import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, bundleWorkflowCode, makeTelemetryFilterString } from '@temporalio/worker';
import { projectRoot } from '../../tools/local/paths.ts';

// Workers of tests come and go, and some fail on purpose: only errors are worth a line.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});

/** The workflows of today. */
export function bundleWorkflows(folder = join(projectRoot, 'src', 'workflows')): Promise<{ code: string }> {
  return bundleWorkflowCode({
    workflowsPath: join(folder, 'index.ts'),
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} },
  });
}

/** A text of the order workflow and what stands in its place. */
export type Mutation = readonly [was: string, is: string];

/**
 * The workflows with something changed, to see whether a check would notice.
 * @throws when the order workflow does not hold the text: the check would show nothing.
 */
export function bundleMutated(...mutations: readonly Mutation[]): Promise<{ code: string }> {
  return bundleChanged((folder) => {
    const file = join(folder, 'order', 'workflow.ts');
    let source = readFileSync(file, 'utf8');
    for (const [was, is] of mutations) {
      if (!source.includes(was)) throw new Error(`the order workflow does not hold: ${was}`);
      source = source.replace(was, is);
    }
    writeFileSync(file, source);
  });
}

/** The workflows with a pause before the first step of each, to see whether a check would notice. */
export function bundleLate(): Promise<{ code: string }> {
  return bundleChanged((folder) => {
    const index = join(folder, 'index.ts');
    const exported = [...readFileSync(index, 'utf8').matchAll(/^export \{ (.+) \}/gm)];
    renameSync(index, join(folder, 'in-time.ts'));
    writeFileSync(
      index,
      [
        "import { sleep } from '@temporalio/workflow';",
        "import * as inTime from './in-time.ts';",
        "const late = (name) => async (...args) => { await sleep('1 minute'); return inTime[name](...args); };",
        ...exported.flatMap(([, names = '']) =>
          names.split(', ').map((name) => `export const ${name} = late('${name}');`),
        ),
      ].join('\n'),
    );
  });
}

async function bundleChanged(change: (folder: string) => void): Promise<{ code: string }> {
  const cache = join(projectRoot, '.cache');
  mkdirSync(cache, { recursive: true });
  // Inside the project: the copy finds the same modules.
  const folder = mkdtempSync(join(cache, 'mutated-'));
  try {
    for (const part of ['workflows', 'domain'])
      cpSync(join(projectRoot, 'src', part), join(folder, part), { recursive: true });
    change(join(folder, 'workflows'));
    return await bundleWorkflows(join(folder, 'workflows'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
