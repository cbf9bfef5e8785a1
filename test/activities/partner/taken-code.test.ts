import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld } from '../../support/passes.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'codes');
});
afterAll(() => emulators?.stop());

describe('a code of ours that is somebody else’s in the warehouse', () => {
  it('never makes a customer the partner of another one', async () => {
    // Of a database that was lost, or of another installation on the same company.
    const { control } = emulators.warehouse;
    const other = await control.post<{ id: number }>('/partners', { Name: 'Някой Друг' });
    await control.send('PATCH', `/partners/${other.id}`, { Code: '700000000', eMail: 'other@example.com' });
    const id = await world.place({
      customer: { email: 'own@example.com', firstName: 'Своя', lastName: 'Купувачка', guest: true },
      lines: [{ sku: 'CUP-01', quantity: 1 }],
      payment: 'cod',
    });
    expect(await world.settle(world.worker(), id)).toMatchObject({ state: 'ordered' });
    const [document] = await world.documents(id);
    const { partners } = await control.get<{ partners: { id: number; Code: string }[] }>(
      '/partners?email=own@example.com',
    );
    expect(partners).toEqual([expect.objectContaining({ id: document?.partnerId })]);
    expect(partners[0]?.Code).not.toBe('700000000');
  });
});
