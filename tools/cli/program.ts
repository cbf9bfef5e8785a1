import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { TOKEN_FILE } from '../local/api-token.ts';
import { stateDir } from '../local/paths.ts';
import { Api, ApiRefusal } from './api.ts';
import type { Output } from './output.ts';

/** What a command works with. */
export interface Context {
  readonly api: Api;
  readonly output: Output;
}

/** What became of a command, as scripts read it. Stable. */
export const EXIT = {
  done: 0,
  /** A fault: of the server, or of this program. */
  fault: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The API understood and said no: `code` says why. */
  refused: 3,
  /** Not signed in, or the role is too low. */
  forbidden: 4,
  /** The API was not reached. */
  unreachable: 5,
  /** It was done, and what was found or came out is not good: a check failed, an item could not be imported. */
  notGood: 6,
} as const;

/** Ends a command with {@link EXIT.notGood} after it has told what it found. */
export class NotGood extends Error {
  override readonly name = 'NotGood';
}

/** Where the texts go, and where addresses and tokens come from; tests give their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
  readonly stderr: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
}

/** Adds its commands to a program. `run` makes an action of a function over the context. */
export type AddCommands = (program: Command, run: Run) => void;

export type Run = <Arguments extends readonly unknown[]>(
  work: (context: Context, ...args: Arguments) => Promise<void>,
) => (...args: Arguments) => Promise<void>;

const LOCAL_URL = 'http://127.0.0.1:8088';

/** Builds the program. */
export function createProgram(surroundings: Surroundings, resources: readonly AddCommands[]): Command {
  const { env, stdout, stderr } = surroundings;
  const program = new Command('cloudcart-microbg')
    .description('Operates the integration over its API.')
    .option('--url <url>', 'address of the API', env['CLOUDCART_MICROBG_URL'] ?? LOCAL_URL)
    .option(
      '--token-file <file>',
      'file with the token; otherwise CLOUDCART_MICROBG_TOKEN, or that of `npm start`',
    )
    .option('--json', 'one line of JSON instead of a table', false)
    .option('--lang <language>', 'language of problems and remedies: bg or en', language, languageOf(env))
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .showHelpAfterError('(--help says what there is)')
    .exitOverride();
  const run: Run =
    (work) =>
    async (...args) => {
      const options = program.opts<{ url: string; tokenFile?: string; json: boolean; lang: 'bg' | 'en' }>();
      const { json, lang, url, tokenFile } = options;
      const output: Output = {
        json,
        language: lang,
        write: (text) => void stdout.write(text),
        redraw: stderr.isTTY === true && !json ? (line) => void stderr.write(`\r\u001b[K${line}`) : undefined,
      };
      const token = readToken(tokenFile, env);
      await work({ api: new Api(url, token), output }, ...args);
    };
  for (const add of resources) add(program, run);
  for (const command of everyCommand(program)) command.copyInheritedSettings(program).exitOverride();
  return program;
}

/** Runs a command line, tells what went wrong, and answers the exit code. */
export async function runProgram(
  program: Command,
  args: readonly string[],
  { stderr }: Surroundings,
): Promise<number> {
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof NotGood) {
      stderr.write(`${error.message}\n`);
      return EXIT.notGood;
    }
    if (!(error instanceof ApiRefusal)) {
      stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.fault;
    }
    stderr.write(`${error.message} (${error.code})\n`);
    for (const [field, message] of Object.entries(error.fields)) stderr.write(`  ${field}: ${message}\n`);
    return exitOf(error.status);
  }
}

function exitOf(status: number): number {
  if (status === 0) return EXIT.unreachable;
  if (status === 401 || status === 403) return EXIT.forbidden;
  return status < 500 ? EXIT.refused : EXIT.fault;
}

function* everyCommand(command: Command): Generator<Command> {
  for (const each of command.commands) {
    yield each;
    yield* everyCommand(each);
  }
}

function readToken(file: string | undefined, env: Surroundings['env']): string | undefined {
  if (file !== undefined) {
    if (!existsSync(file)) throw new Error(`There is no file ${file} with a token`);
    return readFileSync(file, 'utf8').trim();
  }
  const local = join(stateDir, TOKEN_FILE);
  return (
    env['CLOUDCART_MICROBG_TOKEN'] ?? (existsSync(local) ? readFileSync(local, 'utf8').trim() : undefined)
  );
}

function language(text: string): 'bg' | 'en' {
  if (text !== 'bg' && text !== 'en') throw new InvalidArgumentError('It is bg or en.');
  return text;
}

function languageOf(env: Surroundings['env']): 'bg' | 'en' {
  return (env['LC_ALL'] ?? env['LANG'] ?? '').startsWith('bg') ? 'bg' : 'en';
}
