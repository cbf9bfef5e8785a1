import type { EmulatorContext } from '../../emulator.ts';
import { writableStatuses, paymentOf } from '../../orders/status.ts';
import type { Shop } from '../../shop.ts';
import type { LineRow, OrderRow } from '../../store/order-rows.ts';
import { both, type Content, type Html, html, live } from '../../../support/page.ts';
import { action, empty, money, type Option, options, shortTime, statusTag } from './parts.ts';
import { STATUSES } from './words.ts';

/** Newest orders that the page shows. */
const SHOWN = 40;

/** Tab of orders. */
export function ordersTab(context: EmulatorContext): Content {
  return live('/page/orders', ordersPart(context));
}

/** The newest orders with everything that can happen to them. */
export function ordersPart({ shop }: EmulatorContext): Html {
  const rows = shop.db.tables.orders.all();
  if (rows.length === 0)
    return empty(
      'Още няма поръчки. Направете една в „Нова поръчка“.',
      'No orders yet. Place one under “New order”.',
    );
  const skus = skuOptions(shop);
  const statuses = writableStatuses(shop).map((code): Option => [code, STATUSES[code]?.[0] ?? code]);
  const shown = rows.slice(-SHOWN).reverse();
  return html`<p class="soft">${shown.length} от ${rows.length} поръчки, най-новите отгоре</p>
    <div class="list">${shown.map((order) => orderRow(shop, order, skus, statuses))}</div>`;
}

/** SKUs that can be sold, with their names. */
export function skuOptions(shop: Shop): Option[] {
  const seen = new Map<string, string>();
  for (const { sku, item_id } of shop.db.tables.variants.all()) {
    const product = shop.db.tables.products.get(item_id);
    if (sku !== null && sku !== '' && product?._deleted === false && !seen.has(sku))
      seen.set(sku, `${sku} · ${product.name}`);
  }
  return [...seen];
}

function orderRow(shop: Shop, order: OrderRow, skus: readonly Option[], statuses: readonly Option[]): Html {
  const payment = paymentOf(shop, order.id);
  const marks = [
    order._draft && html`<span class="tag">чернова</span>`,
    order.date_archived !== null && html`<span class="tag">архив</span>`,
    order.return_status === 'partial' && html`<span class="tag warn">частично върната</span>`,
  ];
  return html`<details data-key="order-${order.id}">
    <summary>
      <b>№ ${order.id}</b>
      <span>${order.customer_first_name} ${order.customer_last_name}</span>
      <span class="number">${money(order.price_total, order.currency)}</span>
      <span>${statusTag(order.status)} ${statusTag(order.status_fulfillment)} ${marks}</span>
      <span class="soft">${payment?.provider_name ?? ''} · ${shortTime(order.date_added)}</span>
    </summary>
    <div class="inner">
      ${linesTable(shop, order)} ${actions(shop, order)} ${editForm(shop, order, skus)}
      ${moreForms(shop, order, statuses)}
    </div>
  </details>`;
}

function linesTable(shop: Shop, order: OrderRow): Html {
  const sums = shop.db.tables['order-total'].by('order_id', order.id);
  return html`<div class="scroll">
    <table>
      <tr>
        <th>SKU</th>
        <th>${both('Стока', 'Goods')}</th>
        <th class="number">${both('К-во', 'Qty')}</th>
        <th class="number">${both('Цена', 'Price')}</th>
        <th class="number">${both('След отстъпка', 'Final')}</th>
      </tr>
      ${linesOf(shop, order).map(
        (line) =>
          html`<tr>
            <td><code>${line.sku}</code></td>
            <td>${line.name} ${[line.v1, line.v2].filter(Boolean).join(', ')}</td>
            <td class="number">${line.quantity}</td>
            <td class="number">${money(line.price, '')}</td>
            <td class="number">${money(line.order_price, '')}</td>
          </tr>`,
      )}
      ${sums.map(
        (row) =>
          html`<tr>
            <td colspan="4" class="number soft">
              ${row.code === 'tax' && order.vat_included === 'yes' && 'в т.ч. '}${row.title}
            </td>
            <td class="number">${money(row.code === 'discount' ? -row.value : row.value, '')}</td>
          </tr>`,
      )}
    </table>
  </div>`;
}

function linesOf(shop: Shop, order: OrderRow): LineRow[] {
  return shop.db.tables['order-products'].by('order_id', order.id);
}

/** What a merchant, a courier or a gateway can do in this state, as buttons. */
function actions(shop: Shop, order: OrderRow): Html {
  const at = `/orders/${order.id}`;
  const payment = paymentOf(shop, order.id);
  const online = shop.db.tables['payment-providers'].get(payment?.provider)?._online === true;
  const open = order.status === 'pending' || order.status === 'authorized';
  const shipped = order.status_fulfillment !== 'not_fulfilled';
  const sold = order.status === 'paid' || order.status === 'completed';
  return html`<div class="actions">
    ${order._draft && action(`POST ${at}/confirm`, both('Създай от чернова', 'Confirm draft'), { kind: 'main' })}
    ${
      open &&
      action(`POST ${at}/pay`, online ? both('Плати с карта', 'Gateway pays') : both('Платена', 'Mark paid'))
    }
    ${
      order.status === 'pending' &&
      online &&
      action(`POST ${at}/pay`, both('Оторизирай', 'Authorise'), { body: { status: 'authorized' } })
    }
    ${!shipped && action(`POST ${at}/ship`, both('Изпрати', 'Ship'))}
    ${
      shipped &&
      order.status === 'pending' &&
      payment?.provider === 'cod' &&
      action(`POST ${at}/cod-sync`, both('Куриерът събра сумата', 'COD collected'))
    }
    ${!sold && action(`POST ${at}/cancel`, both('Откажи', 'Cancel'), { kind: 'danger' })}
    ${sold && action(`POST ${at}/refund`, both('Върни сумата', 'Refund'), { kind: 'danger' })}
    ${
      order.date_archived === null
        ? action(`POST ${at}/archive`, both('Архивирай', 'Archive'))
        : action(`POST ${at}/unarchive`, both('Извади от архива', 'Unarchive'))
    }
    ${order.currency === 'BGN' && action(`POST ${at}/convert`, both('Превалутирай', 'Convert to EUR'))}
    ${action(`POST ${at}/touch`, both('Изпрати webhook пак', 'Send webhook'))}
    ${action(`DELETE ${at}`, both('Изтрий', 'Delete'), {
      kind: 'danger',
      confirm: `Поръчка ${order.id} се изтрива без webhook. Да?`,
    })}
  </div>`;
}

function editForm(shop: Shop, order: OrderRow, skus: readonly Option[]): Html {
  const lines = linesOf(shop, order).map((line): Option => [
    String(line.id),
    `${line.sku ?? line.name} × ${line.quantity}`,
  ]);
  return html`<form data-send="POST /orders/${order.id}/edit" data-clear>
    <label
      >${both('Промени ред', 'Change line')}
      <select name="lines.change.0.line" data-as="number">
        ${options([['', '—'], ...lines])}
      </select></label
    >
    <label class="short"
      >${both('к-во', 'qty')}
      <input name="lines.change.0.quantity" inputmode="decimal" data-needs="lines.change.0.line"
    /></label>
    <label class="short"
      >${both('цена', 'price')}
      <input name="lines.change.0.price" placeholder="24.90" data-needs="lines.change.0.line"
    /></label>
    <label
      >${both('Добави', 'Add')}
      <select name="lines.add.0.sku">
        ${options([['', '—'], ...skus])}
      </select></label
    >
    <label class="short"
      >${both('к-во', 'qty')}
      <input name="lines.add.0.quantity" value="1" inputmode="decimal" data-needs="lines.add.0.sku"
    /></label>
    <label
      >${both('Махни ред', 'Remove line')}
      <select name="lines.remove.0" data-as="number">
        ${options([['', '—'], ...lines])}
      </select></label
    >
    <input type="hidden" name="addDiscounts.0.type" value="flat" data-needs="addDiscounts.0.value" />
    <input
      type="hidden"
      name="addDiscounts.0.name"
      value="Ръчна отстъпка"
      data-needs="addDiscounts.0.value"
    />
    <label class="short"
      >${both('Отстъпка', 'Discount')} <input name="addDiscounts.0.value" placeholder="5.00"
    /></label>
    <label class="short"
      >${both('Доставка', 'Delivery')} <input name="shipping.price" placeholder="4.80"
    /></label>
    <label>${both('Бележка', 'Note')} <input name="note" /></label>
    <button type="submit">${both('Запиши', 'Save')}</button>
  </form>`;
}

function moreForms(shop: Shop, order: OrderRow, statuses: readonly Option[]): Html {
  const at = `/orders/${order.id}`;
  const methods = shop.db.tables['payment-providers'].all().map(({ id, title }): Option => [id, title || id]);
  const reports = ['failed', 'timeouted', 'voided', 'refunded', 'chargebacked', 'disputed'];
  const lines = linesOf(shop, order).map((line): Option => [String(line.id), line.sku ?? line.name]);
  return html`<div class="columns">
    <form data-send="POST ${at}/status">
      <label
        >${both('Статус', 'Status')}
        <select name="status">
          ${options(statuses, order.status)}
        </select></label
      >
      <button type="submit">${both('Смени', 'Set')}</button>
    </form>
    <form data-send="POST ${at}/gateway">
      <label
        >${both('Операторът съобщава', 'Gateway reports')}
        <select name="status">
          ${options(reports.map((code): Option => [code, STATUSES[code]?.[0] ?? code]))}
        </select></label
      >
      <button type="submit">${both('Съобщи', 'Report')}</button>
    </form>
    <form data-send="POST ${at}/payment">
      <label
        >${both('Друго плащане', 'Other payment')}
        <select name="provider">
          ${options(methods, paymentOf(shop, order.id)?.provider)}
        </select></label
      >
      <button type="submit">${both('Смени', 'Set')}</button>
    </form>
    <form data-send="POST ${at}/partial-return">
      <label
        >${both('Частично връщане', 'Partial return')}
        <select name="lines.0" data-as="number">
          ${options(lines)}
        </select></label
      >
      <button type="submit">${both('Върни', 'Return')}</button>
    </form>
  </div>`;
}
