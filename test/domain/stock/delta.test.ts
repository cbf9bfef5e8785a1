import { describe, expect, it } from 'vitest';
import {
  type DeltaStep,
  deltaOf,
  deltaConfirmed,
  deltaStep,
  foundAfter,
} from '../../../src/domain/stock/delta.ts';
import {
  type SkuState,
  orderRead,
  outcomeUnknown,
  writeBegun,
} from '../../../src/domain/stock/export-step.ts';

const certain: SkuState = {
  ...{ version: 4, exportedVersion: 4, shown: '5', openWrite: null },
  ...{ doubtUntilMs: null, doubtAdds: 0, gapUntilMs: null },
};
const write = { quantity: '8', delta: 3, version: 4, sentAtMs: 100, landsUntilMs: 250 };

describe('what can be sent as a delta', () => {
  it.each<[string, SkuState, string, number | null]>([
    ['more', certain, '8', 3],
    ['less', certain, '4', -1],
    ['whole deltas of parts', { ...certain, shown: '1.250' }, '3.25', 2],
    ['not the same', certain, '5.0', null],
    ['not parts', certain, '5.5', null],
    ['not to zero: nothing can be overwritten', certain, '0', null],
    ['not from zero: there is nothing to keep', { ...certain, shown: '0' }, '5', null],
    ['not where an order was read since', orderRead(certain), '8', null],
    ['not where nobody knows what the shop shows', { ...certain, shown: null }, '8', null],
    ['not beside an open write', writeBegun(certain, write), '8', null],
    ['not in doubt, nor after it', { ...certain, doubtUntilMs: 1 }, '8', null],
    ['in a gap', { ...certain, gapUntilMs: 11 }, '8', 3],
    ['not when the gap is given up', { ...certain, gapUntilMs: 10 }, '8', null],
  ])('%s', (_name, sku, quantity, delta) => expect(deltaOf(sku, quantity, 10)).toBe(delta));
});

describe('with what the shop showed just before', () => {
  const step = (
    quantity: string,
    before: string | null,
    { ordersUnread = false, readVersion = 4 } = {},
  ): DeltaStep => deltaStep(certain, { quantity, readVersion }, { ordersUnread, nowMs: 10, before });

  it.each<[string, DeltaStep, DeltaStep]>([
    ['what we know: added', step('8', '5'), { kind: 'add', delta: 3 }],
    ['less, by an order that nobody has read: added', step('8', '2'), { kind: 'add', delta: 3 }],
    ['more, by a person’s number: set', step('8', '6'), { kind: 'set' }],
    ['no limit: set', step('8', null), { kind: 'set' }],
    ['nothing: the shop may have forgotten units', step('8', '0'), { kind: 'wait' }],
    ['not over an announced order', step('8', '5', { ordersUnread: true }), { kind: 'set' }],
    ['not from an old read', step('8', '5', { readVersion: 3 }), { kind: 'set' }],
    ['less at once, whatever waits', step('4', '5', { ordersUnread: true }), { kind: 'add', delta: -1 }],
  ])('%s', (_name, found, expected) => expect(found).toEqual(expected));
});

describe('with what the shop shows after it', () => {
  it.each([
    ['all of it', 3, '5', '8', 'exact'],
    ['the shop had sold before', 3, '4', '7', 'less'],
    ['the shop sold meanwhile', 3, '5', '6', 'less'],
    ['the shop stops at zero', -3, '1', '0', 'less'],
    ['somebody typed a number', 3, '5', '9', 'more'],
    ['a cancelled order came back meanwhile', 3, '4', '8', 'more'],
    ['it could not be read', 3, '5', null, 'less'],
  ])('%s', (_name, delta, before, after, found) =>
    expect(foundAfter({ quantity: '8', delta }, { before, after })).toBe(found),
  );

  const begun = writeBegun(certain, write);
  it('all of it: the shop shows the figure', () => {
    expect(deltaConfirmed(begun, 'exact', 99)).toEqual({ ...certain, shown: '8' });
  });
  it('less: the figure is known, and a gap waits for an order; a second one does not prolong it', () => {
    expect(deltaConfirmed(begun, 'less', 99)).toEqual({ ...certain, shown: '8', gapUntilMs: 99 });
    expect(deltaConfirmed({ ...begun, gapUntilMs: 50 }, 'less', 99).gapUntilMs).toBe(50);
  });
  it('more: nobody knows what the shop shows', () => {
    expect(deltaConfirmed(begun, 'more', 99)).toEqual({ ...certain, shown: '8', exportedVersion: null });
  });
  it('unknown: the shop shows no more than before and it, and that is left out until it can no longer land', () => {
    expect(outcomeUnknown(begun)).toEqual({ ...certain, doubtUntilMs: 250, doubtAdds: 3 });
  });
  it('unknown and lower: set at once', () => {
    const lower = writeBegun(certain, { ...write, quantity: '2', delta: -3 });
    expect(outcomeUnknown(lower)).toEqual({
      ...certain,
      ...{ shown: '2', exportedVersion: null, doubtUntilMs: 250 },
    });
  });
});
