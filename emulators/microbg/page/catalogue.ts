import type { Item } from '../model.ts';
import { both, html, type Html } from '../../support/page.ts';
import { money, options, quantity, table, type View } from './view.ts';

/** Goods with stock of every object, what orders hold back, and the retail price. */
export function catalogue({ company, query }: View): Html {
  const heads = [
    both('Код', 'Code'),
    both('Стока', 'Item'),
    ...company.objects.map(({ Name }) => html`${Name}`),
    both('Поръчани', 'Reserved'),
    both('Цена на дребно', 'Retail price'),
  ];
  const rows = company.items
    .all()
    .filter((item) => item.NotStorable === 0 && item.Deleted === 0)
    .map((item) => [
      html`<code>${item.Code}</code>`,
      item.Name,
      ...company.objects.map(({ id }) => stock(company.stockOf(id, item.id))),
      reserved(company.objects.reduce((sum, { id }) => sum + company.reservedOf(id, item.id), 0)),
      price(item, query),
    ]);
  const numbers = company.objects.map((_, index) => index + 2);
  return table(heads, rows, ...numbers, numbers.length + 2, numbers.length + 3);
}

function stock(amount: number): Html {
  return amount < 0 ? html`<span class="tag bad">${quantity(amount)}</span>` : html`${quantity(amount)}`;
}

function reserved(amount: number): Html | null {
  return amount === 0 ? null : html`<span class="tag warn">${quantity(amount)}</span>`;
}

/** The retail price; it opens to be changed. */
function price(item: Item, query: string): Html {
  const amount = item.PriceOut[1] ?? 0;
  return html`<details data-key="price-${item.id}">
    <summary>${money(amount)}</summary>
    <form data-send="PATCH /items/${item.id}${query}">
      <label class="short">
        ${both('Цена', 'Price')}<input name="PriceOut2" data-as="number" value="${amount}" />
      </label>
      <button>${both('Запиши', 'Save')}</button>
    </form>
  </details>`;
}

/** Sets a figure of stock, as after a stock-taking. */
export function movePanel({ company, query }: View): Html {
  return html`<form class="card" data-send="PUT /stock${query}">
    <label>${both('Код', 'Code')}<input name="code" required placeholder="CUP-01" /></label>
    <label
      >${both('Обект', 'Object')}<select name="objectId" data-as="number">
        ${options(company.objects.map(({ id, Name }) => [id, Name]))}
      </select></label
    >
    <label class="short"
      >${both('Наличност', 'Stock')}<input name="quantity" data-as="number" required
    /></label>
    <button type="submit">${both('Задай наличност', 'Set stock')}</button>
  </form>`;
}

/** A new item of the catalogue. */
export function newItem({ query }: View): Html {
  return html`<details class="card" data-key="new-item">
    <summary><b>${both('Нова стока', 'New item')}</b></summary>
    <form data-send="POST /items${query}" data-clear>
      <label>${both('Код', 'Code')}<input name="items.0.Code" required /></label>
      <label>${both('Име', 'Name')}<input name="items.0.Name" /></label>
      <label class="short">${both('Цена', 'Price')}<input name="items.0.price" data-as="number" /></label>
      <label class="short"
        >${both('Наличност', 'Stock')}<input name="items.0.stock" data-as="number"
      /></label>
      <button type="submit">${both('Добави', 'Add')}</button>
    </form>
  </details>`;
}
