import type { Call } from '../call.ts';
import { codeKey, type Company } from '../company.ts';
import { Dec, type Decimal, toNumber } from '../decimal.ts';
import {
  asBag,
  asFlag,
  isAbsent,
  optionalDecimal,
  optionalInt,
  optionalText,
  requiredInt,
  requiredText,
} from '../input.ts';
import type { AddCode, Flag, Item } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { changedSince, checkCodeSigns, page, wireCode } from './paging.ts';

/** `getItems` (micro.bg API 3.5); without `PricesWithVat` prices come in the mode of the company. */
export function getItems(call: Call): unknown {
  const { parameters, switches } = call;
  const since = changedSince<Item>(call);
  const code = optionalText(parameters, 'Code');
  const barcode = optionalText(parameters, 'Barcode');
  const { items } = call.company;
  const passes = (row: Item): boolean => {
    if (!since(row)) return false;
    if (!isAbsent(code) && !hasCode(row, code ?? '', switches.codeFilterMatchesAddCodes)) return false;
    return isAbsent(barcode) || hasBarcode(row, barcode ?? '', switches.codeFilterMatchesAddCodes);
  };
  const byBarcode = isAbsent(barcode) ? undefined : items.find('barcode', barcode ?? '');
  const narrowed = isAbsent(code) ? byBarcode : items.find('code', codeKey(code ?? ''));
  const rows = page(call, items, passes, narrowed);
  const mode = vatMode(call);
  return rows.map((row) => wireItem(call.company, row, mode));
}

function hasCode(item: Item, code: string, inAddCodes: boolean): boolean {
  const key = codeKey(code);
  if (codeKey(item.Code) === key) return true;
  return inAddCodes && item.AddCodes.some((each) => each.CodeType === 1 && codeKey(each.Code) === key);
}

function hasBarcode(item: Item, barcode: string, inAddCodes: boolean): boolean {
  if (item.Barcode === barcode) return true;
  return inAddCodes && item.AddCodes.some((each) => each.CodeType === 2 && each.Code === barcode);
}

/** The VAT mode a caller asks prices in. */
export function vatMode({ parameters, company }: Call): Flag {
  const asked = parameters['PricesWithVat'];
  return isAbsent(asked) ? company.settings.PricesWithVat : asFlag(asked);
}

/** Price of a list in a VAT mode; stored prices are in the mode of the company. */
export function listPrice(company: Company, item: Item, list: number, mode: Flag): number {
  const price = item.PriceOut[list] ?? 0;
  if (mode === company.settings.PricesWithVat || price === 0) return price;
  const factor = new Dec(100).plus(company.taxValueOf(item)).div(100);
  return toNumber(mode === 1 ? new Dec(price).times(factor) : new Dec(price).div(factor), 7);
}

/** An item as the wire shows it (micro.bg API 3.5, E-9). */
export function wireItem(company: Company, item: Item, mode: Flag): Record<string, unknown> {
  const group = company.groups.Items.get(item.GroupId);
  const prices = item.PriceOut.map((_, list) => [
    `PriceOut${list + 1}`,
    listPrice(company, item, list, mode),
  ]);
  return {
    id: item.id,
    GroupName: group?.Name ?? '',
    GroupPath: group?.Path ?? '',
    GroupId: item.GroupId,
    Code: wireCode(item.Code),
    Barcode: item.Barcode,
    Name: item.Name,
    NotStorable: item.NotStorable,
    TaxGroup: item.TaxGroup,
    TaxValue: company.taxGroups.find((each) => each.TaxGroup === item.TaxGroup)?.TaxValue ?? 0,
    MeasureName: company.measures.find((each) => each.id === item.MeasureId)?.Name ?? '',
    MeasureId: item.MeasureId,
    PriceIn: item.PriceIn,
    ...Object.fromEntries(prices),
    Deleted: item.Deleted,
    Description: item.Description,
    WarrantyMonths: item.WarrantyMonths,
    WarrantyDays: item.WarrantyDays,
    DateUpdated: item.DateUpdated,
    AddCodes: item.AddCodes.map((each) => ({ ...each, Code: wireCode(each.Code) })),
  };
}

/** `insertItem` (micro.bg API 3.5, E-16). */
export function insertItem(call: Call): unknown {
  const { company, data } = call;
  requiredText(data, 'Name');
  requiredInt(data, 'TaxGroup');
  requiredInt(data, 'MeasureId');
  const blank: Item = {
    ...{ id: 0, Code: '', Barcode: '', Name: '', NotStorable: 0, TaxGroup: 0, MeasureId: 0 },
    GroupId: company.groups.Items.all()[0]?.id ?? 0,
    ...{ PriceIn: 0, PriceOut: Array.from({ length: 10 }, () => 0), Description: '' },
    ...{ WarrantyMonths: 0, WarrantyDays: 0, Deleted: 0, DateUpdated: call.now, AddCodes: [], recipe: [] },
  };
  const filled = withChanges(call, blank);
  const isAuto = asFlag(call.parameters['AutoGenerateCode']) === 1;
  const Code = isAuto ? freeCode(company) : filled.Code;
  if (Code === '') throw new Refusal('_EMU_REQUIRED_Code');
  checkCodeSigns(call, Code);
  const item = { ...filled, Code, id: company.next('item') };
  checkCodes(company, item);
  company.items.put(item);
  return wireItem(company, item, vatMode(call));
}

/** `editItem`: only the sent fields change (micro.bg API 3.5). Staff may change more than the API. */
export function editItem(call: Call): unknown {
  const { company } = call;
  const old = company.items.get(requiredInt(call.data, 'id'));
  if (!old) throw new Refusal('_EMU_UNKNOWN_Item');
  const changed = { ...withChanges(call, old), DateUpdated: call.now };
  if (changed.Name.trim() === '') throw new Refusal('_EMU_REQUIRED_Name');
  if (changed.Code !== old.Code) checkCodeSigns(call, changed.Code);
  checkCodes(company, changed);
  company.items.put(changed);
  return wireItem(company, changed, vatMode(call));
}

/** `deleteItem`: gone when unused, otherwise marked (micro.bg API 3.5). */
export function deleteItem(call: Call): unknown {
  const { company } = call;
  const item = company.items.get(requiredInt(call.parameters, 'Id'));
  if (!item) throw new Refusal('_EMU_UNKNOWN_Item');
  const hasStock = company.allStock().some((each) => each.itemId === item.id && each.qtty !== 0);
  if (hasStock || company.isUsed('item', item.id)) {
    company.items.put({ ...item, Deleted: 1, DateUpdated: call.now });
  } else company.items.delete(item.id);
  return null;
}

function withChanges(call: Call, old: Item): Item {
  const { data, company } = call;
  const TaxGroup = optionalInt(data, 'TaxGroup') ?? old.TaxGroup;
  const MeasureId = optionalInt(data, 'MeasureId') ?? old.MeasureId;
  const GroupId = optionalInt(data, 'GroupId') ?? old.GroupId;
  if (!company.taxGroups.some((group) => group.TaxGroup === TaxGroup))
    throw new Refusal('_EMU_UNKNOWN_TaxGroup');
  if (!company.measures.some((measure) => measure.id === MeasureId))
    throw new Refusal('_EMU_UNKNOWN_MeasureId');
  if (GroupId !== old.GroupId && !company.groups.Items.has(GroupId)) throw new Refusal('_EMU_UNKNOWN_Group');
  const flag = (field: 'NotStorable' | 'Deleted'): Flag =>
    isAbsent(data[field]) ? old[field] : asFlag(data[field]);
  return {
    ...old,
    ...{ TaxGroup, MeasureId, GroupId, NotStorable: flag('NotStorable'), Deleted: flag('Deleted') },
    Code: optionalText(data, 'Code') ?? old.Code,
    Barcode: optionalText(data, 'Barcode') ?? old.Barcode,
    Name: optionalText(data, 'Name') ?? old.Name,
    Description: optionalText(data, 'Description') ?? old.Description,
    WarrantyMonths: optionalInt(data, 'WarrantyMonths') ?? old.WarrantyMonths,
    WarrantyDays: optionalInt(data, 'WarrantyDays') ?? old.WarrantyDays,
    PriceOut: old.PriceOut.map((price, list) => {
      const changed = optionalDecimal(data, `PriceOut${list + 1}`);
      return changed === undefined ? price : writtenPrice(call, { ...old, TaxGroup }, changed);
    }),
    ...(call.actor === null ? staffOnly(data, old) : {}),
  };
}

/** A sent price as the company keeps it. People at the screen write as the company does. */
function writtenPrice({ company, switches, actor }: Call, item: Item, price: Decimal): number {
  const own = company.settings.PricesWithVat;
  const sent = switches.priceWriteMode === 'with' ? 1 : 0;
  if (actor === null || switches.priceWriteMode === 'company' || sent === own) return toNumber(price);
  const factor = new Dec(100).plus(company.taxValueOf(item)).div(100);
  return toNumber(own === 1 ? price.times(factor) : price.div(factor), 7);
}

/** What the API cannot write but people at the screen can. */
function staffOnly(data: Call['data'], old: Item): Pick<Item, 'PriceIn' | 'AddCodes' | 'recipe'> {
  const priceIn = optionalDecimal(data, 'PriceIn');
  const addCodes = data['AddCodes'];
  const recipe = data['recipe'];
  return {
    PriceIn: priceIn === undefined ? old.PriceIn : toNumber(priceIn),
    AddCodes: Array.isArray(addCodes) ? addCodes.map((entry) => addCodeOf(entry, old)) : old.AddCodes,
    recipe: Array.isArray(recipe)
      ? recipe.map((entry) => {
          const part = asBag(entry);
          return { itemId: requiredInt(part, 'itemId'), qtty: Number(part['qtty'] ?? 1) };
        })
      : old.recipe,
  };
}

function addCodeOf(entry: unknown, item: Item): AddCode {
  const bag = asBag(entry);
  return {
    MeasureId: optionalInt(bag, 'MeasureId') ?? item.MeasureId,
    Code: requiredText(bag, 'Code'),
    CodeType: optionalInt(bag, 'CodeType') ?? 1,
    Ratio: toNumber(optionalDecimal(bag, 'Ratio') ?? new Dec(1)),
  };
}

function checkCodes(company: Company, item: Item): void {
  for (const code of [item.Code, ...item.AddCodes.map((each) => each.Code)]) {
    const others = company.items.find('code', codeKey(code)).filter((row) => row.id !== item.id);
    if (others.length > 0) throw new Refusal('_EMU_DUPLICATE_CODE');
  }
}

function freeCode(company: Company): string {
  for (;;) {
    const code = String(company.next('itemCode'));
    if (!company.items.some('code', code)) return code;
  }
}
