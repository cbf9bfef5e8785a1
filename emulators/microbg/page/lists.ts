import { both, html, type Html } from '../../support/page.ts';
import { cutNote, money, SHOWN, table, type View } from './view.ts';

/** Payments, newest first; two equal ones stand beside each other. */
export function payments({ company }: View): Html {
  const all = company.payments.all();
  const heads = [
    both('Номер', 'Id'),
    both('Дата', 'Date'),
    both('Документ', 'Operation'),
    both('Начин', 'Type'),
    both('Записано', 'Source'),
    both('Сума', 'Amount'),
  ];
  const rows = all
    .slice(-SHOWN)
    .reverse()
    .map((each) => {
      const operation = company.operations.get(each.OperationId);
      const type = company.paymentTypes.find(({ id }) => id === each.PaymentTypeId)?.Name;
      const note = `№ ${operation?.Acct ?? '?'} ${operation?.Note ?? ''}`;
      const source = each.source === 'add' ? 'отделно' : 'с документа';
      return [each.id, each.Date, note, type, source, money(each.Amount)];
    });
  return html`${cutNote(all.length)} ${table(heads, rows, 5)}`;
}

/** Invoices and notes, newest first. */
export function invoices({ company, context }: View): Html {
  const all = company.invoices.all();
  const heads = [
    both('Номер', 'Number'),
    both('Дата', 'Date'),
    both('Получател', 'Recipient'),
    both('Съставил', 'Compiler'),
    both('Без ДДС', 'Net'),
    both('ДДС', 'VAT'),
    html`PDF`,
  ];
  const rows = all
    .slice(-SHOWN)
    .reverse()
    .map((each) => [
      html`<b>${each.DocNr}</b>`,
      each.Date,
      company.partners.get(each.PartnerId)?.Name,
      each.Compiler,
      money(each.Amount),
      money(each.AmountVat),
      html`<a href="${context.origin()}/createPDF/${each.token}/Invoice-${each.DocNr}.pdf">PDF</a>`,
    ]);
  return html`${cutNote(all.length)} ${table(heads, rows, 4, 5)}`;
}

/** Partners, newest first, each of which a person can change. */
export function partners({ company, query }: View): Html {
  const all = company.partners.all();
  const shown = all.slice(-SHOWN).reverse();
  return html`${cutNote(all.length)}
    <div class="list">
      ${shown.map(
        (each) =>
          html`<details data-key="partner-${each.id}">
            <summary>
              <span
                ><b>${each.Name}</b> ${each.Deleted === 1 && html`<span class="tag bad">изтрит</span>`}</span
              >
              <span>${each.City}</span>
              <span>${each.eMail}<br /><small>${each.Phone}</small></span>
              <span>${each.TaxID === '' ? null : `ЕИК ${each.TaxID}`}<br /><small>${each.VatID}</small></span>
              <small>id ${each.id} · ${each.DateUpdated}</small>
            </summary>
            <form class="inner" data-send="PATCH /partners/${each.id}${query}">
              <label>${both('Име', 'Name')}<input name="Name" value="${each.Name}" /></label>
              <label>${both('Е-поща', 'E-mail')}<input name="eMail" value="${each.eMail}" /></label>
              <label>${both('Телефон', 'Phone')}<input name="Phone" value="${each.Phone}" /></label>
              <label>${both('Град', 'City')}<input name="City" value="${each.City}" /></label>
              <div class="actions">
                <button>${both('Запиши', 'Save')}</button>
                <button type="button" class="danger" data-send="DELETE /partners/${each.id}${query}">
                  ${both('Изтрий', 'Delete')}
                </button>
              </div>
            </form>
          </details>`,
      )}
    </div>`;
}
