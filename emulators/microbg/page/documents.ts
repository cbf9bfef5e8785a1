import { operationView } from '../control/view.ts';
import { OPER } from '../model.ts';
import { both, html, type Html } from '../../support/page.ts';
import { cutNote, money, options, quantity, SHOWN, table, unitPrice, type View } from './view.ts';

const TYPES: ReadonlyMap<number, readonly [bulgarian: string, english: string]> = new Map([
  [OPER.delivery, ['Доставка', 'delivery']],
  [OPER.sale, ['Продажба', 'sale']],
  [OPER.writeOff, ['Изписване', 'write-off']],
  [OPER.deliveryRequest, ['Заявка за доставка', 'delivery request']],
  [OPER.order, ['Поръчка', 'order']],
  [OPER.debitNote, ['Дебитно известие', 'debit note']],
  [OPER.creditNote, ['Кредитно известие', 'credit note']],
  [OPER.customerClaim, ['Рекламация от клиент', 'customer claim']],
  [OPER.supplierClaim, ['Рекламация към доставчик', 'supplier claim']],
]);

type Shown = ReturnType<typeof operationView>;

/** All documents, newest first, with what a person can do to each. */
export function documents(view: View): Html {
  const { company } = view;
  const all = company.operations.all();
  const shown = all.slice(-SHOWN).reverse();
  if (shown.length === 0) return table([], []);
  return html`${cutNote(all.length)}
    <div class="list">${shown.map((row) => document(view, operationView(company, row)))}</div>`;
}

function document(view: View, row: Shown): Html {
  const [bulgarian, english] = TYPES.get(row.type) ?? ['Друго', 'other'];
  return html`<details data-key="operation-${row.id}">
    <summary>
      <span><b>${bulgarian} № ${row.number}</b><br /><small lang="en">${english} ${row.type}</small></span>
      <span>${row.partner}<br /><small>${row.issuedAt}</small></span>
      <span>${row.note}</span>
      <span>${origin(view, row)}</span>
      <span
        >${row.paid === 0 ? null : html`<span class="tag good">платено ${money(row.paid)}</span>`}
        ${row.invoices.map((number) => html`<span class="tag">ф-ра ${number}</span>`)}</span
      >
      <b class="number">${money(row.gross)}</b>
    </summary>
    <div class="inner">${lines(row)} ${facts(view, row)} ${actions(view, row)}</div>
  </details>`;
}

function origin({ company }: View, row: Shown): Html {
  if (row.apiId === null) return html`<span class="tag">${both('служител', 'staff')}</span>`;
  const name = company.applications.find((each) => each.apiId === row.apiId)?.name ?? row.apiId;
  return html`<span class="tag warn">${name}</span>
    <small>${row.extAppDocId === null ? '' : `ExtAppDocId ${row.extAppDocId}`}</small>`;
}

function lines(row: Shown): Html {
  const heads = [
    both('Стока', 'Item'),
    both('Количество', 'Quantity'),
    both('Цена', 'Price'),
    both('Отстъпка', 'Discount'),
    both('Без ДДС', 'Net'),
    both('ДДС', 'VAT'),
    both('Бележка', 'Note'),
  ];
  const rows = row.lines.map((line) => [
    html`<code>${line.code}</code> ${line.name}`,
    quantity(line.quantity),
    money(line.price),
    line.discount === 0 ? '' : `${line.discount} %`,
    unitPrice(line.priceOut),
    `${line.taxValue} %`,
    line.note,
  ]);
  return table(heads, rows, 1, 2, 3, 4, 5);
}

function facts({ company }: View, row: Shown): Html {
  const place = company.objects.find((each) => each.id === row.objectId)?.Name;
  const payment = company.paymentTypes.find((each) => each.id === row.paymentTypeId)?.Name ?? 'без';
  return html`<p class="soft">
    Без ДДС ${money(row.net)} · ДДС ${money(row.vat)} · общо ${money(row.gross)} · редове
    ${money(row.lineGross)} · ${place} · плащане: ${payment} · цени
    ${row.pricesWithVat === 1 ? 'с ДДС' : 'без ДДС'} · id ${row.id} · променен ${row.updatedAt}
  </p>`;
}

/** What a person at the screen can do to a document (E-24). */
function actions({ company, query }: View, row: Shown): Html {
  const path = `/operations/${row.id}`;
  const toSale = html`<button class="main" data-send="POST ${path}/to-sale${query}">
      ${both('Направи продажба', 'To sale')}
    </button>
    <button data-send="POST ${path}/to-sale${query}" data-body='{"inherit":true}'>
      ${both('Продажба със същия външен номер', 'To sale, inherit ExtAppDocId')}
    </button>`;
  const invoice = html`<button data-send="POST ${path}/invoice${query}">
    ${both('Фактурирай', 'Invoice')}
  </button>`;
  return html`<div class="actions">
      ${row.type === OPER.order && toSale} ${row.type === OPER.sale && invoice}
      <button
        class="danger"
        data-send="DELETE ${path}${query}"
        data-confirm="Да се изтрие ли документ ${row.number}?"
      >
        ${both('Изтрий', 'Delete')}
      </button>
    </div>
    <form data-send="PATCH ${path}${query}">
      <label>${both('Бележка', 'Note')}<input name="Note" value="${row.note}" /></label>
      <label class="short"
        >${both('Партньор', 'Partner id')}<input name="PartnerId" data-as="number" value="${row.partnerId}"
      /></label>
      <button>${both('Промени като служител', 'Edit as staff')}</button>
    </form>
    <form data-send="POST ${path}/payments${query}">
      <label class="short"
        >${both('Сума', 'Amount')}<input name="Amount" data-as="number" value="${row.gross}"
      /></label>
      <label
        >${both('Начин', 'Type')}<select name="PaymentTypeId" data-as="number">
          ${options(company.paymentTypes.map(({ id, Name }) => [id, Name]))}
        </select></label
      >
      <button>${both('Плати', 'Pay')}</button>
    </form>`;
}

/** A document that a person makes. */
export function newDocument({ company, query }: View): Html {
  const types = [OPER.sale, OPER.order, OPER.delivery].map(
    (type) => [type, TYPES.get(type)?.[0] ?? ''] as const,
  );
  const goods = company.items
    .all()
    .filter((item) => item.Deleted === 0)
    .slice(0, 60);
  return html`<details class="card" data-key="new-document">
    <summary><b>${both('Нов документ', 'New document')}</b></summary>
    <form data-send="POST /operations${query}" data-done="Документ {id}" data-clear>
      <label
        >${both('Вид', 'Type')}<select name="OperType" data-as="number">
          ${options(types)}
        </select></label
      >
      <label
        >${both('Партньор', 'Partner')}<select name="PartnerId" data-as="number">
          ${options(
            company.partners
              .all()
              .slice(0, SHOWN)
              .map(({ id, Name }) => [id, Name]),
          )}
        </select></label
      >
      <label
        >${both('Стока', 'Item')}<select name="Items.0.ItemId" data-as="number">
          ${options(goods.map(({ id, Code, Name }) => [id, `${Code} ${Name}`]))}
        </select></label
      >
      <label class="short"
        >${both('Количество', 'Quantity')}<input name="Items.0.Qtty" data-as="number" value="1"
      /></label>
      <label class="short"
        >${both('Цена', 'Price')}<input name="Items.0.Price" data-as="number" value="9.60"
      /></label>
      <label>${both('Бележка', 'Note')}<input name="Note" /></label>
      <button type="submit">${both('Запиши', 'Save')}</button>
    </form>
  </details>`;
}
