import { readFileSync } from 'node:fs';
import { EXIT } from '../src/process.ts';
import { readBundle, replay } from '../src/support/replay.ts';

const USAGE_EXIT = 2;
const USAGE = `npm run replay -- FILE     works out again what was decided about an order, with the code of today

  FILE is a support bundle (GET /api/orders/CONNECTION/ORDER/bundle), - is stdin.
  Ends with 0 when today's code decides the same everywhere, with 1 when it does not.`;

/** `npm run replay`: would today's code decide differently? */
export function main(args: readonly string[]): number {
  const [file] = args;
  if (args.length !== 1 || file === undefined || (file.startsWith('-') && file !== '-')) {
    console.error(USAGE);
    return USAGE_EXIT;
  }
  try {
    const bundle = readBundle(readFileSync(file === '-' ? 0 : file, 'utf8'));
    const replayed = replay(bundle);
    const { connection, order } = bundle.order;
    console.log(`Order ${order} of ${connection}: ${replayed.length} decisions`);
    for (const { at, times, differences } of replayed) {
      const often = times === 1 ? '' : ` (${times} times)`;
      console.log(`  ${at}${often}  ${differences.length === 0 ? 'the same today' : 'DIFFERENT today'}`);
      for (const difference of differences) console.log(`      ${difference}`);
    }
    return replayed.every(({ differences }) => differences.length === 0) ? EXIT.ok : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return USAGE_EXIT;
  }
}
