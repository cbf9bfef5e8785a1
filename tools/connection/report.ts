import type { Registered } from '../../src/activities/webhooks/subscriptions.ts';
import type { ConnectionMode } from '../../src/db/queries/connections.ts';
import type { Prepared } from './pair.ts';
import type { ConnectionLine } from '../../src/db/queries/connection-edits.ts';

/** What a mode means, for the moment in which somebody chooses it. */
export const MODE_MEANS: Readonly<Record<ConnectionMode, string>> = {
  off:
    'off (изключена): nothing is read or written. What the shop reports is kept and worked on once the mode is ' +
    'another one.',
  observe:
    'observe (наблюдение): orders are read and their documents worked out, but nothing is written to the shop or\n' +
    '  the warehouse. Each intended document goes to the journal as "wouldHave", so that it can be compared with\n' +
    '  what is booked today. `--mode live` begins to write.',
  live:
    "live (работи): documents are written to the warehouse. CloudCart's own micro.bg app must be switched off, or\n" +
    '  every order is booked twice.',
};

/** What was checked, chosen and left open. */
export function describePairing({ wanted, shop, warehouse, chosen, open }: Prepared): string {
  const { company, encoding } = warehouse;
  const limit =
    shop.requestsPerMinute === null ? '' : `, ${shop.requestsPerMinute} requests a minute for all programs`;
  const until = company.paidUntil === null ? '' : `, paid until ${company.paidUntil.slice(0, 10)}`;
  return [
    `Shop (магазин): ${new URL(wanted.shopUrl).host}, the key works${limit}`,
    `Warehouse (склад): ${company.name}, ${company.currency}${until}, body encoding ${encoding}`,
    '',
    'Chosen:',
    ...columns(chosen.map(({ what, value, why }) => [what, value, why])),
    ...(open.length === 0
      ? []
      : ['', 'Not chosen; orders that need it wait as blocked (чакащи) until it is:']),
    ...open.flatMap(({ what, why, mend }) => [`  ${what}: ${why}`, `    ${mend}`]),
    '',
  ].join('\n');
}

/** One line per connection. */
export function describeConnections(connections: readonly ConnectionLine[]): string {
  if (connections.length === 0) return 'There is no connection yet. `npm run connect -- FILE` makes one.';
  const rows = connections.map((each) => [
    each.id,
    each.name,
    each.mode,
    each.shopHost,
    each.warehouseApiId,
    String(each.settingsVersion),
    each.stoppedReason ?? '-',
  ]);
  return columns([['id', 'name', 'mode', 'shop', 'ApiId', 'settings', 'stopped'], ...rows]).join('\n');
}

/** ON or OFF for every webhook. */
export function describeWebhooks(registered: readonly Registered[], removed: number): string {
  return [
    'Webhooks (известия) in the shop:',
    ...columns(registered.map(({ event, active, done }) => [event, active ? 'ON' : 'OFF', done])),
    ...(removed === 0 ? [] : [`  ${removed} more of this connection removed`]),
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
  );
}
