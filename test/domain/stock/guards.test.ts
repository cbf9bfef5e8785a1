import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerFacts, judgePrices, judgeQuantities } from '../../../src/domain/stock/guards.ts';

const limits = { quantities: 50, prices: 30, least: 20 };
const normal: AnswerFacts = { known: 100, answered: 120, missing: 0, changed: 10, toZero: 1 };
const judge = (changes: Partial<AnswerFacts>, paid = true) =>
  judgeQuantities({ ...normal, ...changes }, paid, limits)?.code;

describe('an answer of the warehouse about quantities', () => {
  it.each<[string, Partial<AnswerFacts>, string | undefined]>([
    ['a normal day', {}, undefined],
    ['nothing answered and nothing known: a new account', { known: 0, answered: 0, changed: 0 }, undefined],
    ['nothing answered', { answered: 0, missing: 100 }, 'answer_empty'],
    ['more than half is missing', { missing: 51 }, 'answer_shrunk'],
    ['exactly half is missing', { missing: 50 }, undefined],
    ['more than half sold out', { toZero: 51, changed: 51 }, 'many_sold_out'],
    ['more than half differs', { changed: 51 }, 'many_quantities'],
    ['exactly half differs', { changed: 50 }, undefined],
    ['the worst first', { missing: 60, toZero: 60, changed: 60 }, 'answer_shrunk'],
  ])('%s', (_name, changes, code) => expect(judge(changes)).toBe(code));

  it('says nothing at all where the subscription is over', () => {
    expect(judge({}, false)).toBe('subscription_over');
    expect(judge({ answered: 0, missing: 100 }, false)).toBe('subscription_over');
  });

  it('of few goods any share may change: up to the least number nothing is suspicious', () => {
    expect(judge({ known: 20, answered: 20, missing: 0, changed: 20, toZero: 20 })).toBeUndefined();
    expect(judge({ known: 21, answered: 21, missing: 0, changed: 21, toZero: 21 })).toBe('many_sold_out');
  });

  it('evidence is counts only', () => {
    expect(judgeQuantities({ ...normal, missing: 70 }, true, limits)).toEqual({
      ...{ code: 'answer_shrunk', scope: 'quantities' },
      evidence: { known: 100, answered: 120, missing: 70, changed: 10, toZero: 1 },
    });
  });

  it('with higher limits nothing more is kept back, and an empty answer always is', () => {
    const count = fc.integer({ min: 0, max: 300 });
    const facts = fc.record({ known: count, answered: count, missing: count, changed: count, toZero: count });
    const anyLimits = fc.record({
      quantities: fc.integer({ min: 1, max: 100 }),
      prices: fc.integer({ min: 1, max: 100 }),
      least: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(facts, anyLimits, fc.nat(50), (one, strict, more) => {
        const loose = { ...strict, quantities: strict.quantities + more, least: strict.least + more };
        if (judgeQuantities(one, true, loose) !== undefined)
          expect(judgeQuantities(one, true, strict)).toBeDefined();
        if (one.answered === 0 && one.known > 0)
          expect(judgeQuantities(one, true, strict)?.code).toBe('answer_empty');
      }),
    );
  });
});

describe('prices', () => {
  const euro = { before: 'EUR', now: 'EUR' };

  it.each<[string, number, number, string | undefined]>([
    ['some change', 100, 30, undefined],
    ['more than the share', 100, 31, 'many_prices'],
    ['few goods', 20, 20, undefined],
    ['the first cycle knows none', 0, 0, undefined],
  ])('%s', (_name, known, changed, code) =>
    expect(judgePrices({ known, changed }, euro, limits)?.code).toBe(code),
  );

  it('another currency keeps every price back, however few changed; the first one seen does not', () => {
    const facts = { known: 100, changed: 0 };
    expect(judgePrices(facts, { before: 'BGN', now: 'EUR' }, limits)).toEqual({
      ...{ code: 'currency_changed', scope: 'prices', evidence: { before: 'BGN', now: 'EUR' } },
    });
    expect(judgePrices(facts, { before: null, now: 'EUR' }, limits)).toBeUndefined();
  });
});
