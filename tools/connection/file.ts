import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readSecretVariable } from '../../src/config.ts';
import { settingsFields } from '../../src/api/panel/connections/settings-schema.ts';
import { exampleOf } from './examples.ts';
import { type Problem, type Refusal, refusalOf } from './refusal.ts';

/** Where the vendor listens; the slash at the end belongs to it (micro.bg API 1.1). */
const ENTRY_POINT = 'https://micro.bg/ExtApps/ExternalApp/API/';
const KEY_LENGTH = 64;

const text = z.string().trim().min(1, 'is empty');
const idOrName = z.union([z.int().positive(), text], {
  error: 'must be an id (a number) or the exact name (a text)',
});

/** A secret is in the file, or the file names the variable that holds it: `env:NAME`. */
const secret = text.transform((value, context) => {
  const name = /^env:(.*)$/s.exec(value)?.[1]?.trim();
  if (name === undefined) return value;
  const found = readSecretVariable(name)?.trim();
  if (found !== undefined && found !== '') return found;
  context.addIssue({ code: 'custom', message: `the environment has no variable ${name}` });
  return z.NEVER;
});

/** The list of keys in the shop shows only the beginning of a key (CloudCart API 1.3): a likely mistake. */
const apiKey = secret.refine((value) => /^[A-Z0-9]+$/.test(value) && value.length === KEY_LENGTH, {
  error: ({ input }) =>
    `must be ${KEY_LENGTH} capital letters and digits; this one has ${String(input).length} characters`,
});

/** Keys and orders travel here: in the clear only to this machine. */
function webAddress(value: string, context: z.RefinementCtx<string>): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const local = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (local && url.protocol === 'http:')) return url;
  context.addIssue({ code: 'custom', message: 'must be an https:// address' });
  return undefined;
}

const shopUrl = text.transform((value, context) => {
  const url = webAddress(value, context);
  if (url === undefined) return z.NEVER;
  if (`${url.origin}/` === url.href) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be only the primary domain, without a path' });
  return z.NEVER;
});

const entryPoint = text
  .transform((value, context) => webAddress(value, context)?.href ?? z.NEVER)
  .refine((value) => value.endsWith('/'), 'must end with a slash');

const itemByRate = z.record(z.string().regex(/^\d{1,2}(\.\d+)?$/, 'must be a rate in percent'), idOrName);

/** Settings as an operator writes them: names beside ids, and only what differs from the default or from before. */
const settingsSchema = z
  .strictObject({
    ...settingsFields,
    object: idOrName,
    paymentTypes: z.record(text, idOrName.nullable()),
    alarmAfterMinutes: settingsFields.alarmAfterMinutes.partial(),
    serviceItems: z
      .strictObject({
        delivery: idOrName.nullable(),
        discount: idOrName.nullable(),
        fee: idOrName.nullable(),
        rounding: idOrName.nullable(),
        byRate: z.strictObject({ delivery: itemByRate, discount: itemByRate, fee: itemByRate }).partial(),
        feeByName: z.record(text, idOrName),
      })
      .partial(),
  })
  .omit({ objectId: true, fiscalPaymentTypes: true })
  .partial();

const fileSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be small letters, digits and dashes, at most 40 characters'),
  name: text.max(200, 'must have at most 200 characters'),
  mode: z.enum(['off', 'observe', 'live']).optional(),
  shop: z.strictObject({ url: shopUrl, apiKey }),
  warehouse: z.strictObject({ entryPoint: entryPoint.default(ENTRY_POINT), apiId: text, secret }),
  settings: settingsSchema.default({}),
});

/** What an operator writes down about a connection; secrets are already looked up. */
export type ConnectionFile = z.output<typeof fileSchema>;
/** An id of micro.bg, or a name that has to be looked up there. */
export type IdOrName = z.output<typeof idOrName>;

/**
 * Reads a connection file; `-` is stdin.
 * @throws {Refusal} naming every problem in it.
 */
export function readConnectionFile(path: string): ConnectionFile {
  const json = parseJson(path, readText(path));
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refusalOf(parsed.error.issues.flatMap(problemsOf));
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : String(error);
    throw refusedFile(path, why);
  }
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    // Only the place: the parser's own words may quote a secret.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const line = position === undefined ? '' : ` at line ${lineOf(content, Number(position))}`;
    throw refusedFile(path, `is not JSON${line}`);
  }
}

function lineOf(content: string, position: number): number {
  return content.slice(0, position).split('\n').length;
}

function refusedFile(path: string, problem: string): Refusal {
  return refusalOf([{ field: path === '-' ? 'stdin' : path, problem, example: exampleOf('') }]);
}

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const name = field === '' ? key : `${field}.${key}`;
      return { field: name, problem: 'is not known', example: exampleOf(field) };
    });
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const problem = missing ? 'is missing' : issue.message.replace(/^Invalid/, 'invalid');
  return [{ field: field === '' ? 'the file' : field, problem, example: exampleOf(field) }];
}
