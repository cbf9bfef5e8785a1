import { readFileSync } from 'node:fs';
import { showDone, showFields, showTable, time } from '../output.ts';
import { type AddCommands, NotGood } from '../program.ts';

interface Alarm {
  readonly code: string;
  readonly since: string | null;
  readonly bg?: { readonly text: string; readonly mend: string };
  readonly en?: { readonly text: string; readonly mend: string };
}

interface Tested {
  readonly shop: { readonly host: string; readonly requestsPerMinute: number | null };
  readonly warehouse: {
    readonly company: {
      readonly name: string;
      readonly currency: string | null;
      readonly paidUntil: string | null;
    };
  };
}

interface Figures {
  readonly id: string;
  readonly name: string;
  readonly mode: string;
  readonly orders: number;
  readonly waiting: number;
  readonly blocked: number;
  readonly conflict: number;
  readonly difference: number;
  readonly lastOrderAt: string | null;
  readonly alarms: readonly Alarm[];
}

/** `connection list|test|completeness` */
export const connectionCommands: AddCommands = (program, run) => {
  const connection = program.command('connection').description('pairs of a shop and a micro.bg account');
  connection
    .command('list')
    .description('connections with their figures and alarms')
    .action(
      run(async ({ api, output }) => {
        const found = await api.json('GET', 'connections');
        showTable(
          output,
          found,
          found.connections as Figures[],
          [
            ['ID', ({ id }) => id],
            ['NAME', ({ name }) => name],
            ['MODE', ({ mode }) => mode],
            ['ORDERS', ({ orders }) => orders],
            ['WAITING', ({ waiting }) => waiting],
            ['BLOCKED', ({ blocked, conflict }) => blocked + conflict],
            ['DIFFERENCE', ({ difference }) => difference],
            ['LAST GOOD ORDER', ({ lastOrderAt }) => time(lastOrderAt)],
            ['ALARMS', ({ alarms }) => alarms.map(({ code }) => code)],
          ],
          'No connections yet.',
        );
      }),
    );
  connection
    .command('test <connection>')
    .description('reads from shop and warehouse with the stored access')
    .action(
      run(async ({ api, output }, id: string) => {
        const found = await api.json('POST', `connections/${id}/test`);
        const { shop, warehouse } = found as Tested;
        showFields(output, found, [
          ['shop', shop.host],
          ['requests a minute', shop.requestsPerMinute],
          ['warehouse', warehouse.company.name],
          ['currency', warehouse.company.currency],
          ['paid until', warehouse.company.paidUntil],
        ]);
      }),
    );
  connection
    .command('create <file>')
    .description(
      'connects a shop and an account: a JSON file with id, name, shop and warehouse (docs/api.md)',
    )
    .action(
      run(async ({ api, output }, file: string) => {
        const body = JSON.parse(readFileSync(file, 'utf8')) as object;
        const made = await api.json('POST', 'connections', { body });
        showDone(output, made, `${made.id} is connected, in mode ${made.mode}.`);
      }),
    );
  connection
    .command('settings <connection>')
    .description('shows the settings as JSON; with --change saves some of them')
    .option('--change <json>', 'an object with the settings to change')
    .action(
      run(async ({ api, output }, id: string, { change }: { readonly change?: string }) => {
        const path = `connections/${id}/settings`;
        const { value, version } = await api.versioned(path);
        if (change === undefined) return output.write(`${JSON.stringify(value, null, 2)}\n`);
        const body = { ...value, ...(JSON.parse(change) as object) };
        const saved = await api.json('PUT', path, { body, ifMatch: version ?? '' });
        showDone(output, saved, 'Saved.');
      }),
    );
  connection
    .command('mode <connection> <mode>')
    .description('off, observe or live; going live with a failing check needs --override')
    .option('--override <reason>')
    .action(
      run(async ({ api, output }, id: string, mode: string, options: { readonly override?: string }) => {
        const { version } = await api.versioned(`connections/${id}`);
        const request = { body: { mode, ...options }, ifMatch: version ?? '' };
        const changed = await api.json('PATCH', `connections/${id}`, request);
        showDone(output, changed, `${id} is ${changed.mode}.`);
      }),
    );
  connection
    .command('completeness <connection>')
    .description('how shop and warehouse stand to each other; exit code 6 when an alarm is open')
    .action(
      run(async ({ api, output }, id: string) => {
        const found = await api.json('GET', `connections/${id}/completeness`);
        const alarms = found.alarms as Alarm[];
        showFields(output, found, [
          ['mode', found.mode],
          ['orders in the shop', found.orders],
          ['with a document', found.documented],
          ['without one', found.withoutDocument],
          ['waiting', found.waiting],
          ['blocked', found.blocked],
          ['conflict', found.conflict],
          ['difference', found.difference],
          ['last good order', time(found.lastOrderAt)],
          ['last webhook', time(found.lastDeliveryAt)],
          ['last sweep', time(found.lastSweepAt)],
          ...alarms.flatMap((alarm): [string, unknown][] => [
            [`alarm ${alarm.code}`, alarm[output.language]?.text],
            ['  mend', alarm[output.language]?.mend],
          ]),
        ]);
        if (alarms.length > 0) throw new NotGood(`${alarms.length} alarms are open.`);
      }),
    );
};
