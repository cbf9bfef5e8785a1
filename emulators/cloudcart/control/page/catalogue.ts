import type { EmulatorContext } from '../../emulator.ts';
import type { ProductRow, VariantRow } from '../../store/catalogue-rows.ts';
import { decimalText } from '../../orders/amounts.ts';
import { both, type Content, type Html, html, live } from '../../../support/page.ts';
import { action, empty } from './parts.ts';

/** Tab of products and stock. */
export function catalogueTab(context: EmulatorContext): Content {
  return live('/page/catalogue', cataloguePart(context));
}

/** Every variant with its price and stock, to be changed as the merchant would. */
export function cataloguePart({ shop }: EmulatorContext): Html {
  const rows = shop.db.tables.variants.all().flatMap((variant) => {
    const product = shop.db.tables.products.get(variant.item_id);
    return product === undefined || product._deleted ? [] : [variantRow(variant, product)];
  });
  if (rows.length === 0) return empty('Няма продукти.', 'No products.');
  return html`<p class="soft">
      Празна наличност значи без ограничение. <span lang="en">Empty stock is unlimited.</span>
    </p>
    <div class="list">${rows}</div>`;
}

function variantRow(variant: VariantRow, product: ProductRow): Html {
  const name = [product.name, variant.v1, variant.v2].filter(Boolean).join(' ');
  const untracked = product.tracking === 'no';
  const at = `/products/${product.id}`;
  const other = (flag: 'yes' | 'no'): 'yes' | 'no' => (flag === 'yes' ? 'no' : 'yes');
  return html`<details data-key="variant-${variant.id}">
    <summary>
      <b>${name}</b>
      <code>${variant.sku ?? '—'}</code>
      <span class="number">${variant.price === null ? '—' : decimalText(variant.price)}</span>
      <span>${stockTag(variant.quantity, untracked)} ${product.active === 'no' && 'неактивен'}</span>
    </summary>
    <div class="inner">
      <form data-send="PATCH /variants/${variant.id}">
        <label class="short"
          >${both('Цена', 'Price')}
          <input name="price" value="${variant.price === null ? '' : decimalText(variant.price)}"
        /></label>
        <label class="short"
          >${both('Наличност', 'Stock')}
          <input name="quantity" value="${variant.quantity ?? ''}" data-as="number" inputmode="decimal"
        /></label>
        <label>SKU <input name="sku" value="${variant.sku ?? ''}" /></label>
        <label>${both('Баркод', 'Barcode')} <input name="barcode" value="${variant.barcode ?? ''}" /></label>
        <button type="submit">${both('Запиши', 'Save')}</button>
      </form>
      <div class="actions">
        ${action(`PATCH /variants/${variant.id}`, both('Без ограничение', 'Unlimited'), {
          body: { quantity: null },
        })}
        ${action(
          `PATCH ${at}`,
          untracked ? both('Следи наличност', 'Track') : both('Не следи', 'Do not track'),
          {
            body: { tracking: other(product.tracking) },
          },
        )}
        ${action(
          `PATCH ${at}`,
          product.active === 'yes' ? both('Скрий', 'Deactivate') : both('Покажи', 'Activate'),
          { body: { active: other(product.active) } },
        )}
        ${action(`DELETE ${at}`, both('Изтрий продукта', 'Delete product'), {
          kind: 'danger',
          confirm: `„${product.name}“ се изтрива. Да?`,
        })}
      </div>
    </div>
  </details>`;
}

function stockTag(quantity: number | null, untracked: boolean): Html {
  if (untracked) return html`<span class="tag">не се следи</span>`;
  if (quantity === null) return html`<span class="tag">без ограничение</span>`;
  return html`<span class="tag ${quantity > 0 ? 'good' : 'bad'}">${quantity}</span>`;
}
