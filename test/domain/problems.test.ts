import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { alarmCodes, alarmText, describeAlarm } from '../../src/domain/connection/alarms.ts';
import {
  describeProblem,
  isBlocking,
  operatorText,
  problem,
  problemCodes,
} from '../../src/domain/problems.ts';

const pages = new URL('../../docs/errors/', import.meta.url);

/** Params that stand for themselves, so that a text comes out as its template. */
const asTemplate = new Proxy({}, { get: (_none, name) => `{${String(name)}}` });

describe('the catalogue of problems', () => {
  it('has one page per code, and no page without a code', async () => {
    const found = (await readdir(pages)).map((name) => name.replace(/\.md$/, ''));
    expect(found.toSorted()).toEqual([...problemCodes, ...alarmCodes].toSorted());
  });

  it.each(problemCodes)('%s: the page says what the shopkeeper and the log say', async (code) => {
    const page = await readFile(new URL(`${code}.md`, pages), 'utf8');
    const texts = [problem(code)].flatMap((each) => [
      describeProblem(each, 'bg'),
      describeProblem(each, 'en'),
    ]);
    const flat = page.replaceAll(/\{\w+\}/g, '?');
    for (const { text, mend } of texts) {
      expect(flat).toContain(`> ${text}`);
      expect(flat).toContain(`> ${mend}`);
    }
    expect(page).toContain(`\`${operatorText({ code, params: asTemplate })}\``);
    expect(page).toContain(isBlocking(problem(code)) ? 'Keeps the order waiting' : 'For information');
    for (const heading of ['Why', 'How to mend it', 'What the operator can check']) {
      const [, body = ''] = page.split(`## ${heading}\n`);
      expect((body.split('\n## ')[0] ?? '').trim().length).toBeGreaterThan(30);
    }
  });

  it.each(alarmCodes)('%s: the page of the alarm says what the shopkeeper and the log say', async (code) => {
    const page = await readFile(new URL(`${code}.md`, pages), 'utf8');
    const flat = page.replaceAll(/\{\w+\}/g, '?');
    const alarm = { code, params: {} };
    for (const language of ['bg', 'en'] as const) {
      const { text, mend } = describeAlarm(alarm, language);
      expect(flat).toContain(`> ${text}`);
      expect(flat).toContain(`> ${mend}`);
      expect(/[а-я]/i.test(`${text} ${mend}`)).toBe(language === 'bg');
    }
    expect(flat).toContain(`\`${alarmText(alarm)}\``);
    expect(page).toContain('Alarm of a connection');
    for (const heading of ['Why', 'How to mend it', 'What the operator can check']) {
      const [, body = ''] = page.split(`## ${heading}\n`);
      expect((body.split('\n## ')[0] ?? '').trim().length).toBeGreaterThan(30);
    }
  });

  it.each(problemCodes)('%s: both languages speak of the same things, in their own script', (code) => {
    const namesIn = (language: 'bg' | 'en') => {
      const { text, mend } = describeProblem({ code, params: asTemplate }, language);
      return [...`${text} ${mend}`.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();
    };
    expect(namesIn('bg')).toEqual(namesIn('en'));
    const { mend } = describeProblem(problem(code), 'bg');
    expect(mend).toMatch(/[а-я]/);
    expect(describeProblem(problem(code), 'en').mend).not.toMatch(/[а-я]/i);
  });

  it('puts codes of parameters into words, and leaves a SKU of the same name alone', () => {
    const missing = problem('service_item_missing', { purpose: 'delivery' });
    expect(describeProblem(missing, 'bg').text).toContain('„доставка“');
    expect(describeProblem(missing, 'en').text).toContain('"delivery"');
    expect(describeProblem(problem('sku_not_matched', { sku: 'fee' }), 'bg').text).toContain('„fee“');
  });
});
