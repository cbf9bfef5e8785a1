import type { ReportsView } from '../../../db/queries/catalogue/match-views.ts';
import type { ReportFigures } from '../../../db/queries/catalogue/match-writes.ts';
import { matchNotes, matchStates } from '../../../domain/catalogue/match-states.ts';
import { noteWords, stateWords } from '../../../domain/catalogue/match-texts.ts';

interface Figures extends ReportFigures {
  readonly changes: object | null;
}

/** As the walk stores it (`src/activities/match/walk.ts`). */
interface Walk {
  readonly shop: { readonly offset: number | null; readonly read: number; readonly total: number | null };
  readonly warehouse: { readonly cursor: unknown; readonly read: number };
}

/** The report that everybody reads, and where the next one stands. */
export function shownReport(view: ReportsView) {
  return { current: shownCurrent(view), underWay: shownProgress(view) };
}

function shownCurrent({ current, catalogueChangedAt }: ReportsView) {
  if (current === null) return null;
  const { figures, ...rest } = current;
  const { states, notes, ...counts } = figures as unknown as Figures;
  const startedAt = new Date(rest.startedAt ?? 0);
  return {
    ...rest,
    ...counts,
    fresh: catalogueChangedAt === null || startedAt > catalogueChangedAt,
    states: matchStates
      .filter((state) => states[state] !== undefined)
      .map((state) => ({ state, count: states[state], ...stateWords[state] })),
    notes: matchNotes
      .filter((note) => notes[note] !== undefined)
      .map((note) => ({ note, count: notes[note], ...noteWords[note] })),
  };
}

function shownProgress({ underWay }: ReportsView) {
  if (underWay === null) return null;
  const { id, askedBy, askedAt, startedAt } = underWay;
  const walk = underWay.progress as Walk | null;
  return {
    ...{ id, askedBy, askedAt, startedAt, stage: stageOf(startedAt, walk) },
    variants: walk?.shop.read ?? 0,
    variantsInShop: walk?.shop.total ?? null,
    items: walk?.warehouse.read ?? 0,
  };
}

function stageOf(startedAt: unknown, walk: Walk | null): string {
  if (startedAt === null) return 'waiting';
  if (walk === null || walk.shop.offset !== null) return 'shop';
  return walk.warehouse.cursor === null ? 'compare' : 'warehouse';
}
