import { describe, expect, it } from 'vitest';
import { readCompanyNumber, readVatNumber } from '../../src/domain/partner/company-number.ts';
import {
  type Buyer,
  choosePartner,
  normalisePhone,
  partnerChanges,
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

  it.each([
    ['companyName', 'ЕТ Илиева 7523169263'],
    ['companyVat', 'BG7523169263'],
    ['firstName', 'Петя 752316 9263'],
    ['lastName', '7523169263'],
    ['address', 'ул. Първа 7, ЕГН 7523169263'],
    ['city', 'Русе,7523169263'],
    ['companyPerson', '7523169263'],
    ['email', 'petya.7523169263@example.com'],
    ['phone', '7523169263'],
    ['companyRegistrationNumber', 'ЕГН 7523169263'],
  ])('a personal number in %s goes nowhere, and is reported without being named', (field, text) => {
    for (const companyRegistrationNumber of ['', '123456786']) {
      const wanted = wantedPartner({ ...nobody, companyRegistrationNumber, [field]: text });
      expect(JSON.stringify(wanted).replaceAll(/\D/g, '')).not.toContain('7523169263');
      expect(wanted.problems).toEqual([{ code: 'personal_number_ignored', params: {} }]);
    }
  });

  it('a company whose name is only a number goes by the person, and then by its number', () => {
    const firm = { ...nobody, companyRegistrationNumber: '123456786', companyName: '7523169263' };
    expect(wantedPartner(firm).fields.name).toBe('123456786');
    expect(wantedPartner({ ...firm, firstName: 'Петя' }).fields.name).toBe('Петя');
  });

  it('a foreign company: no check digit, its own prefix; with a VAT number only, by e-mail under its name', () => {
    const firm = { ...nobody, countryIso2: 'DE', companyName: 'Muster GmbH', email: 'a@example.de' };
    expect(wantedPartner({ ...firm, companyRegistrationNumber: 'HRB 12345' })).toMatchObject({
      key: { kind: 'company', taxId: 'HRB12345' },
      problems: [],
    });
    expect(wantedPartner({ ...firm, companyVat: '811128135' })).toEqual({
      key: { kind: 'email', email: 'a@example.de' },
      fields: { name: 'Muster GmbH', vatId: 'DE811128135', email: 'a@example.de' },
      problems: [],
    });
  });

  it('ten digits of a foreign register are no personal number, unless they are one', () => {
    const polish = { ...nobody, countryIso2: 'PL', email: 'a@example.pl' };
    expect(wantedPartner({ ...polish, companyRegistrationNumber: '5260250274' }).key.kind).toBe('company');
    expect(wantedPartner({ ...polish, companyVat: 'PL5260250274' }).fields.vatId).toBe('PL5260250274');
    expect(wantedPartner({ ...polish, companyRegistrationNumber: '7523169263' }).key.kind).toBe('email');
  });

  it.each(['12345', '0000', '12345678901234567'])('%s is no phone number', (text) => {
    expect(normalisePhone(text)).toBe('');
  });

  it('the lowest id is taken; never a deleted partner, and never a firm for a private purchase', () => {
    const found = [
      { id: 9, taxId: '', deleted: false },
      { id: 4, taxId: '', deleted: false },
      { id: 3, taxId: 'BG 123456786', deleted: false },
      { id: 2, taxId: '1234567860001', deleted: false },
      { id: 1, taxId: '', deleted: true },
    ];
    expect(choosePartner(found, { kind: 'email', email: 'a@example.com' })).toEqual({
      partner: found[1],
      problems: [{ code: 'partner_ambiguous', params: { ids: '4, 9' } }],
    });
    expect(choosePartner(found, { kind: 'company', taxId: '123456786' })).toEqual({
      partner: found[2],
      problems: [],
    });
    expect(choosePartner([], { kind: 'web_customer' })).toEqual({ partner: undefined, problems: [] });
    expect(choosePartner(found.slice(4), { kind: 'phone', phone: '+359888000111' })).toEqual({
      partner: undefined,
      problems: [{ code: 'partner_deleted', params: {} }],
    });
  });
});

describe('what an order changes on a partner', () => {
  const existing = {
    name: 'Ана Демова',
    mol: '',
    taxId: '',
    vatId: '',
    email: 'Ana@Example.com',
    phone: '0888 000 111',
    city: 'Русе',
    address: 'ул. Дунав 5',
  };

  it('is what the shop fills and what differs in more than spelling; the journal names fields only', () => {
    expect(
      partnerChanges(existing, {
        name: 'Ана  Демова',
        email: 'ana@example.com',
        phone: '+359888000111',
        city: 'Варна',
        mol: 'Ана Демова',
      }),
    ).toEqual({ changes: { mol: 'Ана Демова', city: 'Варна' }, journal: ['mol', 'city'] });
  });

  it('is never a blank, and never a name for somebody who gave none', () => {
    expect(partnerChanges(existing, wantedPartner(nobody).fields)).toEqual({ changes: {}, journal: [] });
    expect(partnerChanges({ ...existing, name: '' }, wantedPartner(nobody).fields).changes).toEqual({
      name: 'Клиент',
    });
  });

  it('is no number that is only written otherwise', () => {
    const firm = { ...existing, taxId: 'BG 123 456 786', vatId: 'bg123456786' };
    const wanted = { name: 'Ана Демова', taxId: '123456786', vatId: 'BG123456786' };
    expect(partnerChanges(firm, wanted).journal).toEqual([]);
    expect(partnerChanges({ ...firm, taxId: '' }, wanted).changes).toEqual({ taxId: '123456786' });
  });
});
