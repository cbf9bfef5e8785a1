import type { Item } from '../../clients/microbg/items.ts';
import type { ExtraCode, WarehouseItem } from '../../db/queries/catalogue/warehouse-items.ts';
import { foldedCodes } from '../../domain/catalogue/item-index.ts';

/** `CodeType` of an extra code that is a barcode (micro.bg API 3.5). */
const BARCODE = 2;

/** Extra codes of an item by their kind; one that does not say is a code. */
export function extraCodesOf({ addCodes }: Pick<Item, 'addCodes'>): ExtraCode[] {
  return addCodes.map(({ code, codeType, ratio }) => ({
    code,
    kind: codeType === BARCODE ? ('barcode' as const) : ('code' as const),
    ratio,
  }));
}

/** An item as it is kept; its prices were read with VAT. */
export function toWarehouseItem(item: Item): WarehouseItem {
  const { id, code, barcode, name, isService, taxGroup, measureId, measureName, groupId, deleted } = item;
  const extraCodes = extraCodesOf(item);
  return {
    ...{ itemId: id, code, barcode, name, extraCodes, isService, taxGroup, measureId, measureName, groupId },
    ...{ taxRate: item.taxRate ?? '0', prices: item.prices, deleted, updatedAt: item.updatedAt },
    foldedCodes: foldedCodes({ code, barcode, extraCodes }),
  };
}
