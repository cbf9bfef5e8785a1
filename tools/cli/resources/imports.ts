import { readFileSync, writeFileSync } from 'node:fs';
import { progressLine, showDone, showFields, showTable, time } from '../output.ts';
import { type AddCommands, type Context, NotGood } from '../program.ts';

interface Progress {
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly left: number;
  readonly ratePerMinute: number | null;
  readonly secondsLeft: number | null;
}

interface Run {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly problem: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly progress: Progress;
  readonly byAction: Readonly<Record<string, number>>;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly byReason: Readonly<Record<string, number>>;
}

interface Row {
  readonly variant: string;
  readonly sku: string;
  readonly name: string;
  readonly action: string;
  readonly vat: string | null;
  readonly price: string | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly why: { readonly bg: string; readonly en: string } | null;
  readonly result: { readonly bg: string; readonly en: string } | null;
}

/** Looked at again so often while a preview is worked out. */
const LOOK_MS = 500;

/** `import preview|show|rows|choose|start|watch|pause|resume|cancel|undo|list|csv` */
export const importCommands: AddCommands = (program, run) => {
  const group = program.command('import').description('goods of the shop into the warehouse');
  group.command('list <connection>').action(
    run(async ({ api, output }, connection: string) => {
      const found = await api.json('GET', `connections/${connection}/imports`);
      showTable(
        output,
        found,
        found.runs as Run[],
        [
          ['ID', ({ id }) => id],
          ['KIND', ({ kind }) => kind],
          ['STATE', ({ state }) => state],
          ['BY', ({ createdBy }) => createdBy],
          ['MADE', ({ createdAt }) => time(createdAt)],
        ],
        'None yet.',
      );
    }),
  );
  group
    .command('preview <connection>')
    .description('works out what an import would do, and waits for it; nothing is written to the warehouse')
    .option('--measure <id>', 'measure of new items where none can be told')
    .option('--group <id>', 'group of new items')
    .action(
      run(
        async (
          context,
          connection: string,
          { measure, group: into }: { readonly measure?: string; readonly group?: string },
        ) => {
          const body = {
            ...(measure === undefined ? {} : { measureId: Number(measure) }),
            ...(into === undefined ? {} : { groupId: Number(into) }),
          };
          const { id } = await context.api.json('POST', `connections/${connection}/imports`, { body });
          showRun(context, await untilPlanned(context, `connections/${connection}/imports/${id}`));
        },
      ),
    );
  group
    .command('show <connection> <import>')
    .action(
      run(async (context, connection: string, id: string) =>
        showRun(context, await context.api.json('GET', `connections/${connection}/imports/${id}`)),
      ),
    );
  group
    .command('rows <connection> <import>')
    .option('--action <action>', 'create, update, link, skip, ...')
    .option('--limit <number>', '', '50')
    .action(
      run(async ({ api, output }, connection: string, id: string, options: Record<string, string>) => {
        const path = `connections/${connection}/imports/${id}/rows`;
        const found = await api.json('GET', path, { query: options });
        showTable(
          output,
          found,
          found.rows as Row[],
          [
            ['VARIANT', ({ variant }) => variant],
            ['SKU', ({ sku }) => sku],
            ['NAME', ({ name }) => name],
            ['ACTION', ({ action }) => action],
            ['VAT', ({ vat }) => vat],
            ['PRICE', ({ price }) => price],
            ['STATE', ({ state, outcome }) => outcome ?? state],
            ['WHY', ({ why, result }) => (result ?? why)?.[output.language]],
          ],
          'No rows.',
        );
      }),
    );
  group
    .command('choose <connection> <import> <file>')
    .description('takes VAT and choices from a CSV file, as `csv` writes it')
    .action(
      run(async ({ api, output }, connection: string, id: string, file: string) => {
        const body = readFileSync(file, 'utf8');
        const done = await api.json('PUT', `connections/${connection}/imports/${id}/rows.csv`, { body });
        showDone(output, done, `${done.changed} rows were changed.`);
      }),
    );
  group
    .command('csv <connection> <import>')
    .description('its rows with what became of them, as a file for Excel')
    .option('--output <file>')
    .action(
      run(async ({ api, output }, connection: string, id: string, { output: file }: { output?: string }) => {
        const text = await api.text(`connections/${connection}/imports/${id}/rows.csv`);
        if (file === undefined) return output.write(text);
        writeFileSync(file, text);
        showDone(output, { file }, `Written to ${file}.`);
      }),
    );
  group
    .command('start <connection> <import>')
    .description('starts a previewed import')
    .requiredOption('--backup-made', 'says that the company was backed up in micro.bg')
    .option('--watch', 'shows progress until it is over')
    .action(
      run(async (context, connection: string, id: string, { watch: watching }: { readonly watch?: true }) => {
        const path = `connections/${connection}/imports/${id}`;
        const started = await context.api.json('POST', `${path}/start`, { body: { backupMade: true } });
        if (watching === true) return watch(context, path);
        showDone(context.output, started, `Import ${id} of ${started.rows} goods is under way.`);
      }),
    );
  group
    .command('watch <connection> <import>')
    .description('shows progress until it is over; exit code 6 when something could not be imported')
    .action(
      run((context, connection: string, id: string) =>
        watch(context, `connections/${connection}/imports/${id}`),
      ),
    );
  for (const name of ['pause', 'resume', 'cancel'] as const)
    group.command(`${name} <connection> <import>`).action(
      run(async ({ api, output }, connection: string, id: string) => {
        showDone(output, await api.json('POST', `connections/${connection}/imports/${id}/${name}`), 'Done.');
      }),
    );
  group
    .command('undo <connection> <import>')
    .description('takes an import back, and shows progress')
    .action(
      run(async (context, connection: string, id: string) => {
        const undo = await context.api.json('POST', `connections/${connection}/imports/${id}/undo`);
        await watch(context, `connections/${connection}/imports/${undo.id}`);
      }),
    );
};

async function untilPlanned({ api, output }: Context, path: string): Promise<Run> {
  for (;;) {
    const found: Run = await api.json('GET', path);
    if (found.state !== 'planning') return found;
    output.redraw?.('working out the preview …');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** @throws {NotGood} when something could not be done. */
async function watch(context: Context, path: string): Promise<void> {
  const { api, output } = context;
  for await (const { data } of api.events(`${path}/events`)) {
    const { done, total, ratePerMinute, secondsLeft } = data as Progress;
    const perSecond = ratePerMinute === null ? null : ratePerMinute / 60;
    output.redraw?.(progressLine({ done, total, perSecond, secondsLeft }));
  }
  output.redraw?.('');
  const run: Run = await api.json('GET', path);
  showRun(context, run);
  if (run.progress.failed > 0) throw new NotGood(`${run.progress.failed} goods could not be imported.`);
}

function showRun({ output }: Context, run: Run): void {
  const counts = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  showFields(output, run, [
    [run.kind, run.id],
    ['state', run.state],
    ['problem', run.problem],
    ['done', `${run.progress.done} of ${run.progress.total}`],
    ['actions', counts(run.byAction)],
    ['outcomes', counts(run.byOutcome)],
    ['reasons', counts(run.byReason)],
  ]);
}
