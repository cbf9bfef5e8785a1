import { showTable, time } from '../output.ts';
import type { AddCommands, Context } from '../program.ts';

interface Webhook {
  readonly event: string;
  readonly active: boolean;
  readonly checkedAt: string;
  readonly repairs: number;
  readonly lastDeliveryAt: string | null;
}

/** `webhooks show|register|turn-off` */
export const webhookCommands: AddCommands = (program, run) => {
  const webhooks = program.command('webhooks').description('webhooks of a connection in the shop');
  webhooks
    .command('show <connection>')
    .description('on or off, and the last delivery of each')
    .action(
      run(async (context, connection: string) =>
        show(context, await context.api.json('GET', `connections/${connection}/webhooks`)),
      ),
    );
  for (const [name, about] of [
    ['register', 'registers or repairs them, and keeps them on from then on'],
    ['turn-off', 'removes them; orders are then found by the sweep only'],
  ] as const)
    webhooks
      .command(`${name} <connection>`)
      .description(about)
      .action(
        run(async (context, connection: string) =>
          show(context, await context.api.json('POST', `connections/${connection}/webhooks/${name}`)),
        ),
      );
};

function show(
  { output }: Context,
  found: { readonly webhooks: readonly Webhook[]; readonly doneAt: string | null },
): void {
  showTable(
    output,
    found,
    found.webhooks,
    [
      ['EVENT', ({ event }) => event],
      ['ON', ({ active }) => active],
      ['LAST DELIVERY', ({ lastDeliveryAt }) => time(lastDeliveryAt)],
      ['CHECKED', ({ checkedAt }) => time(checkedAt)],
      ['REPAIRS', ({ repairs }) => repairs],
    ],
    found.doneAt === null ? 'Asked for; the watchdog is at it.' : 'None.',
  );
}
