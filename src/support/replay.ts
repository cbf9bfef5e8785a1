import { z } from 'zod';
import { differencesOf } from '../domain/differences.ts';
import { type DocumentInput, desiredDocument } from '../domain/order/desired-document.ts';
import { BUNDLE_FORMAT } from './bundle.ts';

/** What replay needs of a bundle. Inputs are read as they are: a bundle of an older version is what it is for. */
const bundleSchema = z.looseObject({
  format: z.literal(BUNDLE_FORMAT, { error: `must be "${BUNDLE_FORMAT}"` }),
  order: z.looseObject({ connection: z.string(), order: z.string() }),
  decisions: z.array(
    z.looseObject({
      firstAt: z.string(),
      times: z.number().int(),
      input: z.record(z.string(), z.unknown()),
      outcome: z.record(z.string(), z.unknown()),
    }),
  ),
});

type Bundle = z.output<typeof bundleSchema>;

/** A bundle from its text. @throws {Error} naming what is wrong with it. */
export function readBundle(text: string): Bundle {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error('This is no support bundle: it is not JSON.', { cause: error });
  }
  const result = bundleSchema.safeParse(value);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `  ${path.join('.') || 'file'}: ${message}`);
  throw new Error(`This is no support bundle:\n${wrong.join('\n')}`);
}

/** One decision, worked out again. */
interface Replayed {
  readonly at: string;
  readonly times: number;
  /** Where the code of today decides differently: `document.lines.0.price: "9.60" -> "9.58"`. */
  readonly differences: readonly string[];
}

/** Works every decision of a bundle out again with the code of today. */
export function replay({ decisions }: Bundle): Replayed[] {
  return decisions.map(({ firstAt, times, input, outcome }) => {
    const today = decide(input as unknown as DocumentInput);
    const differences = differencesOf(outcome, today).map(
      ({ where, before, after }) => `${where}: ${before} -> ${after}`,
    );
    return { at: firstAt, times, differences };
  });
}

/** A failure is an outcome as well: then the code of today cannot read what was decided on. */
function decide(input: DocumentInput): unknown {
  try {
    return JSON.parse(JSON.stringify(desiredDocument(input)));
  } catch (error) {
    return { kind: 'failed', error: String(error) };
  }
}
