import { hasPersonalNumber, isPersonalNumber, withoutPersonalNumbers } from '../personal-number.ts';
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

/** The partner that an order wants. Personal numbers are dropped from every field of it. */
export function wantedPartner(typed: Buyer): {
  readonly key: PartnerSearchKey;
  readonly fields: PartnerFields;
  readonly problems: readonly Problem[];
} {
  const buyer = withoutNumbers(typed);
  const company = readCompanyNumber(buyer.companyRegistrationNumber, buyer.countryIso2);
  const problems: Problem[] = [];
  if (company.kind === 'personal' || holdsPersonalNumber(typed, buyer))
    problems.push(problem('personal_number_ignored'));
  if (company.kind === 'invalid') problems.push(problem('company_number_invalid'));
  const person = cleanText(`${buyer.firstName} ${buyer.lastName}`);
  const email = hasPersonalNumber(buyer.email) ? '' : buyer.email.toLowerCase();
  const phone = normalisePhone(buyer.phone);
  const contact = { email, phone, city: buyer.city, address: buyer.address };
  const vatId = readVatNumber(buyer.companyVat, buyer.countryIso2) ?? '';
  if (company.kind === 'valid') {
    const taxId = company.number;
    const fields = filled({ ...contact, mol: buyer.companyPerson, taxId, vatId });
    const name = buyer.companyName || person || taxId;
    return { key: { kind: 'company', taxId }, fields: { name, ...fields }, problems };
  }
  // A foreign company may have a VAT number and no other: it goes by e-mail, under its own name.
  const foreign = vatId !== '' && !vatId.startsWith('BG');
  const fields = filled(foreign ? { ...contact, mol: buyer.companyPerson, vatId } : contact);
  const name = (foreign ? buyer.companyName : '') || person || NO_NAME;
  return { key: personKey(email, phone), fields: { name, ...fields }, problems };
}

/** The fields that hold numbers by right are read by rules of their own. */
const numberFields: ReadonlySet<string> = new Set([
  'companyRegistrationNumber',
  'companyVat',
  'phone',
  'email',
]);

function withoutNumbers(buyer: Buyer): Buyer {
  const fields = Object.entries(buyer).map(([field, text]: [string, string]) => {
    const clean = cleanText(text);
    return [field, numberFields.has(field) ? clean : withoutPersonalNumbers(clean, '')] as const;
  });
  return Object.fromEntries(fields) as unknown as Buyer;
}

function holdsPersonalNumber(typed: Buyer, { companyVat, phone, email, ...texts }: Buyer): boolean {
  const removed = Object.entries(texts).some(
    ([field, text]) => cleanText(typed[field as keyof Buyer]) !== text,
  );
  const digits = companyVat.replaceAll(/[\s.\-/]/g, '').replace(/^(BG|БГ)/iu, '');
  const inVat = /^\d{10}$/.test(digits) && readVatNumber(companyVat, typed.countryIso2) === undefined;
  return removed || inVat || hasPersonalNumber(email) || isPersonalNumber(phone.replaceAll(/\D/g, ''));
}

function personKey(email: string, phone: string): PartnerSearchKey {
  if (email !== '') return { kind: 'email', email };
  return phone === '' ? { kind: 'web_customer' } : { kind: 'phone', phone };
}

function filled(fields: Readonly<Record<string, string>>): Partial<PartnerFields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/**
 * `0888 000 111`, `+359888000111` and `00359 888 000 111` are one number; empty when there is none, and when it is a
 * personal number: no mobile number of Bulgaria can be one, because its third and fourth digit are no month.
 */
export function normalisePhone(text: string): string {
  const digits = text.replaceAll(/[^\d+]/g, '').replace(/^00/, '+');
  const count = digits.replaceAll('+', '').length;
  if (count < 6 || count > 15 || isPersonalNumber(digits)) return '';
  if (digits.startsWith('0')) return `+359${digits.slice(1)}`;
  return digits.startsWith('359') && count === 12 ? `+${digits}` : digits;
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
