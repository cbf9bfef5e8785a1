import { describe, expect, it } from 'vitest';
import { readCompanyNumber, readVatNumber } from '../../src/domain/partner/company-number.ts';
import {
  type Buyer,
  choosePartner,
  normalisePhone,
  wantedPartner,
} from '../../src/domain/partner/wanted-partner.ts';

const nobody: Buyer = {
  email: '',
  firstName: '',
  lastName: '',
  phone: '',
  city: '',
  address: '',
  countryIso2: 'BG',
  companyName: '',
  companyRegistrationNumber: '',
  companyVat: '',
  companyPerson: '',
};

describe('the company number', () => {
  it.each([
    ['123456786', 'BG', { kind: 'valid', number: '123456786' }],
    [' ЕИК: BG 123 456 786 ', 'BG', { kind: 'valid', number: '123456786' }],
    ['200000027', '', { kind: 'valid', number: '200000027' }],
    ['123456785', 'BG', { kind: 'invalid' }],
    ['12345678', 'BG', { kind: 'invalid' }],
    ['няма', 'BG', { kind: 'invalid' }],
    ['', 'BG', { kind: 'none' }],
    ['7523169263', 'BG', { kind: 'personal' }],
    ['BG7523169263', 'BG', { kind: 'personal' }],
    ['DE 811128135', 'DE', { kind: 'valid', number: 'DE811128135' }],
  ])('%s in %s', (text, country, expected) => {
    expect(readCompanyNumber(text, country)).toEqual(expected);
  });

  it('a branch is its 13 digits, not its parent', () => {
    // 2 x 6 + 7 x 0 + 3 x 0 + 5 x 0 = 12, and 12 mod 11 = 1 is the check digit of branch 000.
    expect(readCompanyNumber('1234567860001', 'BG')).toEqual({ kind: 'valid', number: '1234567860001' });
    expect(readCompanyNumber('1234567860002', 'BG')).toEqual({ kind: 'invalid' });
  });

  it.each([
    ['BG123456786', 'BG', 'BG123456786'],
    ['123456786', 'BG', 'BG123456786'],
    ['BG7523169263', 'BG', undefined],
    ['DE811128135', 'DE', 'DE811128135'],
    ['', 'BG', undefined],
  ])('VAT number %s in %s', (text, country, expected) => {
    expect(readVatNumber(text, country)).toBe(expected);
  });
});

describe('the partner that an order wants', () => {
  it('a company goes by its number only, with all that the shop knows', () => {
    const wanted = wantedPartner({
      ...nobody,
      email: 'Office@Example.com',
      companyName: 'Пример Трейд ЕООД',
      companyRegistrationNumber: '123456786',
      companyVat: 'BG123456786',
      companyPerson: 'Мария Колева',
    });
    expect(wanted).toEqual({
      key: { kind: 'company', taxId: '123456786' },
      fields: {
        name: 'Пример Трейд ЕООД',
        mol: 'Мария Колева',
        taxId: '123456786',
        vatId: 'BG123456786',
        email: 'office@example.com',
      },
      problems: [],
    });
  });

  it('G17: a personal number in the company field goes nowhere', () => {
    const wanted = wantedPartner({
      ...nobody,
      firstName: 'Петя',
      lastName: 'Илиева',
      email: 'petya@example.com',
      companyRegistrationNumber: '7523169263',
      companyVat: 'BG7523169263',
    });
    expect(wanted.key).toEqual({ kind: 'email', email: 'petya@example.com' });
    expect(wanted.problems.map((each) => each.code)).toEqual(['personal_number_ignored']);
    expect(JSON.stringify(wanted)).not.toContain('7523169263');
  });

  it('a wrong check digit: by e-mail, with a remark', () => {
    const wanted = wantedPartner({
      ...nobody,
      email: 'a@example.com',
      companyRegistrationNumber: '123456785',
    });
    expect(wanted.key.kind).toBe('email');
    expect(wanted.problems.map((each) => each.code)).toEqual(['company_number_invalid']);
  });

  it('without an e-mail by phone, without a phone the web customer; empty values are not sent', () => {
    expect(wantedPartner({ ...nobody, phone: '0888 000 111' })).toMatchObject({
      key: { kind: 'phone', phone: '+359888000111' },
      fields: { name: 'Клиент', phone: '+359888000111' },
    });
    expect(wantedPartner(nobody)).toEqual({
      key: { kind: 'web_customer' },
      fields: { name: 'Клиент' },
      problems: [],
    });
  });

  it.each(['0888000111', '+359 888 000 111', '00359/888-000-111'])('%s is one phone number', (text) => {
    expect(normalisePhone(text)).toBe('+359888000111');
  });

  it('the lowest id is taken; never a deleted partner, and never a firm for a private purchase', () => {
    const found = [
      { id: 9, taxId: '', deleted: false },
      { id: 4, taxId: '', deleted: false },
      { id: 3, taxId: '123456786', deleted: false },
      { id: 1, taxId: '', deleted: true },
    ];
    expect(choosePartner(found, { kind: 'email', email: 'a@example.com' }).partner?.id).toBe(4);
    expect(choosePartner(found, { kind: 'company', taxId: '123456786' }).partner?.id).toBe(3);
    expect(choosePartner([], { kind: 'web_customer' }).partner).toBeUndefined();
  });
});
