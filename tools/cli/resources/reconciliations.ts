import { writeFileSync } from 'node:fs';
import { showDone, showTable, time } from '../output.ts';
import type { AddCommands } from '../program.ts';

interface Reconciliation {
  readonly id: number;
  readonly state: string;
  readonly askedBy: string;
  readonly finishedAt: string | null;
  readonly figures: { readonly orders?: number; readonly differences?: number } | null;
}

/** `reconciliation run|list|csv` */
export const reconciliationCommands: AddCommands = (program, run) => {
  const reconciliation = program
    .command('reconciliation')
    .description('comparisons of a whole shop with its warehouse');
  reconciliation
    .command('run <connection>')
    .description('compares both sides now')
    .action(
      run(async ({ api, output }, connection: string) => {
        const asked = await api.json('POST', `connections/${connection}/reconciliations`);
        showDone(output, asked, `Comparison ${asked.id} is under way.`);
      }),
    );
  reconciliation
    .command('list <connection>')
    .description('comparisons, newest first')
    .action(
      run(async ({ api, output }, connection: string) => {
        const found = await api.json('GET', `connections/${connection}/reconciliations`);
        showTable(
          output,
          found,
          found.reconciliations as Reconciliation[],
          [
            ['ID', ({ id }) => id],
            ['STATE', ({ state }) => state],
            ['BY', ({ askedBy }) => askedBy],
            ['FINISHED', ({ finishedAt }) => time(finishedAt)],
            ['ORDERS', ({ figures }) => figures?.orders],
            ['DIFFERENCES', ({ figures }) => figures?.differences],
          ],
          'None yet.',
        );
      }),
    );
  reconciliation
    .command('csv <connection> <id>')
    .description('the differences as a file for Excel')
    .option('--output <file>')
    .action(
      run(async ({ api, output }, connection: string, id: string, options: { output?: string }) => {
        const text = await api.text(`connections/${connection}/reconciliations/${id}.csv`);
        if (options.output === undefined) return output.write(text);
        writeFileSync(options.output, text);
        showDone(output, { file: options.output }, `Written to ${options.output}.`);
      }),
    );
};
