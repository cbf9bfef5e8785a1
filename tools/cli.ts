import { createProgram, runProgram } from './cli/program.ts';
import { resources } from './cli/resources.ts';

/** `npm run cli -- …`: the same as `cloudcart-microbg …`. */
export async function main(args: readonly string[]): Promise<number> {
  const { env, stdout, stderr } = process;
  return runProgram(createProgram({ env, stdout, stderr }, resources), args, { env, stdout, stderr });
}
