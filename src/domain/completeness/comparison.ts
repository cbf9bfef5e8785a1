import { OPER_TYPE } from '../order/document-kinds.ts';
import { type Rational, add, compare, minorToDecimal, parseDecimal, zero } from '../rational.ts';

interface ComparedLine {
  readonly itemId: number;
  readonly quantity: string;
}

/** What we would have posted for an order, and what another program did. */
export interface ComparedOrder {
  readonly intended: {
    readonly kind: string;
    readonly total: number;
    readonly lines: readonly ComparedLine[];
  } | null;
  readonly foreign: {
    readonly type: number;
    readonly gross: number | null;
    readonly lines: readonly ComparedLine[];
  } | null;
}

/** `same`: type, total and quantities of every item agree. */
export type ComparisonVerdict = 'same' | 'differs' | 'only_ours' | 'only_theirs';

/** Compares what we would have posted with what the warehouse holds of another program. */
export function compareWithForeign({ intended, foreign }: ComparedOrder): {
  readonly verdict: ComparisonVerdict;
  readonly differences: readonly string[];
} {
  if (intended === null) return { verdict: 'only_theirs', differences: [] };
  if (foreign === null) return { verdict: 'only_ours', differences: [] };
  const differences = [
    ...(OPER_TYPE[intended.kind as keyof typeof OPER_TYPE] === foreign.type ? [] : ['type']),
    ...(intended.total === foreign.gross
      ? []
      : [
          `total ${minorToDecimal(intended.total)} / ${foreign.gross === null ? '?' : minorToDecimal(foreign.gross)}`,
        ]),
    ...quantityDifferences(sums(intended.lines), sums(foreign.lines)),
  ];
  return { verdict: differences.length === 0 ? 'same' : 'differs', differences };
}

type Sums = ReadonlyMap<number, Rational>;

function sums(lines: readonly ComparedLine[]): Sums {
  const all = new Map<number, Rational>();
  for (const { itemId, quantity } of lines)
    all.set(itemId, add(all.get(itemId) ?? zero, parseDecimal(quantity) ?? zero));
  return all;
}

function quantityDifferences(ours: Sums, theirs: Sums): string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((item) => compare(ours.get(item) ?? zero, theirs.get(item) ?? zero) !== 0)
    .toSorted((a, b) => a - b)
    .map((item) => `item ${item}`);
}
