import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/domain/connection/settings.ts';
import { type NoteFacts, noteOf } from '../../src/domain/order/note.ts';
import {
  hasPersonalNumber,
  isPersonalNumber,
  withoutPersonalNumbers,
} from '../../src/domain/personal-number.ts';

const { noteFormat } = defaultSettings('2026-01-01');
const facts: NoteFacts = {
  number: '10457',
  courier: 'Еконт',
  place: 'офис Пловдив Център',
  phone: '0888 000 111',
  remark: 'Моля, обадете се',
};

describe('the note of a document', () => {
  it('says all that staff need to pack', () => {
    expect(noteOf(facts, noteFormat)).toBe(
      'CloudCart #10457 · Еконт офис Пловдив Център · +359888000111 · Моля, обадете се',
    );
  });

  it.each([
    [{ courier: '', place: '' }, 'CloudCart #10457 · +359888000111 · Моля, обадете се'],
    [{ courier: '', phone: '' }, 'CloudCart #10457 · офис Пловдив Център · Моля, обадете се'],
    [{ courier: '', place: '', phone: '', remark: ' \n ' }, 'CloudCart #10457'],
  ])('leaves out what is empty, with its separator: %j', (change, expected) => {
    expect(noteOf({ ...facts, ...change }, noteFormat)).toBe(expected);
  });

  it('follows the merchant’s format; a name that means nothing stands for nothing', () => {
    expect(noteOf(facts, '{courier} / {number} {constructor}·{unknown}·онлайн')).toBe(
      'Еконт / 10457 · онлайн',
    );
  });

  it('is one line of at most 250 characters, and no character is cut in two', () => {
    const note = noteOf(
      { ...facts, remark: `ред\r\n\u0000две\u2028три\u202e ${'🎁'.repeat(400)}` },
      noteFormat,
    );
    expect(note).toContain('ред две три 🎁');
    expect(Array.from(note)).toHaveLength(250);
    expect(/\p{Cs}/u.test(note)).toBe(false);
    expect(noteOf({ ...facts, remark: 'половин \ud83c знак' }, noteFormat)).toContain('половин знак');
  });

  it('never cuts off its ending', () => {
    const note = noteOf({ ...facts, remark: 'х'.repeat(400) }, noteFormat, '106.79 BGN');
    expect(Array.from(note)).toHaveLength(250);
    expect(note.endsWith('х · 106.79 BGN')).toBe(true);
  });

  it.each(['courier', 'place', 'phone', 'remark'])('holds no personal number from the field %s', (field) => {
    const note = noteOf({ ...facts, [field]: '7523169263' }, noteFormat);
    expect(note).not.toContain('7523169263');
  });
});

describe('personal numbers', () => {
  it.each([
    // Weights 2 4 8 5 10 9 7 3 6: 14+20+16+15+10+54+63+6+36 = 234, and 234 mod 11 = 3.
    ['7523169263', true],
    ['7523169262', false],
    // No month 88: a mobile number is never one.
    ['0888000111', false],
    ['752316926', false],
    ['75231692630', false],
  ])('%s: %s', (digits, valid) => {
    expect(isPersonalNumber(digits)).toBe(valid);
  });

  it.each([
    ['ЕГН 7523169263 за фактура', 'ЕГН *** за фактура'],
    ['ЕГН7523169263', 'ЕГН***'],
    ['752316 9263', '***'],
    ['ЛНЧ: 1234567890.', 'ЛНЧ: ***.'],
    ['пратка AB1234567890', 'пратка AB1234567890'],
    ['тел. +359888000111', 'тел. +359888000111'],
    ['баркод 3800123450013', 'баркод 3800123450013'],
    ['0888 000 111', '0888 000 111'],
  ])('%s -> %s', (text, expected) => {
    expect(withoutPersonalNumbers(text)).toBe(expected);
  });

  it('are found, phones are not', () => {
    expect(hasPersonalNumber('x7523169263@example.com')).toBe(true);
    expect(hasPersonalNumber('0888000111@example.com')).toBe(false);
  });
});
