import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { connectDemo } from './local/demo-connection.ts';
import { TOKEN_FILE } from './local/api-token.ts';
import { projectRoot, stateDir } from './local/paths.ts';
import { portsFrom } from './local/ports.ts';
import { withCleanUp } from './local/scope.ts';
import { type Stack, startStack } from './local/stack.ts';
import { tellFirstOrder } from './story/first-order.ts';
import { tellStock } from './story/stock.ts';

/** `npm start`: the whole product on this machine until Ctrl-C. The state stays for the next start. */
export async function main(): Promise<number> {
  const say = (line: string): void => console.log(line);
  return withCleanUp(
    async (onEnd) => {
      let stack: Stack;
      try {
        stack = await startStack({
          folder: stateDir,
          ports: portsFrom(process.env['PORT_BASE']),
          say: (line) => say(`  ${line}`),
          keepEmulatorState: true,
          prepare: connectDemo,
        });
      } catch (error) {
        console.error(`\n${(error as Error).message}`);
        return 1;
      }
      onEnd(() => stack.stop());
      say(summary(stack));
      await tellOnce(stack, say);
      const broken = await stack.broken;
      console.error(`\n${broken}\nEverything is stopped; \`npm start\` goes on where it was.`);
      return 1;
    },
    (exit) => {
      say('\nStopping …');
      exit.code = 0;
    },
  );
}

function summary(stack: Stack): string {
  const rows = [
    ['Shop (CloudCart emulator)', stack.cloudcart.controlUrl],
    ['Warehouse (micro.bg emulator)', stack.microbg.controlUrl],
    ['Workflows (Temporal Web UI)', stack.temporalUiUrl ?? `your server ${stack.temporalAddress}`],
    ['Gateway', `${stack.gatewayUrl}  (/health /ready /metrics)`],
    ['API (docs/api.md)', `${stack.apiUrl}/api/connections`],
    ["Owner's token of the API", relative(projectRoot, join(stack.folder, TOKEN_FILE))],
    ['State and logs', relative(projectRoot, stack.folder) || stack.folder],
  ];
  const first =
    stack.ownerCode === undefined
      ? []
      : [`  Nobody can sign in yet. Code for the first owner: ${stack.ownerCode}  (docs/api.md)`, ''];
  return [
    '',
    'Everything runs.',
    '',
    ...rows.map(([name = '', where]) => `  ${name.padEnd(30)} ${where}`),
    '',
    ...first,
    '  Ctrl-C ends everything and keeps the state; `npm run reset` removes it.',
    '',
  ].join('\n');
}

/** Each story is told once per state folder. One that fails ends nothing: people want to look. */
async function tellOnce(stack: Stack, say: (line: string) => void): Promise<void> {
  for (const [mark, tell] of [
    ['first-order-told', tellFirstOrder],
    ['stock-told', tellStock],
  ] as const) {
    const file = join(stack.folder, mark);
    if (existsSync(file)) continue;
    try {
      await tell(stack, say);
      writeFileSync(file, '');
    } catch (error) {
      say(`  This did not work: ${(error as Error).message}. The logs: ${stack.folder}/logs`);
    }
  }
}
