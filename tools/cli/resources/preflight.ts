import { showDone, showTable, time } from '../output.ts';
import { type AddCommands, type Context, NotGood } from '../program.ts';

interface Words {
  readonly title: string;
  readonly text: string;
  readonly mend: string;
}

interface Check {
  readonly code: string;
  readonly outcome: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly bg: Words;
  readonly en: Words;
}

/** `preflight show|run|confirm|calibrate|calibrations` */
export const preflightCommands: AddCommands = (program, run) => {
  const preflight = program.command('preflight').description('checks of a connection before it goes live');
  preflight
    .command('show <connection>')
    .description('every check and how to mend it; exit code 6 when one fails')
    .action(
      run(async ({ api, output }, connection: string) => {
        show(output, await api.json('GET', `connections/${connection}/preflight`));
      }),
    );
  preflight
    .command('run <connection>')
    .description('has the checks made now; `show` tells what came out')
    .action(
      run(async ({ api, output }, connection: string) => {
        const asked = await api.json('POST', `connections/${connection}/preflight`);
        showDone(output, asked, 'The checks are under way.');
      }),
    );
  preflight
    .command('confirm <connection> <check>')
    .description('says that you looked up what no API shows: backup, two_users, decrement, ...')
    .option('--take-back', 'it is not so any more')
    .action(
      run(async ({ api, output }, connection: string, check: string, options: { takeBack?: true }) => {
        const confirmed = options.takeBack !== true;
        const found = await api.json('POST', `connections/${connection}/preflight/${check}/confirm`, {
          body: { confirmed },
        });
        showDone(output, found, confirmed ? `${check} is confirmed.` : `${check} is open again.`);
      }),
    );
  preflight
    .command('calibrate <connection> <what>')
    .description('`reservation`: writes an order of one unit into the warehouse and deletes it again')
    .requiredOption('--item <id>', 'the item; it needs two units in stock', Number)
    .option('--partner <id>', 'on whom the order is booked, where the settings name no web customer', Number)
    .option('--consent', 'you agree to the document')
    .action(run(calibrate));
  preflight
    .command('calibrations <connection>')
    .description('what such trials found, when, and who asked')
    .action(
      run(async ({ api, output }, connection: string) => {
        const found = await api.json('GET', `connections/${connection}/calibrations`);
        showTable(
          output,
          found,
          found['calibrations'] as Trial[],
          [
            ['ASKED', ({ askedAt }) => time(askedAt)],
            ['BY', ({ askedBy }) => askedBy],
            ['ITEM', ({ itemId }) => String(itemId)],
            ['STATE', ({ state, result }) => result ?? state],
            ['FOUND', (trial) => trial[output.language]],
          ],
          'No trial was made yet.',
        );
      }),
    );
};

interface Trial {
  readonly askedAt: string;
  readonly askedBy: string;
  readonly itemId: number;
  readonly state: string;
  readonly result: string | null;
  readonly bg: string;
  readonly en: string;
}

async function calibrate(
  { api, output }: Context,
  connection: string,
  what: string,
  { item, partner, consent }: { item: number; partner?: number; consent?: true },
): Promise<void> {
  const asked = await api.json('POST', `connections/${connection}/calibrate/${encodeURIComponent(what)}`, {
    body: {
      ...{ consent: consent === true, itemId: item },
      ...(partner === undefined ? {} : { partnerId: partner }),
    },
  });
  showDone(output, asked, 'The trial is under way; `preflight calibrations` tells what came out.');
}

/** @throws {NotGood} when a check fails, after all were shown. */
function show(output: Context['output'], found: Record<string, unknown>): void {
  const checks = found['checks'] as Check[];
  showTable(
    output,
    found,
    checks,
    [
      ['CHECK', ({ code }) => code],
      ['OUTCOME', ({ outcome }) => outcome],
      ['FOUND', (check) => check[output.language].text],
      ['MEND', (check) => check[output.language].mend],
    ],
    'The checks were not made yet: `preflight run` starts them.',
  );
  if (!output.json && found['ranAt'] !== null) output.write(`Made ${time(found['ranAt'] as string)}.\n`);
  const failing = checks.filter(({ outcome }) => outcome === 'fail');
  if (failing.length > 0) throw new NotGood(`${failing.length} checks fail.`);
}
