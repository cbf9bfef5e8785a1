import { Option } from 'commander';
import { showDone, showFields, showTable, time } from '../output.ts';
import type { AddCommands } from '../program.ts';

const role = () => new Option('--role <role>').choices(['viewer', 'operator', 'owner']);

/** `whoami`, `users list`, `tokens list|make|revoke`, `audit` */
export const accessCommands: AddCommands = (program, run) => {
  program
    .command('whoami')
    .description('who is asking, and with which role')
    .action(
      run(async ({ api, output }) => {
        const me = await api.json('GET', 'session');
        showFields(output, me, [
          ['who', me.by],
          ['role', me.role],
        ]);
      }),
    );
  const users = program.command('users').description('people who may sign in');
  users.command('list').action(
    run(async ({ api, output }) => {
      const found = await api.json('GET', 'users');
      showTable(
        output,
        found,
        found.users as { id: number; email: string; name: string; role: string; disabled: boolean }[],
        [
          ['ID', ({ id }) => id],
          ['ADDRESS', ({ email }) => email],
          ['NAME', ({ name }) => name],
          ['ROLE', ({ role: has }) => has],
          ['SHUT OUT', ({ disabled }) => disabled],
        ],
        'Nobody yet.',
      );
    }),
  );
  const tokens = program.command('tokens').description('tokens of machines');
  tokens.command('list').action(
    run(async ({ api, output }) => {
      const found = await api.json('GET', 'tokens');
      showTable(
        output,
        found,
        found.tokens as {
          id: number;
          name: string;
          role: string;
          expiresAt: string | null;
          lastUsedAt: string | null;
        }[],
        [
          ['ID', ({ id }) => id],
          ['NAME', ({ name }) => name],
          ['ROLE', ({ role: has }) => has],
          ['EXPIRES', ({ expiresAt }) => time(expiresAt)],
          ['LAST USED', ({ lastUsedAt }) => time(lastUsedAt)],
        ],
        'None.',
      );
    }),
  );
  tokens
    .command('make <name>')
    .description('makes a token; it is shown this once')
    .addOption(role().makeOptionMandatory())
    .option('--days <number>', 'how long it is good for', '365')
    .action(
      run(
        async ({ api, output }, name: string, options: { readonly role: string; readonly days: string }) => {
          const body = { name, role: options.role, days: Number(options.days) };
          const made = await api.json('POST', 'tokens', { body });
          showDone(output, made, made.token);
        },
      ),
    );
  tokens.command('revoke <id>').action(
    run(async ({ api, output }, id: string) => {
      showDone(output, await api.json('DELETE', `tokens/${id}`), 'Revoked.');
    }),
  );
  program
    .command('audit')
    .description('who changed what, newest first')
    .option('--connection <id>')
    .option('--by <who>')
    .option('--limit <number>', 'at most 200', '50')
    .action(
      run(async ({ api, output }, options: object) => {
        const found = await api.json('GET', 'audit', { query: { ...options } });
        showTable(
          output,
          found,
          found.entries as { at: string; by: string; connection: string; action: string; subject: string }[],
          [
            ['AT', ({ at }) => time(at)],
            ['BY', ({ by }) => by],
            ['CONNECTION', ({ connection }) => connection],
            ['WHAT', ({ action }) => action],
            ['SUBJECT', ({ subject }) => subject],
          ],
          'Nothing was changed yet.',
        );
      }),
    );
};
