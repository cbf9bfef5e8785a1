import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { projectRoot } from './local/paths.ts';

/** Bundles the workflows once per build: a worker then starts in a tenth of the time. */
const { code } = await bundleWorkflowCode({
  workflowsPath: join(projectRoot, 'dist/src/workflows/index.js'),
  logger: { trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error, log() {} },
});
writeFileSync(join(projectRoot, 'dist/workflow-bundle.js'), code);
