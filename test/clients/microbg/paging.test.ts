import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cursor, firstCursor, type Page, pageOf } from '../../../src/clients/microbg/paging.ts';

interface Row {
  readonly id: number;
}

/** Walks a list as a client does; a walk that does not end fails the test. */
function walk(
  fetchPage: (cursor: Cursor) => readonly Row[],
  limit: number,
): { ids: number[]; calls: number } {
  const ids: number[] = [];
  let calls = 0;
  for (let cursor: Cursor | null = firstCursor(limit); cursor !== null; calls += 1) {
    expect(calls).toBeLessThan(1000);
    const page: Page<Row> = pageOf(fetchPage(cursor), cursor);
    ids.push(...page.rows.map((row) => row.id));
    cursor = page.next;
  }
  return { ids, calls };
}

const table = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: index * 3 + 1 }));

describe('cursor paging (micro.bg API 3.9, Q-17)', () => {
  it('sees every row once whatever the server caps, inclusive or not, repeated or not', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 2, max: 30 }),
        fc.boolean(),
        (count, limit, cap, inclusive) => {
          const rows = table(count);
          const serve = (cursor: Cursor): Row[] => {
            const from = rows.filter((row) => (inclusive ? row.id >= cursor.fromId : row.id > cursor.fromId));
            return from.slice(0, Math.min(cursor.limit, cap));
          };
          expect(walk(serve, limit).ids).toEqual(rows.map((row) => row.id));
        },
      ),
    );
  });

  it('ends when the server ignores the cursor', () => {
    expect(walk(() => table(5), 5)).toEqual({ ids: [1, 4, 7, 10, 13], calls: 2 });
  });

  it('drops repeats within a page and follows the highest id of an unordered one', () => {
    const cursor = { fromId: 2, limit: 4, pageSize: 4 };
    expect(pageOf([{ id: 9 }, { id: 3 }, { id: 9 }, { id: 2 }], cursor)).toEqual({
      rows: [{ id: 9 }, { id: 3 }],
      next: { fromId: 9, limit: 4, pageSize: 4 },
    });
  });

  it('an empty first page is the end', () => {
    expect(pageOf([], firstCursor())).toEqual({ rows: [], next: null });
  });
});
