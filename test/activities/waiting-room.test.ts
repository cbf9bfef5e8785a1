import { afterEach, describe, expect, it } from 'vitest';
import { type Slots, createSlots } from '../../src/activities/slots.ts';
import { createWaitingRoom } from '../../src/activities/waiting-room.ts';
import { testDatabase } from '../support/database.ts';

const { pool } = await testDatabase();
const opened: Slots[] = [];
const roomOf = (seats: number) => {
  const slots = createSlots(pool, 10_000);
  opened.push(slots);
  return createWaitingRoom(slots, seats);
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((slots) => slots.close()));
  await pool.query('delete from slot');
});

const one = { capacity: 1, waitMs: 5_000 };

describe('the waiting room of a worker', () => {
  it('is full of one shop, and another shop is let in at once', async () => {
    const room = roomOf(2);
    const release = await room.enter('pass:away', one);
    const seated = [room.enter('pass:away', one), room.enter('pass:away', one)];
    expect(await room.enter('pass:away', one)).toEqual({ comeBackInMs: expect.any(Number) });
    const well = await room.enter('pass:well', one);
    expect(well).toBeTypeOf('function');
    for (const held of [release, ...seated]) {
      const entered = await held;
      expect(entered).toBeTypeOf('function');
      if (typeof entered === 'function') entered();
    }
  });

  it('turns of those who found no seat follow one another, a minute away at most', async () => {
    const room = roomOf(1);
    const release = await room.enter('pass:slow', one);
    const seated = room.enter('pass:slow', one);
    const turns: number[] = [];
    for (let number = 0; number < 3_000; number += 1) {
      const entered = await room.enter('pass:slow', one);
      if (typeof entered === 'object') turns.push(entered.comeBackInMs);
    }
    expect(turns).toHaveLength(3_000);
    expect(turns[0]).toBeGreaterThanOrEqual(250);
    const near = turns.slice(0, 100);
    expect(near).toEqual([...near].sort((left, right) => left - right));
    // Nobody is at the machine for nothing, and forty waiting orders of a shop that is back are not kept from it.
    expect(near[40]).toBeGreaterThan(1_000);
    expect(near[40]).toBeLessThan(3_000);
    expect(Math.max(...turns)).toBeLessThanOrEqual(60_000);
    expect(new Set(turns.slice(-50).map(Math.round)).size).toBeGreaterThan(25);
    if (typeof release === 'function') release();
    const last = await seated;
    if (typeof last === 'function') last();
  });
});
