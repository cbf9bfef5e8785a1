import { type Problem, problem } from '../problems.ts';
import { cleanText } from '../text.ts';
import { readCompanyNumber, readVatNumber } from './company-number.ts';

/** Buyer of an order as the shop has it. Texts are `""` when absent. Personal data. */
export interface Buyer {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly phone: string;
  readonly city: string;
  readonly address: string;
  readonly countryIso2: string;
  readonly companyName: string;
  readonly companyRegistrationNumber: string;
  readonly companyVat: string;
  readonly companyPerson: string;
}

/** Fields of a partner; an empty one is not sent, because it must not blank what staff entered. */
export interface PartnerFields {
  readonly name: string;
  readonly mol?: string;
  readonly taxId?: string;
  readonly vatId?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly city?: string;
  readonly address?: string;
}

/** Name of a buyer who gave none. */
const NO_NAME = 'Клиент';

/** By what a buyer is looked up. No fall-through from the company number to the e-mail. */
export type PartnerSearchKey =
  | { readonly kind: 'company'; readonly taxId: string }
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'phone'; readonly phone: string }
  /** Neither: the account's partner for web customers. */
  | { readonly kind: 'web_customer' };

/** The partner that an order wants. */
export function wantedPartner(buyer: Buyer): {
  readonly key: PartnerSearchKey;
  readonly fields: PartnerFields;
  readonly problems: readonly Problem[];
} {
  const company = readCompanyNumber(buyer.companyRegistrationNumber, buyer.countryIso2);
  const problems: Problem[] = [];
  if (company.kind === 'personal') problems.push(problem('personal_number_ignored'));
  if (company.kind === 'invalid') problems.push(problem('company_number_invalid'));
  const person = [buyer.firstName, buyer.lastName]
    .map((part) => part.trim())
    .join(' ')
    .trim();
  const email = buyer.email.trim().toLowerCase();
  const phone = normalisePhone(buyer.phone);
  const contact = { email, phone, city: buyer.city.trim(), address: buyer.address.trim() };
  if (company.kind === 'valid') {
    const fields = filled({
      ...contact,
      mol: buyer.companyPerson.trim(),
      taxId: company.number,
      vatId: readVatNumber(buyer.companyVat, buyer.countryIso2) ?? '',
    });
    const name = buyer.companyName.trim() || person || company.number;
    return { key: { kind: 'company', taxId: company.number }, fields: { name, ...fields }, problems };
  }
  return { key: personKey(email, phone), fields: { name: person || NO_NAME, ...filled(contact) }, problems };
}

function personKey(email: string, phone: string): PartnerSearchKey {
  if (email !== '') return { kind: 'email', email };
  return phone === '' ? { kind: 'web_customer' } : { kind: 'phone', phone };
}

function filled(fields: Readonly<Record<string, string>>): Partial<PartnerFields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/** `0888 000 111`, `+359888000111` and `00359 888 000111` are one number; empty when there is none. */
export function normalisePhone(text: string): string {
  const digits = text.replaceAll(/[^\d+]/g, '').replace(/^00/, '+');
  if (digits.replaceAll('+', '').length < 6) return '';
  return digits.startsWith('0') ? `+359${digits.slice(1)}` : digits;
}

/** A partner of the warehouse, as far as the choice needs it. */
export interface Candidate {
  readonly id: number;
  readonly taxId: string;
  readonly deleted: boolean;
}

/**
 * Chooses among the partners found: the lowest id; deleted ones are not taken up silently; for an e-mail or a
 * phone only those without a company number, because a private purchase must not land on the firm.
 */
export function choosePartner<P extends Candidate>(
  found: readonly P[],
  key: PartnerSearchKey,
): { readonly partner: P | undefined; readonly problems: readonly Problem[] } {
  const fitting = found.filter((partner) =>
    key.kind === 'company'
      ? bareNumber(partner.taxId) === bareNumber(key.taxId)
      : partner.taxId.trim() === '',
  );
  const usable = fitting.filter((partner) => !partner.deleted).toSorted((a, b) => a.id - b.id);
  const [partner] = usable;
  const problems: Problem[] = [];
  if (usable.length > 1)
    problems.push(problem('partner_ambiguous', { ids: usable.map(({ id }) => id).join(', ') }));
  if (partner === undefined && fitting.length > 0) problems.push(problem('partner_deleted'));
  return { partner, problems };
}

/** A partner's texts as the warehouse has them; `""` when absent. */
export type PartnerTexts = Readonly<Record<keyof PartnerFields, string>>;

/**
 * What an order changes on a partner: only fields that the shop fills and that differ in more than spelling. The
 * journal names fields, never what is in them.
 */
export function partnerChanges(
  existing: PartnerTexts,
  wanted: PartnerFields,
): { readonly changes: Partial<PartnerFields>; readonly journal: readonly (keyof PartnerFields)[] } {
  const journal = fieldNames.filter((field) => {
    const value = wanted[field] ?? '';
    if (value === '' || (field === 'name' && value === NO_NAME && existing.name.trim() !== '')) return false;
    return spelling(field, value) !== spelling(field, existing[field]);
  });
  return { changes: Object.fromEntries(journal.map((field) => [field, wanted[field]])), journal };
}

const fieldNames = ['name', 'mol', 'taxId', 'vatId', 'email', 'phone', 'city', 'address'] as const;

/** Form in which two values of a field are compared. */
function spelling(field: keyof PartnerFields, text: string): string {
  const clean = cleanText(text);
  if (field === 'email') return clean.toLowerCase();
  if (field === 'phone') return normalisePhone(clean) || clean;
  return field === 'taxId' || field === 'vatId' ? bareNumber(clean) : clean;
}

function bareNumber(text: string): string {
  return text
    .replaceAll(/[\s.\-/]/g, '')
    .replace(/^(BG|БГ)(?=\d)/iu, '')
    .toUpperCase();
}
