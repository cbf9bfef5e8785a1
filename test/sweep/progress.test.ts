import { describe, expect, it } from 'vitest';
import {
  type SweepProgress,
  afterPage,
  dayBefore,
  overlapBefore,
  sweepStart,
} from '../../src/domain/completeness/sweep.ts';

const page = (first: string, last: string, changes: object = {}) => ({
  ...{ first: `2026-11-25 ${first}`, last: `2026-11-25 ${last}`, sight: first, more: true, total: 500 },
  ...changes,
});

describe('how a sweep goes through the pages', () => {
  it('ends with the first page when that reaches below the watermark and its overlap', () => {
    const known: SweepProgress = { ...sweepStart, watermark: '2026-11-25 10:00:00' };
    expect(afterPage(known, page('10:05:00', '09:57:59'))).toEqual({
      progress: { ...sweepStart, watermark: '2026-11-25 10:05:00' },
      ended: true,
    });
    expect(afterPage(known, page('10:05:00', '09:58:00'))).toMatchObject({
      progress: { page: 2, watermark: '2026-11-25 10:00:00' },
      ended: false,
    });
  });

  it('a first sweep goes down to the last page, then looks at the first one again', () => {
    const first = afterPage(sweepStart, page('10:00:00', '09:00:00'));
    const last = afterPage(first.progress, page('09:00:00', '08:00:00', { more: false }));
    expect(last).toMatchObject({ progress: { page: 1, watermark: null }, ended: false });
    expect(afterPage(last.progress, page('10:00:00', '09:00:00'))).toMatchObject({
      progress: { watermark: '2026-11-25 10:00:00' },
      ended: true,
    });
  });

  it('goes down again, to what it had seen, when more changed meanwhile than a page holds', () => {
    const again: SweepProgress = {
      ...{ watermark: null, bound: '2026-11-25 10:00:00', page: 1, newest: null, sight: 'x', total: 500 },
    };
    const more = afterPage(again, page('10:09:00', '10:00:00'));
    expect(more).toMatchObject({ progress: { page: 2, bound: '2026-11-25 10:00:00' }, ended: false });
    expect(afterPage(more.progress, page('10:00:00', '09:59:59'))).toMatchObject({
      progress: { page: 1, bound: '2026-11-25 10:09:00' },
      ended: false,
    });
  });

  it('goes a page back when an order was deleted between two pages', () => {
    const second = afterPage(sweepStart, page('10:00:00', '09:00:00'));
    expect(afterPage(second.progress, page('09:00:00', '08:00:00', { total: 499 }))).toMatchObject({
      progress: { page: 1, total: 499 },
      ended: false,
    });
  });

  it('a shop without dates or without orders ends at once, and never goes on for ever', () => {
    const empty = { first: undefined, last: undefined, sight: '', more: false, total: 0 };
    expect(afterPage(sweepStart, empty)).toEqual({ progress: sweepStart, ended: true });
    const undated = { first: null, last: null, sight: '', more: true, total: 500 };
    expect(afterPage({ ...sweepStart, watermark: '' }, undated).ended).toBe(true);
  });
});

describe('the overlap', () => {
  it.each([
    ['2026-11-25 10:00:00', '2026-11-25 09:58:00'],
    ['2026-11-01 00:01:00', '2026-10-31 23:59:00'],
    ['no date', ''],
  ])('%s -> %s', (watermark, from) => expect(overlapBefore(watermark)).toBe(from));

  it('covers the hour that the clock shows twice when summer time ends', () => {
    expect(overlapBefore('2026-10-25 03:59:59')).toBe('2026-10-25 02:54:59');
    expect(overlapBefore('2026-10-25 05:00:00')).toBe('2026-10-25 03:55:00');
    expect(overlapBefore('2026-10-18 03:59:59')).toBe('2026-10-18 03:57:59');
  });

  it('a day before, over the ends of months', () => {
    expect(dayBefore('2026-03-01')).toBe('2026-02-28');
    expect(dayBefore('2026-01-01')).toBe('2025-12-31');
  });
});
