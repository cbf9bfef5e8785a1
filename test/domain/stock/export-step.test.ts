import { describe, expect, it } from 'vitest';
import {
  type SkuState,
  nextStep,
  orderRead,
  outcomeUnknown,
  writeBegun,
  writeConfirmed,
  writeRefused,
} from '../../../src/domain/stock/export-step.ts';

const clean: SkuState = {
  ...{ version: 4, exportedVersion: 4, shown: '5', openWrite: null },
  ...{ doubtUntilMs: null, doubtAdds: 0, gapUntilMs: null },
};
const write = { quantity: '7', delta: null, version: 4, sentAtMs: 100, landsUntilMs: 250 };
const set = (why: 'lower' | 'raise' | 'repeat', quantity: string) =>
  ({ kind: 'write', why, quantity }) as const;
const step = (sku: SkuState, quantity: string, ordersUnread = false, nowMs = 0, readVersion = 4) =>
  nextStep(sku, { quantity, readVersion }, { ordersUnread, nowMs });

const gap: SkuState = { ...clean, gapUntilMs: 9 };
const lost: SkuState = { ...clean, doubtUntilMs: 9, doubtAdds: 3 };

describe('what is written now', () => {
  it.each<[string, ReturnType<typeof step>, ReturnType<typeof step>]>([
    ['nothing where the shop shows it', step(clean, '5.000'), { kind: 'nothing' }],
    ['lower at once, whatever waits', step(clean, '4', true, 0, 3), set('lower', '4')],
    ['higher', step(clean, '5.5'), set('raise', '5.5')],
    ['higher, not over an announced order', step(clean, '6', true), { kind: 'wait', until: 'orders_read' }],
    ['higher, not from an old read', step(clean, '6', false, 0, 3), { kind: 'wait', until: 'fresh_read' }],
    ['nothing while a write is open', step(writeBegun(clean, write), '0'), { kind: 'wait', until: 'answer' }],
    ['the same again after an order', step({ ...clean, exportedVersion: 3 }, '5'), set('repeat', '5')],
    [
      'the same again when the doubt is over',
      step({ ...clean, doubtUntilMs: 9 }, '5', false, 9),
      set('repeat', '5'),
    ],
    ['not before', step({ ...clean, doubtUntilMs: 9 }, '5', false, 8), { kind: 'nothing' }],
    [
      'zero at once where nobody knows what is shown',
      step({ ...clean, shown: null }, '0', true),
      set('lower', '0'),
    ],
    [
      'nothing higher while a gap waits for its order',
      step(gap, '6'),
      { kind: 'wait', until: 'orders_read' },
    ],
    ['lower in spite of a gap', step(gap, '4'), set('lower', '4')],
    ['the same again when no order explained the gap', step(gap, '5', false, 9), set('repeat', '5')],
    ['less by what a lost delta may still add', step(lost, '6.5', true), set('lower', '3.5')],
    ['never less than nothing', step(lost, '2'), set('lower', '0')],
    ['nothing where that is what the shop shows', step(lost, '8'), { kind: 'nothing' }],
    ['nothing higher while one may land', step(lost, '8.5'), { kind: 'wait', until: 'answer' }],
    ['all of it when it can no longer land', step(lost, '8', false, 9), set('raise', '8')],
    ['else with care', step({ ...clean, shown: null }, '1', true), { kind: 'wait', until: 'orders_read' }],
  ])('%s', (_name, found, expected) => expect(found).toEqual(expected));
});

describe('what becomes of a write', () => {
  const begun = writeBegun({ ...clean, exportedVersion: 3 }, write);

  it('confirmed: it is what the shop shows', () => {
    expect(writeConfirmed(begun)).toEqual({ ...clean, shown: '7' });
  });

  it('confirmed after an order was read: it is not exported', () => {
    expect(writeConfirmed(orderRead(begun))).toMatchObject({ version: 5, exportedVersion: 3, shown: '7' });
  });

  it('refused: nothing has changed', () => {
    expect(writeRefused(begun)).toEqual({ ...clean, exportedVersion: 3 });
  });

  it('unknown: dirty, and in doubt as long as it may land', () => {
    expect(outcomeUnknown(begun)).toEqual({ ...clean, exportedVersion: null, doubtUntilMs: 250 });
  });

  it.each([
    ['a write that left during a doubt does not end it', 101, 101],
    ['one that left after it does', 100, null],
  ])('%s', (_name, doubtUntilMs, left) => {
    expect(writeConfirmed({ ...begun, doubtUntilMs }).doubtUntilMs).toBe(left);
  });
});
