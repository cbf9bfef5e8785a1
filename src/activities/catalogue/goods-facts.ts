import type { ShopGoods } from '../../clients/cloudcart/goods.ts';
import { OPTION_SIGN, type ShopVariant } from '../../db/queries/catalogue/variants.ts';
import { cleanText } from '../../domain/text.ts';

/** A name is at most 191 characters in the shop (CloudCart API 4.13); what claims to be longer is cut. */
const LONGEST = 400;

/** A variant as it is kept. The shop says nothing of its currency and VAT in lists of goods. */
export function toShopVariant(goods: ShopGoods): ShopVariant {
  const { variantId, productId, quantity, unit, tracked, active, draft, digital, price } = goods;
  return {
    ...{ variantKey: `variant:${variantId}`, variantId, productId },
    productName: cut(cleanText(goods.productName)),
    options: cut(goods.options.map(cleanText).join(OPTION_SIGN)),
    ...{ sku: cut(codeOf(goods.sku)), barcode: cut(codeOf(goods.barcode)) },
    ...{ price, currency: null, taxRate: null, quantity, unlimited: quantity === null },
    ...{ tracked, active, draft, digital, bundle: goods.productType === 'bundle' },
    fractional: unit !== null || (quantity !== null && quantity.includes('.')),
    unit: unit === null ? null : cut(cleanText(unit)),
    hasDescription: goods.hasDescription,
    productUpdatedAt: goods.updatedAt,
  };
}

/** A code as it stands; the database takes no control characters, and no halves of characters. */
function codeOf(code: string): string {
  if (/^[!-~]*$/.test(code)) return code;
  return code.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ').trim();
}

/** Whole characters. */
function cut(text: string): string {
  return text.length <= LONGEST ? text : text.slice(0, LONGEST).replace(/\p{Cs}$/u, '');
}
