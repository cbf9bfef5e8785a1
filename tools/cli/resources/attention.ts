import { showTable, time } from '../output.ts';
import type { AddCommands } from '../program.ts';

interface Group {
  readonly code: string;
  readonly severity: string;
  readonly orders: number;
  readonly oldest: string;
  readonly first: readonly {
    readonly bg?: { readonly mend: string };
    readonly en?: { readonly mend: string };
  }[];
}

/** `attention` */
export const attentionCommands: AddCommands = (program, run) => {
  program
    .command('attention')
    .description('open problems by code, with the way to mend each')
    .option('--connection <id>')
    .action(
      run(async ({ api, output }, options: { readonly connection?: string }) => {
        const found = await api.json('GET', 'attention', { query: { ...options } });
        showTable(
          output,
          found,
          found.groups as Group[],
          [
            ['PROBLEM', ({ code }) => code],
            ['SEVERITY', ({ severity }) => severity],
            ['ORDERS', ({ orders }) => orders],
            ['SINCE', ({ oldest }) => time(oldest)],
            ['MEND', ({ first: [one] }) => one?.[output.language]?.mend],
          ],
          'Nothing needs attention.',
        );
      }),
    );
};
