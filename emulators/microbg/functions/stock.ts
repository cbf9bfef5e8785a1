import type { Call } from '../call.ts';
import { addNumbers } from '../decimal.ts';
import { optionalInt, optionalIntList } from '../input.ts';
import type { Item } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { listPrice, vatMode } from './items.ts';
import { wireCode } from './paging.ts';

function* asked(call: Call): Generator<Item> {
  const ids = optionalIntList(call.parameters, 'ItemIds');
  if (ids === undefined) {
    for (const item of call.company.items.all()) if (item.Deleted === 0) yield item;
    return;
  }
  for (const id of new Set(ids)) {
    const item = call.company.items.get(id);
    if (item) yield item;
  }
}

/** `getItemQuantities`: a snapshot of one object, or of all together (micro.bg API 3.6, E-13). */
export function getItemQuantities(call: Call): unknown {
  const { company, switches } = call;
  const objectId = optionalInt(call.parameters, 'ObjectId');
  if (objectId !== undefined && !company.objects.some((place) => place.id === objectId))
    throw new Refusal('_EMU_UNKNOWN_ObjectId');
  const places = objectId === undefined ? company.objects.map((place) => place.id) : [objectId];
  const rows: { ItemId: number; Qtty: number }[] = [];
  for (const item of asked(call)) {
    if (item.NotStorable === 1 && !switches.quantitiesIncludeServices) continue;
    let Qtty = 0;
    for (const place of places) {
      Qtty = addNumbers(Qtty, company.stockOf(place, item.id));
      if (switches.quantitiesSubtractReservations)
        Qtty = addNumbers(Qtty, -company.reservedOf(place, item.id));
    }
    if (Qtty === 0 && switches.quantitiesOmitZero) continue;
    rows.push({ ItemId: item.id, Qtty });
  }
  return rows;
}

/** `getItemPrices`: one price list; key and numbering of lists are switches (micro.bg API 3.6, E-14). */
export function getItemPrices(call: Call): unknown {
  const { company, switches } = call;
  const list =
    (optionalInt(call.parameters, 'PriceGroup') ?? switches.priceGroupBase) - switches.priceGroupBase;
  if (list < 0 || list > 9) throw new Refusal('_EMU_INVALID_PriceGroup');
  const mode = vatMode(call);
  const key = switches.priceKey === 'Price' ? 'Price' : `PriceOut${list + 1}`;
  return [...asked(call)].map((item) => ({
    id: item.id,
    Code: wireCode(item.Code),
    TaxValue: company.taxGroups.find((group) => group.TaxGroup === item.TaxGroup)?.TaxValue ?? 0,
    [key]: listPrice(company, item, list, mode),
  }));
}
