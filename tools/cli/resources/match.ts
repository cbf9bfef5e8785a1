import { writeFileSync } from 'node:fs';
import { type Output, progressLine, showDone, showTable, time } from '../output.ts';
import type { AddCommands, Context } from '../program.ts';

interface State {
  readonly state: string;
  readonly count: number;
  readonly bg: string;
  readonly en: string;
  readonly mendBg: string;
  readonly mendEn: string;
}

interface Report {
  readonly current: {
    readonly id: number;
    readonly finishedAt: string;
    readonly fresh: boolean;
    readonly states: readonly State[];
    readonly changes: {
      readonly changed: number;
      readonly appeared: number;
      readonly vanished: number;
    } | null;
  } | null;
  readonly underWay: {
    readonly stage: string;
    readonly variants: number;
    readonly variantsInShop: number | null;
    readonly items: number;
  } | null;
}

interface Row {
  readonly row: string;
  readonly state: string;
  readonly variant: { readonly sku: string; readonly barcode: string; readonly name: string } | null;
  readonly item: { readonly id: number; readonly code: string; readonly name: string } | null;
}

/** Looked at again so often while a report is under way. */
const LOOK_MS = 1_000;

/** `match run|show|rows|csv|link|unlink|ignore|unignore` */
export const matchCommands: AddCommands = (program, run) => {
  const match = program
    .command('match')
    .description('how the goods of the shop stand to those of the warehouse');
  match
    .command('run <connection>')
    .description('compares all goods now')
    .option('--watch', 'waits for the result, and shows it')
    .action(
      run(async (context, connection: string, options: { readonly watch?: true }) => {
        const asked = await context.api.json('POST', `connections/${connection}/match`);
        if (options.watch !== true)
          return showDone(context.output, asked, `Report ${asked.report} is under way.`);
        showReport(context.output, await watch(context, connection, asked.report as number));
      }),
    );
  match
    .command('show <connection>')
    .description('the newest report: how many goods are in which state, and what to do')
    .action(
      run(async ({ api, output }, connection: string) =>
        showReport(output, await api.json('GET', `connections/${connection}/match`)),
      ),
    );
  match
    .command('rows <connection>')
    .description('its rows, by name')
    .option('--state <state>')
    .option('--search <words>', 'in names, codes and barcodes of both sides')
    .option('--limit <number>', 'at most 500', '50')
    .action(
      run(async ({ api, output }, connection: string, options: Record<string, string>) => {
        const found = await api.json('GET', `connections/${connection}/match/rows`, { query: options });
        showTable(
          output,
          found,
          found.rows as Row[],
          [
            ['ROW', ({ row }) => row],
            ['STATE', ({ state }) => state],
            ['SKU', ({ variant }) => variant?.sku],
            ['IN THE SHOP', ({ variant }) => variant?.name],
            ['CODE', ({ item }) => item?.code],
            ['IN THE WAREHOUSE', ({ item }) => item?.name],
          ],
          'No rows.',
        );
      }),
    );
  match
    .command('csv <connection>')
    .description('all rows as a file for Excel')
    .option('--state <state>')
    .option('--output <file>')
    .action(
      run(
        async (
          { api, output },
          connection: string,
          { output: file, ...query }: { readonly output?: string; readonly state?: string },
        ) => {
          const text = await api.text(`connections/${connection}/match/rows.csv`, query);
          if (file === undefined) return output.write(text);
          writeFileSync(file, text);
          showDone(output, { file }, `Written to ${file}.`);
        },
      ),
    );
  match
    .command('link <connection> <row>')
    .description('links a variant to an item by hand')
    .requiredOption('--item <id>')
    .option('--ratio <number>', 'base units of the item in one unit of the variant', '1')
    .requiredOption('--reason <text>')
    .action(
      run(
        async (
          { api, output },
          connection: string,
          row: string,
          { item, ratio, reason }: { readonly item: string; readonly ratio: string; readonly reason: string },
        ) => {
          const body = { itemId: Number(item), ratio, reason };
          const done = await api.json('POST', `connections/${connection}/match/rows/${row}/link`, { body });
          showDone(output, done, 'Linked.');
        },
      ),
    );
  for (const [name, about] of [
    ['unlink', 'says that a variant is not the linked or suggested item'],
    ['ignore', 'hides a row'],
    ['unignore', 'shows it again'],
  ] as const)
    match
      .command(`${name} <connection> <row>`)
      .description(about)
      .requiredOption('--reason <text>')
      .action(
        run(async ({ api, output }, connection: string, row: string, body: object) => {
          const path = `connections/${connection}/match/rows/${row}/${name}`;
          showDone(output, await api.json('POST', path, { body }), 'Done.');
        }),
      );
};

/** Waits until a report is the one that everybody reads. */
async function watch({ api, output }: Context, connection: string, id: number): Promise<Report> {
  for (;;) {
    const found: Report = await api.json('GET', `connections/${connection}/match`);
    if (found.current !== null && found.current.id >= id) {
      output.redraw?.('');
      return found;
    }
    if (found.underWay !== null) {
      const { stage, variants, variantsInShop, items } = found.underWay;
      const bar = progressLine({ done: variants, total: variantsInShop ?? variants });
      output.redraw?.(`${stage.padEnd(9)} ${bar}  ${items} items`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function showReport(output: Output, found: Report): void {
  const { current } = found;
  showTable(
    output,
    found,
    current?.states ?? [],
    [
      ['STATE', ({ state }) => state],
      ['GOODS', ({ count }) => count],
      ['MEANS', ({ bg, en }) => (output.language === 'bg' ? bg : en)],
      ['MEND', ({ mendBg, mendEn }) => (output.language === 'bg' ? mendBg : mendEn)],
    ],
    'There is no report yet: `match run` makes one.',
  );
  if (current === null || output.json) return;
  const old = current.fresh ? '' : '; goods changed since';
  output.write(`Worked out ${time(current.finishedAt)}${old}.\n`);
}
