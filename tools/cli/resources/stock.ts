import { money, showDone, showTable, time } from '../output.ts';
import type { AddCommands } from '../program.ts';

interface Row {
  readonly variant: string;
  readonly store: number;
  readonly sku: string;
  readonly name: string;
  readonly options: string;
  readonly state: string;
  readonly wanted: string | null;
  readonly shown: string | null;
  readonly wantedPrice: number | null;
  readonly shownPrice: number | null;
  readonly dirtySince: string | null;
}

interface Term {
  readonly kind: string;
  readonly about: string;
  readonly quantity: string;
}

interface Cycle {
  readonly id: number;
  readonly state: string;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly figures: {
    readonly skus?: number;
    readonly seconds?: number;
    readonly left?: number;
    readonly written?: { readonly done: number };
    readonly bulk?: { readonly done: number; readonly calls: number } | null;
  };
}

interface Finding {
  readonly id: number;
  readonly code: string;
  readonly scope: string;
  readonly state: string;
  readonly evidence: object;
  readonly bg?: { readonly mend: string };
  readonly en?: { readonly mend: string };
}

/** `stock list|show|cycles|findings|accept|reject|run|pause|resume` */
export const stockCommands: AddCommands = (program, run) => {
  const stock = program.command('stock').description('stock and prices on their way to the shop');
  stock
    .command('list <connection>')
    .description('what the shop shows and what it should show')
    .option('--state <state>', 'differs, held, urgent, sold_out, ok or unknown')
    .option('--search <words>')
    .option('--store <id>', 'figures of one store; 0: of the variants themselves')
    .option('--limit <number>', 'at most 500', '50')
    .action(
      run(async ({ api, output }, connection: string, options: Record<string, string>) => {
        const found = await api.json('GET', `connections/${connection}/stock`, { query: options });
        showTable(
          output,
          found,
          found.stock as Row[],
          [
            ['VARIANT', ({ variant }) => variant],
            ['STORE', ({ store }) => store || null],
            ['SKU', ({ sku }) => sku],
            ['NAME', ({ name, options: values }) => `${name} ${values}`.trim()],
            ['STATE', ({ state }) => state],
            ['SHOWN', ({ shown }) => shown],
            ['WANTED', ({ wanted }) => wanted],
            ['PRICE', ({ shownPrice }) => money(shownPrice, null)],
            ['WANTED', ({ wantedPrice }) => money(wantedPrice, null)],
            ['WAITS SINCE', ({ dirtySince }) => time(dirtySince)],
          ],
          'Nothing is exported: are the goods matched and imported?',
        );
      }),
    );
  stock
    .command('show <connection> <variant>')
    .description('the whole sum behind one figure')
    .option('--store <id>', 'what a store has of it')
    .action(
      run(async ({ api, output }, connection: string, variant: string, query: Record<string, string>) => {
        const found = await api.json('GET', `connections/${connection}/stock/${variant}`, { query });
        const total: Term = {
          ...{ kind: '= in the shop', about: `shows ${found.shown ?? '?'}` },
          quantity: found.sum?.quantity ?? '?',
        };
        showTable(
          output,
          found,
          [...((found.sum?.terms ?? []) as Term[]), total],
          [
            ['WHAT', ({ kind }) => kind],
            ['OF', ({ about }) => about],
            ['UNITS', ({ quantity }) => quantity],
          ],
          'Nothing is known of it.',
        );
      }),
    );
  stock
    .command('cycles <connection>')
    .description('the last cycles')
    .action(
      run(async ({ api, output }, connection: string) => {
        const found = await api.json('GET', `connections/${connection}/stock/cycles`);
        showTable(
          output,
          found,
          (found.cycles as Cycle[]).slice(0, output.json ? undefined : 20),
          [
            ['ID', ({ id }) => id],
            ['BEGUN', ({ startedAt }) => time(startedAt)],
            ['STATE', ({ state }) => state],
            ['WHY', ({ reason }) => reason],
            ['SECONDS', ({ figures }) => figures.seconds?.toFixed(1)],
            ['VARIANTS', ({ figures }) => figures.skus],
            ['WRITTEN', ({ figures }) => (figures.written?.done ?? 0) + (figures.bulk?.done ?? 0)],
            ['LEFT', ({ figures }) => figures.left],
          ],
          'None yet.',
        );
      }),
    );
  stock
    .command('findings <connection>')
    .description('what looks wrong in the warehouse')
    .action(
      run(async ({ api, output }, connection: string) => {
        const found = await api.json('GET', `connections/${connection}/stock/findings`);
        showTable(
          output,
          found,
          found.findings as Finding[],
          [
            ['ID', ({ id }) => id],
            ['FINDING', ({ code }) => code],
            ['KEEPS BACK', ({ scope }) => scope],
            ['STATE', ({ state }) => state],
            ['EVIDENCE', ({ evidence }) => evidence],
            ['MEND', (finding) => finding[output.language]?.mend],
          ],
          'Nothing looks wrong.',
        );
      }),
    );
  for (const name of ['accept', 'reject'] as const)
    stock
      .command(`${name} <connection> <finding>`)
      .requiredOption('--reason <text>')
      .action(
        run(async ({ api, output }, connection: string, finding: string, body: object) => {
          const path = `connections/${connection}/stock/findings/${finding}/${name}`;
          showDone(output, await api.json('POST', path, { body }), 'Done.');
        }),
      );
  stock
    .command('run <connection>')
    .description('begins a cycle now')
    .action(
      run(async ({ api, output }, connection: string) => {
        showDone(output, await api.json('POST', `connections/${connection}/stock/run`), 'Begun.');
      }),
    );
  stock
    .command('pause <connection>')
    .description('nothing goes to the shop until it is resumed')
    .requiredOption('--reason <text>')
    .action(
      run(async ({ api, output }, connection: string, body: object) => {
        showDone(
          output,
          await api.json('POST', `connections/${connection}/stock/pause`, { body }),
          'Paused.',
        );
      }),
    );
  stock.command('resume <connection>').action(
    run(async ({ api, output }, connection: string) => {
      showDone(output, await api.json('POST', `connections/${connection}/stock/resume`), 'It goes on.');
    }),
  );
};
