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
const MINUTE = 60_000;

describe('how a sweep goes through the pages', () => {
  it('ends with the first page when that reaches below the watermark and its overlap', () => {
    const known: SweepProgress = { ...sweepStart, watermark: '2026-11-25 10:00:00', sinceMs: 0 };
    expect(afterPage(known, page('10:05:00', '09:57:59'), 5 * MINUTE)).toEqual({
      progress: { ...sweepStart, watermark: '2026-11-25 10:05:00', sinceMs: 5 * MINUTE },
      ended: true,
    });
    expect(afterPage(known, page('10:05:00', '09:58:00'), 5 * MINUTE)).toMatchObject({
      progress: { page: 2, watermark: '2026-11-25 10:00:00', sinceMs: 0, beganMs: 5 * MINUTE },
      ended: false,
    });
  });

  it('a first sweep goes down to the last page, then looks at the first one again', () => {
    const first = afterPage(sweepStart, page('10:00:00', '09:00:00'), 0);
    const last = afterPage(first.progress, page('09:00:00', '08:00:00', { more: false }), 1);
    expect(last).toMatchObject({ progress: { page: 1, watermark: null }, ended: false });
    expect(afterPage(last.progress, page('10:00:00', '09:00:00'), 2)).toMatchObject({
      progress: { watermark: '2026-11-25 10:00:00', sinceMs: 0, sight: null },
      ended: true,
    });
  });

  it('goes down again, to what it had seen, when more changed meanwhile than a page holds', () => {
    const again: SweepProgress = {
      ...{ ...sweepStart, beganMs: 0, bound: '2026-11-25 10:00:00', sight: 'x', total: 500 },
    };
    const more = afterPage(again, page('10:09:00', '10:00:00'), 1);
    expect(more).toMatchObject({ progress: { page: 2, bound: '2026-11-25 10:00:00' }, ended: false });
    expect(afterPage(more.progress, page('10:00:00', '09:59:59'), 2)).toMatchObject({
      progress: { page: 1, bound: '2026-11-25 10:09:00' },
      ended: false,
    });
  });

  it('after a burst and two minutes of silence one page is enough, and not before', () => {
    // More than a page within the overlap: as long as something could turn up late, all of it is looked at.
    const burst: SweepProgress = { ...sweepStart, watermark: '2026-11-25 10:00:00', sinceMs: 0 };
    const early = afterPage(burst, page('10:00:00', '09:59:00'), MINUTE);
    expect(early).toMatchObject({ progress: { page: 2 }, ended: false });
    const earlyEnd = afterPage(
      { ...early.progress, page: 1, bound: 'x' },
      page('10:00:00', '09:59:00'),
      MINUTE,
    );
    expect(earlyEnd).toMatchObject({ progress: { sight: null }, ended: true });
    const late = afterPage(burst, page('10:00:00', '09:59:00'), 2 * MINUTE);
    const lateEnd = afterPage(
      { ...late.progress, page: 1, bound: 'x' },
      page('10:00:00', '09:59:00'),
      3 * MINUTE,
    );
    expect(lateEnd).toMatchObject({ progress: { sight: '10:00:00', sinceMs: 0 }, ended: true });
    const quiet = lateEnd.progress;
    expect(afterPage(quiet, page('10:00:00', '09:59:00'), 4 * MINUTE)).toEqual({
      progress: quiet,
      ended: true,
    });
    // A status without a new date, or an order that was deleted: down to the watermark, no further.
    expect(afterPage(quiet, page('10:00:00', '09:59:00', { sight: 'other' }), 4 * MINUTE)).toMatchObject({
      progress: { sight: 'other', sinceMs: 0 },
      ended: true,
    });
    // Something new: down to the watermark, and not through the burst again.
    const more = afterPage(quiet, page('10:04:00', '10:00:00'), 4 * MINUTE);
    expect(more).toMatchObject({ progress: { page: 2, bound: '2026-11-25 10:00:00' }, ended: false });
    expect(afterPage(more.progress, page('10:00:00', '09:59:59'), 4 * MINUTE)).toMatchObject({
      progress: { page: 1, bound: '2026-11-25 10:04:00' },
      ended: false,
    });
  });

  it('goes a page back when an order was deleted between two pages', () => {
    const second = afterPage(sweepStart, page('10:00:00', '09:00:00'), 0);
    expect(afterPage(second.progress, page('09:00:00', '08:00:00', { total: 499 }), 1)).toMatchObject({
      progress: { page: 1, total: 499 },
      ended: false,
    });
  });

  it('an order deleted on the second page does not end a sweep that was not down yet', () => {
    const second = afterPage(sweepStart, page('10:00:00', '09:00:00'), 0);
    const back = afterPage(second.progress, page('09:00:00', '08:00:00', { total: 499 }), 1);
    expect(afterPage(back.progress, page('10:00:00', '09:00:00', { total: 499 }), 2)).toMatchObject({
      progress: { page: 2 },
      ended: false,
    });
  });

  it('a shop without dates or without orders ends at once, and never goes on for ever', () => {
    const empty = { first: undefined, last: undefined, sight: '', more: false, total: 0 };
    expect(afterPage(sweepStart, empty, 0)).toMatchObject({
      progress: { watermark: null, page: 1 },
      ended: true,
    });
    const undated = { first: null, last: null, sight: '', more: true, total: 500 };
    expect(afterPage({ ...sweepStart, watermark: '' }, undated, 0).ended).toBe(true);
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
