import { createProgram, runProgram } from '../../tools/cli/program.ts';
import { resources } from '../../tools/cli/resources.ts';

/** What a command left behind. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly json: () => any;
}

/** Runs a command line as a person would, with what it wrote caught. */
export async function runCli(
  url: string,
  token: string | undefined,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const surroundings = {
    env: {
      CLOUDCART_MICROBG_URL: url,
      ...(token === undefined ? {} : { CLOUDCART_MICROBG_TOKEN: token }),
      ...env,
    },
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  };
  const exit = await runProgram(createProgram(surroundings, resources), args, surroundings);
  return { exit, out, err, json: () => JSON.parse(out) as unknown };
}
