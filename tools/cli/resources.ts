import { accessCommands } from './resources/access.ts';
import { attentionCommands } from './resources/attention.ts';
import { connectionCommands } from './resources/connections.ts';
import { importCommands } from './resources/imports.ts';
import { matchCommands } from './resources/match.ts';
import { orderCommands } from './resources/orders.ts';
import { preflightCommands } from './resources/preflight.ts';
import { reconciliationCommands } from './resources/reconciliations.ts';
import { stockCommands } from './resources/stock.ts';
import { webhookCommands } from './resources/webhooks.ts';
import type { AddCommands } from './program.ts';

/** Everything that can be operated. */
export const resources: readonly AddCommands[] = [
  connectionCommands,
  preflightCommands,
  matchCommands,
  importCommands,
  stockCommands,
  orderCommands,
  attentionCommands,
  webhookCommands,
  reconciliationCommands,
  accessCommands,
];
