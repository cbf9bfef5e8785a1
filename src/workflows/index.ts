/** All workflows of a worker: the entry of the workflow bundle. */
export { importAll, importBatch } from './import/workflow.ts';
export { match, matches } from './match/workflow.ts';
export { order } from './order/workflow.ts';
export { preflight } from './preflight/workflow.ts';
export { product } from './product/workflow.ts';
export { reconciliation, reconciliations } from './reconciliation/workflow.ts';
export { stockExport } from './stock-export/workflow.ts';
export { sweep } from './sweep/workflow.ts';
export { verification } from './verification/workflow.ts';
export { watchdog } from './watchdog/workflow.ts';
