import type { EmulatorContext } from '../../emulator.ts';
import { describePresets } from '../../orders/presets.ts';
import type { Shop } from '../../shop.ts';
import { both, type Content, type Html, html } from '../../../support/page.ts';
import { skuOptions } from './orders.ts';
import { action, money, type Option, options } from './parts.ts';

/** Rows of the own cart. */
const ROWS = [0, 1, 2] as const;

/** Tab that places orders: ready ones, many at once, or an own cart. */
export function newOrderTab({ shop }: EmulatorContext): Content {
  const presets = describePresets();
  const names = presets.map(({ name, title }): Option => [name, `${name} · ${title}`]);
  return html`<div class="columns">
    <div class="card">
      <h3>${both('Готови поръчки', 'Presets')}</h3>
      <div class="scroll">
        <table>
          ${presets.map(
            ({ name, title, expected }) =>
              html`<tr>
                <td><b>${name}</b><br />${title}</td>
                <td class="number">${money(expected.total, shop.settings.currency)}</td>
                <td>${action('POST /orders', both('Поръчай', 'Place'), { body: { preset: name } })}</td>
              </tr>`,
          )}
        </table>
      </div>
    </div>
    <div>
      <div class="card">${cartForm(shop)}</div>
      <div class="card">
        <h3>${both('Много наведнъж', 'Many at once')}</h3>
        <form data-send="POST /orders/bulk" data-done="Поръчките са направени">
          <label
            >${both('Поръчка', 'Order')}
            <select name="preset">
              ${options(names)}
            </select></label
          >
          <label class="short"
            >${both('Брой', 'Count')}
            <input name="count" type="number" min="1" max="10000" value="50" data-as="number"
          /></label>
          <button type="submit">${both('Поръчай', 'Place')}</button>
        </form>
      </div>
    </div>
  </div>`;
}

function field(
  name: string,
  label: Content,
  more: { placeholder?: string; short?: boolean; as?: string } = {},
): Html {
  return html`<label class="${more.short === true ? 'short' : ''}"
    >${label} <input name="${name}" placeholder="${more.placeholder ?? ''}" data-as="${more.as ?? 'text'}"
  /></label>`;
}

function cartForm(shop: Shop): Html {
  const skus = skuOptions(shop);
  const methods = shop.db.tables['payment-providers'].all().map(({ id, title }): Option => [id, title || id]);
  const couriers = shop.db.tables['shipping-providers']
    .all()
    .map(({ provider_type, name }): Option => [provider_type, name]);
  return html`<h3>${both('Собствена количка', 'Own cart')}</h3>
    <form data-send="POST /orders" data-done="Поръчка № {id} е направена">
      ${ROWS.map(
        (row) =>
          html`<fieldset>
            <label
              >${both('Стока', 'Goods')}
              <select name="lines.${row}.sku">
                ${options(row === 0 ? skus : [['', '—'], ...skus])}
              </select></label
            >
            <label class="short"
              >${both('к-во', 'qty')}
              <input name="lines.${row}.quantity" value="1" inputmode="decimal" data-needs="lines.${row}.sku"
            /></label>
            <label class="short"
              >${both('цена', 'price')}
              <input name="lines.${row}.price" placeholder="каталог" data-needs="lines.${row}.sku"
            /></label>
          </fieldset>`,
      )}
      <fieldset>
        ${field('customer.email', both('Имейл', 'E-mail'), { placeholder: 'gost@example.com' })}
        ${field('customer.firstName', both('Име', 'First name'))}
        ${field('customer.lastName', both('Фамилия', 'Last name'))}
      </fieldset>
      <fieldset>
        ${field('billing.company', both('Фирма', 'Company'))}
        ${field('billing.eik', both('ЕИК', 'Company number'))}
        ${field('billing.vat', both('ДДС №', 'VAT no.'))} ${field('billing.mol', both('МОЛ', 'Person'))}
      </fieldset>
      <fieldset>
        <label
          >${both('Плащане', 'Payment')}
          <select name="payment">
            ${options(methods)}
          </select></label
        >
        <label
          >${both('Доставка', 'Delivery')}
          <select name="shipping.provider">
            ${options(couriers)}
          </select></label
        >
        ${field('shipping.price', both('Цена', 'Price'), { placeholder: '4.80', short: true })}
        ${field('discounts.0.value', both('Купон %', 'Coupon %'), { placeholder: '10', short: true, as: 'number' })}
        ${field('fees.0.amount', both('Такса', 'Fee'), { placeholder: '1.20', short: true })}
      </fieldset>
      <input type="hidden" name="discounts.0.type" value="percent" data-needs="discounts.0.value" />
      <input type="hidden" name="discounts.0.name" value="Купон" data-needs="discounts.0.value" />
      <input type="hidden" name="discounts.0.code" value="KUPON" data-needs="discounts.0.value" />
      <input type="hidden" name="fees.0.name" value="Такса наложен платеж" data-needs="fees.0.amount" />
      <fieldset>
        ${field('note', both('Бележка на купувача', 'Buyer’s note'))}
        <label class="check"><input type="checkbox" name="draft" /> ${both('чернова', 'draft')}</label>
        <button type="submit">${both('Поръчай', 'Place')}</button>
      </fieldset>
    </form>`;
}
