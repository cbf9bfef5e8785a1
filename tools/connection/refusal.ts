import { EXIT } from '../../src/process.ts';

/** One thing that is wrong: where, what, and what would be right. */
export interface Problem {
  /** Path in the file, for instance `shop.apiKey`. */
  readonly field: string;
  readonly problem: string;
  /** null where nothing in the file would be different. */
  readonly example: string | null;
  /** The other side does not work now: trying again later may help, another file will not. */
  readonly passing?: true;
}

/** The command ends, and nothing was saved. The message is for the operator. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exit: number;

  constructor(message: string, exit: number = EXIT.failed) {
    super(message);
    this.exit = exit;
  }
}

/** The refusal that names every problem. Only what passes by itself is worth another try with the same file. */
export function refusalOf(problems: readonly Problem[]): Refusal {
  const lines = problems.map(
    ({ field, problem, example }) =>
      `  ${field}: ${problem}.${example === null ? '' : ` Example: ${example}`}`,
  );
  return new Refusal(
    ['Nothing was saved. What has to be mended:', ...lines].join('\n'),
    problems.every(({ passing }) => passing === true) ? EXIT.failed : EXIT.configuration,
  );
}
