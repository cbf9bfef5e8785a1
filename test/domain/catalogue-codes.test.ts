import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCode, isSameCode, nearMisses } from '../../src/domain/catalogue/codes.ts';

describe('codes of goods', () => {
  it('are the same when nothing but blanks around them differs', () => {
    expect(isSameCode(' TB-M ', 'TB-M', 'ask')).toBe(true);
    for (const other of ['tb-m', 'TB -M', 'ТB-M', 'TB-M0'])
      expect(isSameCode('TB-M', other, 'same')).toBe(false);
  });

  it('that are empty name nothing, not even one another', () => {
    expect(isSameCode('', '  ', 'same')).toBe(false);
  });

  it('of digits are the same with other zeros in front only where the merchant says so', () => {
    expect(isSameCode('00123', '123', 'ask')).toBe(false);
    expect(isSameCode('00123', '123', 'same')).toBe(true);
    expect(isSameCode('0', '000', 'same')).toBe(true);
    expect(isSameCode('00A1', 'A1', 'same')).toBe(false);
  });

  it('tell everything that has to be overlooked before they are the same, the gravest first', () => {
    expect(nearMisses('00123', '123')).toEqual(['leading_zeros']);
    expect(nearMisses('AB 12', 'AB12')).toEqual(['blanks']);
    expect(nearMisses('ab-1', 'AB-1')).toEqual(['letter_case']);
    // A Cyrillic А, and a small one.
    expect(nearMisses('А-1', 'A-1')).toEqual(['look_alike_letters']);
    expect(nearMisses('аb', 'ab')).toEqual(['look_alike_letters']);
    expect(nearMisses('тв 1', 'TB1')).toEqual(['look_alike_letters', 'letter_case', 'blanks']);
    expect(nearMisses('0 0123', '123')).toEqual(['blanks', 'leading_zeros']);
    expect(nearMisses('A', ' A ')).toEqual([]);
  });

  it('have one confused form exactly when overlooking something makes them the same', () => {
    const code = fc.string({
      unit: fc.constantFrom('0', '1', 'A', 'a', 'А', 'а', 'В', ' ', '-'),
      maxLength: 5,
    });
    fc.assert(
      fc.property(code, code, (left, right) => {
        if (foldCode(left) !== foldCode(right)) return;
        expect(nearMisses(left, right).length > 0).toBe(left.trim() !== right.trim());
      }),
      { numRuns: 2_000 },
    );
  });
});
