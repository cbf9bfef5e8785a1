import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../emulators/cloudcart/faults.ts';
import { describeSwitches, initialSwitches } from '../../../emulators/cloudcart/switches.ts';
import { DELIVERY_FAULT_KINDS } from '../../../emulators/cloudcart/webhooks/delivery-faults.ts';

const rows = readFileSync('emulators/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('emulators/README.md', () => {
  it('has every switch with its default, values and meaning', () => {
    for (const { name, initial, allowed, about } of describeSwitches(initialSwitches())) {
      const values = typeof allowed === 'string' ? allowed : allowed.map((value) => `\`${value}\``).join(' ');
      expect(rows).toContainEqual(['', `\`${name}\``, `\`${initial}\``, values, about, '']);
    }
  });

  it.each([...FAULT_KINDS, ...DELIVERY_FAULT_KINDS])('explains the fault %s', (kind) => {
    const row = rows.find((cells) => cells[1] === `\`${kind}\``);
    expect(row?.[2]).toMatch(/\w/);
  });
});
