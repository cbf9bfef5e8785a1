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

const clean: SkuState = { version: 4, exportedVersion: 4, shown: '5', openWrite: null, doubtUntilMs: null };
const write = { quantity: '7', version: 4, sentAtMs: 100, landsUntilMs: 250 };
const step = (sku: SkuState, quantity: string, ordersUnread = false, nowMs = 0, readVersion = 4) =>
  nextStep(sku, { quantity, readVersion }, { ordersUnread, nowMs });

describe('what is written now', () => {
  it.each<[string, ReturnType<typeof step>, ReturnType<typeof step>]>([
    ['nothing where the shop shows it', step(clean, '5.000'), { kind: 'nothing' }],
    ['lower at once, whatever waits', step(clean, '4', true, 0, 3), { kind: 'write', why: 'lower' }],
    ['higher', step(clean, '5.5'), { kind: 'write', why: 'raise' }],
    ['higher, not over an announced order', step(clean, '6', true), { kind: 'wait', until: 'orders_read' }],
    ['higher, not from an old read', step(clean, '6', false, 0, 3), { kind: 'wait', until: 'fresh_read' }],
    ['nothing while a write is open', step(writeBegun(clean, write), '0'), { kind: 'wait', until: 'answer' }],
    [
      'the same again after an order',
      step({ ...clean, exportedVersion: 3 }, '5'),
      { kind: 'write', why: 'repeat' },
    ],
    [
      'the same again when the doubt is over',
      step({ ...clean, doubtUntilMs: 9 }, '5', false, 9),
      { kind: 'write', why: 'repeat' },
    ],
    ['not before', step({ ...clean, doubtUntilMs: 9 }, '5', false, 8), { kind: 'nothing' }],
    [
      'zero at once where nobody knows what is shown',
      step({ ...clean, shown: null }, '0', true),
      { kind: 'write', why: 'lower' },
    ],
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
