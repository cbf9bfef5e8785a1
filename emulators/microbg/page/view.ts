import type { Company } from '../company.ts';
import type { EmulatorContext } from '../emulator.ts';
import { type Content, html, type Html } from '../../support/page.ts';

/** What a part of the page shows. */
export interface View {
  readonly context: EmulatorContext;
  readonly company: Company;
  /** `?company=…`, for addresses of the control API. */
  readonly query: string;
}

/** How many rows a list shows at most: the newest, people do not read more. */
export const SHOWN = 60;

const AMOUNT = new Intl.NumberFormat('bg-BG', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const UNIT_PRICE = new Intl.NumberFormat('bg-BG', { minimumFractionDigits: 2, maximumFractionDigits: 7 });
const QUANTITY = new Intl.NumberFormat('bg-BG', { maximumFractionDigits: 3 });

/** A price that is not rounded to cents. */
export const unitPrice = (amount: number): string => UNIT_PRICE.format(amount);

/** An amount in two decimals. */
export const money = (amount: number): string => AMOUNT.format(amount);

/** A quantity without needless zeros. */
export const quantity = (amount: number): string => QUANTITY.format(amount);

/** A table; `numbers` are the columns that are set to the right. */
export function table(
  heads: readonly Html[],
  rows: readonly (readonly Content[])[],
  ...numbers: number[]
): Html {
  if (rows.length === 0)
    return html`<p class="card empty">Още няма нищо. <small lang="en">Nothing yet.</small></p>`;
  const cell = (content: Content, index: number): Html =>
    numbers.includes(index) ? html`<td class="number">${content}</td>` : html`<td>${content}</td>`;
  const head = (content: Html, index: number): Html =>
    numbers.includes(index) ? html`<th class="number">${content}</th>` : html`<th>${content}</th>`;
  return html`<div class="card scroll">
    <table>
      <thead>
        <tr>
          ${heads.map(head)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Says that a list was cut. */
export function cutNote(total: number): Html | null {
  if (total <= SHOWN) return null;
  return html`<p class="soft">
    Показани са последните ${SHOWN} от ${total}. <small lang="en">Newest of all.</small>
  </p>`;
}

/** A choice in a form. */
export function options(choices: readonly (readonly [value: number | string, label: string])[]): Html[] {
  return choices.map(([value, label]) => html`<option value="${value}">${label}</option>`);
}
