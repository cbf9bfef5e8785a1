import { goodsProblems } from './problems/goods.ts';
import { moneyProblems } from './problems/money.ts';
import { partnerProblems } from './problems/partner.ts';
import { stateProblems } from './problems/state.ts';
import { type ProblemText, parameterWords } from './problems/text.ts';
import { warehouseProblems } from './problems/warehouse.ts';

/** What stands in the way of a document, or is worth knowing. Params hold codes, SKUs and amounts: no personal data. */
export interface Problem {
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Every problem has a page of its own in `docs/errors`. */
const texts = {
  ...stateProblems,
  ...goodsProblems,
  ...moneyProblems,
  ...partnerProblems,
  ...warehouseProblems,
} as const;

export type ProblemCode = keyof typeof texts;

/** A problem with its facts. */
export function problem(code: ProblemCode, params: Problem['params'] = {}): Problem {
  return { code, params };
}

/** Does the problem keep the order from its document? */
export function isBlocking({ code }: Problem): boolean {
  return texts[code].severity === 'blocking';
}

/** The problem and how to mend it, in the shopkeeper's language. */
export function describeProblem(
  { code, params }: Problem,
  language: 'bg' | 'en',
): { text: string; mend: string } {
  const template: ProblemText = texts[code];
  const words = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, wordFor(name, value)?.[language] ?? value]),
  );
  return language === 'bg'
    ? { text: fill(template.bg, words), mend: fill(template.mendBg, words) }
    : { text: fill(template.en, words), mend: fill(template.mendEn, words) };
}

/** Only these parameters are codes; a SKU may be called `fee`. */
function wordFor(name: string, value: string | number): { bg: string; en: string } | undefined {
  return name === 'purpose' || name === 'reason' ? parameterWords[value] : undefined;
}

/** The problem for logs and for Temporal's web page: one English sentence that starts with the code. */
export function operatorText({ code, params }: Problem): string {
  return `${code}: ${fill(texts[code].operator, params)}`;
}

function fill(text: string, params: Problem['params']): string {
  return text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? '?'));
}

/** All codes, for catalogues and checks. */
export const problemCodes = Object.keys(texts) as readonly ProblemCode[];
