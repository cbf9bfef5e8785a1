import type { Call } from '../call.ts';
import { codeKey, type Company } from '../company.ts';
import { toNumber } from '../decimal.ts';
import {
  asFlag,
  isAbsent,
  optionalDecimal,
  optionalInt,
  optionalText,
  requiredInt,
  requiredText,
} from '../input.ts';
import type { Partner } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { changedSince, checkCodeSigns, page, wireCode } from './paging.ts';

const TEXT_FIELDS = [
  'Code',
  'Name',
  'MOL',
  'City',
  'Address',
  'Phone',
  'eMail',
  'TaxID',
  'VatID',
  'CardNumber',
  'ContactPerson',
  'PartnerNote',
] as const;

/** `getPartners`: filters are ANDed; `TaxNo` is matched against the ЕИК (micro.bg API 3.4). */
export function getPartners(call: Call): unknown {
  const { parameters } = call;
  const since = changedSince<Partner>(call);
  const exact = (value: string, filter: string | undefined): boolean => isAbsent(filter) || value === filter;
  const code = optionalText(parameters, 'Code');
  const taxNo = optionalText(parameters, 'TaxNo');
  const email = optionalText(parameters, 'Email')?.toLowerCase();
  const phone = optionalText(parameters, 'Phone');
  const passes = (row: Partner): boolean =>
    since(row) &&
    (isAbsent(code) || codeKey(row.Code) === codeKey(code ?? '')) &&
    exact(row.TaxID, taxNo) &&
    exact(row.eMail.toLowerCase(), email) &&
    exact(row.Phone, phone);
  const keys = { code: code === undefined ? code : codeKey(code), taxId: taxNo, email, phone };
  const key = Object.entries(keys).find(([, value]) => !isAbsent(value));
  const { partners } = call.company;
  const rows = page(call, partners, passes, key && partners.find(key[0], key[1] ?? ''));
  return rows.map((row) => wirePartner(call, row));
}

/** A partner as the wire shows it (micro.bg API 3.4, E-9). */
export function wirePartner({ company, switches }: Call, partner: Partner): Record<string, unknown> {
  const group = company.groups.Partners.get(partner.GroupId);
  const { DateUpdated, Deleted, ...rest } = partner;
  return {
    ...rest,
    Code: wireCode(partner.Code),
    GroupName: group?.Name ?? '',
    GroupPath: group?.Path ?? '',
    Deleted: Deleted === 1 ? 1 : switches.partnerDeletedNo,
    DateUpdated,
  };
}

/** `insertPartner`: a used code is refused, or the server assigns one (micro.bg API 3.4, E-16). */
export function insertPartner(call: Call): unknown {
  requiredText(call.data, 'Name');
  const { company } = call;
  const blank: Partner = {
    ...(Object.fromEntries(TEXT_FIELDS.map((field) => [field, ''])) as Record<
      (typeof TEXT_FIELDS)[number],
      string
    >),
    id: 0,
    PriceGroup: call.switches.priceGroupBase + 1,
    Discount: 0,
    PartnerType: 1,
    GroupId: company.groups.Partners.all()[0]?.id ?? 0,
    Deleted: 0,
    DateUpdated: call.now,
  };
  const filled = withChanges(call, blank);
  const isAuto = asFlag(call.parameters['AutoGenerateCode']) === 1;
  const Code = isAuto ? freeCode(company) : filled.Code;
  if (Code === '') throw new Refusal('_EMU_REQUIRED_Code');
  checkCodeSigns(call, Code);
  checkCode(company, Code, 0);
  const partner = { ...filled, Code, id: company.next('partner') };
  company.partners.put(partner);
  return wirePartner(call, partner);
}

/** `editPartner`: only the sent fields change (micro.bg API 3.4). */
export function editPartner(call: Call): unknown {
  const { company } = call;
  const old = company.partners.get(requiredInt(call.data, 'id'));
  if (!old) throw new Refusal('_EMU_UNKNOWN_Partner');
  const partner = { ...withChanges(call, old), DateUpdated: call.now };
  if (partner.Name.trim() === '') throw new Refusal('_EMU_REQUIRED_Name');
  if (partner.Code !== old.Code) checkCodeSigns(call, partner.Code);
  checkCode(company, partner.Code, partner.id);
  company.partners.put(partner);
  return wirePartner(call, partner);
}

/** `deletePartner`: gone when unused, otherwise marked (micro.bg API 3.4). */
export function deletePartner(call: Call): unknown {
  const { company } = call;
  const partner = company.partners.get(requiredInt(call.parameters, 'Id'));
  if (!partner) throw new Refusal('_EMU_UNKNOWN_Partner');
  if (company.isUsed('partner', partner.id)) {
    company.partners.put({ ...partner, Deleted: 1, DateUpdated: call.now });
  } else company.partners.delete(partner.id);
  return null;
}

function withChanges(call: Call, old: Partner): Partner {
  const { data, company } = call;
  const texts = TEXT_FIELDS.flatMap((field) => {
    const text = optionalText(data, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  const PartnerType = optionalInt(data, 'PartnerType') ?? old.PartnerType;
  const GroupId = optionalInt(data, 'GroupId') ?? old.GroupId;
  const PriceGroup = optionalInt(data, 'PriceGroup') ?? old.PriceGroup;
  const discount = optionalDecimal(data, 'Discount');
  if (![1, 2, 3].includes(PartnerType)) throw new Refusal('_EMU_INVALID_PartnerType');
  if (GroupId !== old.GroupId && !company.groups.Partners.has(GroupId))
    throw new Refusal('_EMU_UNKNOWN_Group');
  return {
    ...old,
    ...Object.fromEntries(texts),
    ...{ PartnerType, GroupId, PriceGroup },
    Discount: discount === undefined ? old.Discount : toNumber(discount),
    Deleted: isAbsent(data['Deleted']) ? old.Deleted : asFlag(data['Deleted']),
  };
}

function checkCode(company: Company, code: string, ownId: number): void {
  const others = company.partners.find('code', codeKey(code)).filter((row) => row.id !== ownId);
  if (code !== '' && others.length > 0) throw new Refusal('_EMU_DUPLICATE_CODE');
}

function freeCode(company: Company): string {
  for (;;) {
    const code = String(company.next('partnerCode'));
    if (!company.partners.some('code', code)) return code;
  }
}
