import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteVendor, retryAfterMs } from '../../src/clients/answer.ts';
import { canonicalDecimal, JsonNumber, parseLossless, stringifyLossless } from '../../src/clients/json.ts';

describe('JSON without floating point', () => {
  it('keeps every digit of a number and every digit inside a text', () => {
    const text = String.raw`{"a":4.1066667,"b":1000200030004000999,"c":[-0.10,1e2],"d":"1,2 \"3\" \\","4":null,"t":true}`;
    expect(parseLossless(text)?.value).toEqual({
      a: '4.1066667',
      b: '1000200030004000999',
      c: ['-0.10', '1e2'],
      d: '1,2 "3" \\',
      '4': null,
      t: true,
    });
  });

  it('strips a byte order mark and refuses what JSON refuses', () => {
    expect(parseLossless('\uFEFF {"a":1} ')?.value).toEqual({ a: '1' });
    for (const bad of ['', '{', '<html>', '01', '{"a":01}', 'NaN', '{"a":.5}']) {
      expect(parseLossless(bad)).toBeUndefined();
    }
  });

  it('reads any JSON value as JSON.parse does, apart from numbers', () => {
    const asText = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_, member: unknown) =>
        typeof member === 'number' ? JSON.stringify(member) : member,
      );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseLossless(JSON.stringify(value))?.value).toEqual(asText(value));
      }),
    );
  });

  it('finds the end of a text whatever stands before its last quote', () => {
    for (const text of ['\\', '\\\\', '"', '\\"', '1\\"2', '\\\\"3', '-1.5e+3'])
      expect(parseLossless(JSON.stringify([text, 7, text]))?.value).toEqual([text, '7', text]);
  });

  it('writes what is canonical already exactly as it was, and nothing else', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(digits, (text) => {
        const canonical = canonicalDecimal(text);
        if (canonical === undefined) return;
        expect(Number(canonical)).toBe(Number(text) + 0);
        expect(canonical).not.toMatch(/^-0$|^\+|^-?0\d|\.\d*0$|\.$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['1.50', '1.5'],
    ['-0', '0'],
    ['+7', '7'],
    ['1e-7', '0.0000001'],
    ['0.10000000000000000001', '0.10000000000000000001'],
    ['1,5', undefined],
    ['', undefined],
    ['1e999', undefined],
    ['0x10', undefined],
  ])('canonical form of %s is %s', (text, expected) => {
    expect(canonicalDecimal(text)).toBe(expected);
  });

  it('writes decimals as literals and leaves out what is undefined', () => {
    const value = { a: new JsonNumber('24.90'), b: undefined, c: ['"', null, new JsonNumber('0.0000001')] };
    expect(stringifyLossless(value)).toBe(String.raw`{"a":24.9,"c":["\"",null,0.0000001]}`);
    expect(() => new JsonNumber('1,5')).toThrow(TypeError);
  });
});

describe('texts and pauses of vendors', () => {
  it('masks addresses and long numbers, and cuts', () => {
    const quoted = quoteVendor(
      `Партньор ana@example.com, ЕГН 7523169263, тел. +359 888 000 111 ${'я'.repeat(300)}`,
    );
    expect(quoted).not.toMatch(/example|7523169263|888/);
    expect(quoted).toHaveLength(200);
  });

  it.each([
    ['60', 60_000],
    ['Thu, 01 Jan 1970 00:01:40 GMT', 100_000],
    ['999999999', 3_600_000],
    ['soon', undefined],
    ['-1', 0],
  ])('Retry-After %s', (header, expected) => {
    // A bare minus one parses as a date of the past.
    expect(retryAfterMs(new Headers({ 'retry-after': header }), header === '-1' ? Date.now() : 0)).toBe(
      expected,
    );
  });
});
