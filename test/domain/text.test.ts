import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../src/domain/text.ts';

describe('a line of text', () => {
  it('has no control characters, no broken characters, and no blank too many', () => {
    const unit = fc.constantFrom(
      'a',
      'Я',
      'ѝ',
      '€',
      ' ',
      '\t',
      '\n',
      '\u00A0',
      '\u0000',
      '\u200B',
      '\uD800',
      '😀',
      '-',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\s\s|^\s|\s$/u);
        expect(cleanText(clean)).toBe(clean);
        expect(clean.replaceAll(' ', '')).toBe(text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\s/gu, ''));
      }),
      { numRuns: 2_000 },
    );
  });
});
