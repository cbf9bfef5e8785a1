import type { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { JsonNumber } from '../json.ts';
import type { Caller } from './call.ts';
import { type Cursor, cursorParameters, type Page, pageOf } from './paging.ts';
import { partnerRow, writtenRow } from './schemas.ts';

/** A business partner (micro.bg API 3.4). Texts are `""` when absent. */
export interface Partner {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** МОЛ. */
  readonly mol: string;
  readonly city: string;
  readonly address: string;
  readonly phone: string;
  readonly email: string;
  /** ЕИК. */
  readonly taxId: string;
  /** VAT number with its prefix. */
  readonly vatId: string;
  readonly priceGroup: number | null;
  /** Standing discount in percent, decimal text. */
  readonly discount: string;
  /** 1 client, 2 supplier, 3 both. */
  readonly partnerType: number | null;
  readonly groupId: number | null;
  readonly deleted: boolean;
  /** Europe/Sofia wall time. */
  readonly updatedAt: string | null;
}

/** Fields to write; absent ones are not sent and stay as they are. */
export interface PartnerWrite {
  readonly code?: string;
  readonly name?: string;
  readonly mol?: string;
  readonly city?: string;
  readonly address?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly taxId?: string;
  readonly vatId?: string;
  readonly priceGroup?: number;
  /** Percent, decimal text. */
  readonly discount?: string;
  readonly partnerType?: 1 | 2 | 3;
  readonly groupId?: number;
  readonly contactPerson?: string;
  readonly note?: string;
  readonly deleted?: boolean;
}

/** One criterion. `taxNo` is matched against the ЕИК, not the VAT number (micro.bg API 3.4). */
export type PartnerSearch =
  | { readonly id: number }
  | { readonly code: string }
  | { readonly taxNo: string }
  | { readonly email: string }
  | { readonly phone: string };

/** What a write returns for sure. */
export interface Written {
  readonly id: number;
  /** Assigned or repeated code; null when the answer does not carry it. */
  readonly code: string | null;
  readonly updatedAt: string | null;
}

/**
 * Finds partners by one criterion (micro.bg API 3.4). Rows that do not match are dropped: a server that ignores
 * a filter would hand over strangers. Phones are not compared, their spelling is free.
 */
export async function findPartners(
  caller: Caller,
  search: PartnerSearch,
): Promise<Answer<readonly Partner[]>> {
  const parameters = searchParameters(search);
  const answer = await caller.list({ fn: 'getPartners', parameters }, partnerRow);
  if (answer.kind !== 'ok') return answer;
  const all = answer.value.map(toPartner);
  const matching = all.filter((partner) => matches(partner, search));
  if (matching.length === all.length) return { ...answer, value: matching };
  return { ...answer, value: matching, warnings: [...(answer.warnings ?? []), 'filter_not_applied'] };
}

/** One page of partners, changed since `fromDate` when given (micro.bg API 3.9, 4). */
export async function getPartnersPage(
  caller: Caller,
  cursor: Cursor,
  fromDate?: string,
): Promise<Answer<Page<Partner>>> {
  const parameters = { fromDate, ...cursorParameters(cursor) };
  const answer = await caller.list({ fn: 'getPartners', parameters }, partnerRow);
  return mapAnswer(answer, (list) => pageOf(list.map(toPartner), cursor));
}

/**
 * Creates a partner. Not idempotent: search first, one writer per account (micro.bg API 6.1). Without a code the
 * server assigns one; with a code a collision is refused.
 */
export async function insertPartner(
  caller: Caller,
  partner: PartnerWrite & { readonly name: string },
): Promise<Answer<Written>> {
  const parameters = { AutoGenerateCode: partner.code === undefined ? 1 : 0 };
  const answer = await caller.write({ fn: 'insertPartner', parameters, data: toWire(partner) }, writtenRow);
  return mapAnswer(answer, toWritten);
}

/** Changes only the given fields; safe to repeat (micro.bg API 3.4). */
export async function editPartner(
  caller: Caller,
  id: number,
  changes: PartnerWrite,
): Promise<Answer<Written>> {
  const answer = await caller.write({ fn: 'editPartner', data: { id, ...toWire(changes) } }, writtenRow);
  return mapAnswer(answer, toWritten);
}

/** Deletes an unused partner, marks a used one as deleted (micro.bg API 3.4). */
export async function deletePartner(caller: Caller, id: number): Promise<Answer<null>> {
  return caller.erase({ fn: 'deletePartner', parameters: { Id: id } });
}

/** The sure part of a written partner or item. */
export function toWritten(row: z.output<typeof writtenRow>): Written {
  return { id: row.id, code: row.Code, updatedAt: row.DateUpdated };
}

function searchParameters(search: PartnerSearch): Record<string, unknown> {
  if ('id' in search) return { Id: search.id };
  if ('code' in search) return { Code: search.code };
  if ('taxNo' in search) return { TaxNo: search.taxNo };
  if ('email' in search) return { Email: search.email };
  return { Phone: search.phone };
}

function matches(partner: Partner, search: PartnerSearch): boolean {
  if ('id' in search) return partner.id === search.id;
  if ('code' in search) return sameCode(partner.code, search.code);
  if ('taxNo' in search) return partner.taxId.trim() === search.taxNo.trim();
  if ('email' in search) return partner.email.trim().toLowerCase() === search.email.trim().toLowerCase();
  return true;
}

/** Codes may lose leading zeros on the way through a number (micro.bg API 1.7, Q-5). */
export function sameCode(left: string, right: string): boolean {
  return withoutZeros(left) === withoutZeros(right);
}

function withoutZeros(code: string): string {
  const trimmed = code.trim();
  return /^\d+$/.test(trimmed) ? trimmed.replace(/^0+(?=\d)/, '') : trimmed;
}

function toPartner(row: z.output<typeof partnerRow>): Partner {
  return {
    id: row.id,
    code: row.Code,
    name: row.Name,
    mol: row.MOL,
    city: row.City,
    address: row.Address,
    phone: row.Phone,
    email: row.eMail,
    taxId: row.TaxID,
    vatId: row.VatID,
    priceGroup: row.PriceGroup,
    discount: row.Discount,
    partnerType: row.PartnerType,
    groupId: row.GroupId,
    deleted: row.Deleted,
    updatedAt: row.DateUpdated,
  };
}

function toWire(partner: PartnerWrite): Record<string, unknown> {
  return {
    Code: partner.code,
    Name: partner.name,
    MOL: partner.mol,
    City: partner.city,
    Address: partner.address,
    Phone: partner.phone,
    eMail: partner.email,
    TaxID: partner.taxId,
    VatID: partner.vatId,
    PriceGroup: partner.priceGroup,
    Discount: partner.discount === undefined ? undefined : new JsonNumber(partner.discount),
    PartnerType: partner.partnerType,
    GroupId: partner.groupId,
    ContactPerson: partner.contactPerson,
    PartnerNote: partner.note,
    Deleted: partner.deleted === undefined ? undefined : Number(partner.deleted),
  };
}
