import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { money, showDone, showFields, showTable, time } from '../output.ts';
import type { AddCommands } from '../program.ts';

interface OrderRow {
  readonly connection: string;
  readonly order: string;
  readonly state: string;
  readonly shopStatus: string | null;
  readonly total: number | null;
  readonly currency: string | null;
  readonly updatedAt: string;
  readonly problems: readonly string[];
}

interface Document {
  readonly kind: string;
  readonly state: string;
  readonly number: string | null;
  readonly extId: number;
}

interface ListOptions {
  readonly connection?: string;
  readonly state?: string;
  readonly problem?: string;
  readonly search?: string;
  readonly limit: string;
}

/** `orders list|show|retry|act|timeline|bundle` */
export const orderCommands: AddCommands = (program, run) => {
  const orders = program.command('orders').description('orders and what is in their way');
  orders
    .command('list')
    .description('orders by their last change, newest first')
    .option('--connection <id>')
    .option('--state <state>', 'for instance blocked')
    .option('--problem <code>')
    .option('--search <number>', 'beginning of the number in the shop, or number of a document')
    .option('--limit <number>', 'at most 200', '50')
    .action(
      run(async ({ api, output }, options: ListOptions) => {
        const found = await api.json('GET', 'orders', { query: { ...options } });
        showTable(
          output,
          found,
          found.orders as OrderRow[],
          [
            ['CONNECTION', ({ connection }) => connection],
            ['ORDER', ({ order }) => order],
            ['STATE', ({ state }) => state],
            ['SHOP', ({ shopStatus }) => shopStatus],
            ['TOTAL', ({ total, currency }) => money(total, currency)],
            ['CHANGED', ({ updatedAt }) => time(updatedAt)],
            ['PROBLEMS', ({ problems }) => problems],
          ],
          'No orders.',
        );
      }),
    );
  orders
    .command('show <connection> <order>')
    .description('one order: documents, problems, what can be done')
    .action(
      run(async ({ api, output }, connection: string, order: string) => {
        const found = await api.json('GET', `orders/${connection}/${order}`);
        showFields(output, found, [
          ['order', found.order],
          ['state', found.state],
          ['in the shop', found.shopStatus],
          ['total', money(found.total, found.currency)],
          ['looked at', time(found.lastReadAt)],
          ...found.documents.map((one: Document) => [
            one.kind,
            `${one.state}, number ${one.number ?? '–'}, ext id ${one.extId}`,
          ]),
          ...found.problems.flatMap((one: Readonly<Record<string, never>>) => [
            [one['code'], one[output.language]?.['text']],
            ['  mend', one[output.language]?.['mend']],
          ]),
          ['workflow', found.workflowId],
        ]);
      }),
    );
  orders
    .command('retry')
    .description('looks at blocked orders again at once')
    .option('--connection <id>')
    .option('--problem <code>')
    .option('--order <number>', 'needs the connection beside it')
    .option('--all', 'of every connection, whatever the problem')
    .requiredOption('--reason <text>', 'kept in the journal of each order')
    .action(
      run(
        async (
          { api, output },
          options: {
            readonly connection?: string;
            readonly problem?: string;
            readonly order?: string;
            readonly all?: true;
            readonly reason: string;
          },
        ) => {
          const { problem, ...rest } = options;
          const body = { ...rest, ...(problem === undefined ? {} : { code: problem }) };
          const done = await api.json('POST', 'attention/retry', { body });
          showDone(output, done, `${done.retried} orders are looked at again.`);
        },
      ),
    );
  orders
    .command('act <connection> <order>')
    .description('retries, ignores, takes that back, or answers a question')
    .addOption(
      new Option('--action <action>')
        .choices(['retry', 'ignore', 'unignore', 'answer'])
        .makeOptionMandatory(),
    )
    .option('--question <code>', 'code of the problem that is answered')
    .option('--answer <answer>')
    .requiredOption('--reason <text>')
    .action(
      run(async ({ api, output }, connection: string, order: string, body: object) => {
        const done = await api.json('POST', `orders/${connection}/${order}/actions`, { body });
        showDone(output, done, 'Done.');
      }),
    );
  orders
    .command('timeline <connection> <order>')
    .description('everything that happened to an order, oldest first; holds personal data')
    .action(
      run(async ({ api, output }, connection: string, order: string) => {
        const found = await api.json('GET', `orders/${connection}/${order}/timeline`);
        showTable(
          output,
          found,
          found.entries as { readonly at: string; readonly kind: string; readonly data: unknown }[],
          [
            ['AT', ({ at }) => at],
            ['WHAT', ({ kind }) => kind],
            ['DATA', ({ data }) => data],
          ],
          'Nothing happened yet.',
        );
      }),
    );
  orders
    .command('bundle <connection> <order>')
    .description('support bundle without personal data, for `npm run replay`')
    .option('--output <file>')
    .action(
      run(async ({ api, output }, connection: string, order: string, options: { output?: string }) => {
        const bundle = await api.json('GET', `orders/${connection}/${order}/bundle`);
        if (options.output === undefined) return output.write(`${JSON.stringify(bundle, null, 2)}\n`);
        writeFileSync(options.output, `${JSON.stringify(bundle, null, 2)}\n`);
        showDone(output, { file: options.output }, `Written to ${options.output}.`);
      }),
    );
};
