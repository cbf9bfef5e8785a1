import { offsetDate } from '../../clock.ts';
import { decimalText } from '../../orders/amounts.ts';
import { type Content, type Html, html } from '../../../support/page.ts';
import { STATUSES } from './words.ts';

/** A choice in a list: its value and what people read. */
export type Option = readonly [value: string, text: Content];

/** Options of a select, the chosen one marked. */
export function options(list: readonly Option[], chosen?: string): Html {
  return html`${list.map(([value, text]) =>
    value === chosen
      ? html`<option value="${value}" selected>${text}</option>`
      : html`<option value="${value}">${text}</option>`,
  )}`;
}

/** A status as a coloured word; custom ones as they are. */
export function statusTag(code: string): Html {
  const [word, tone] = STATUSES[code] ?? [code, ''];
  return html`<span class="tag ${tone}" title="${code}">${word}</span>`;
}

/** `59.46 EUR` for 5946. */
export function money(minor: number, currency: string): string {
  return `${decimalText(minor)} ${currency}`;
}

/** Day and time in the shop: `25.11.2026 12:27:18`. */
export function time(ms: number): string {
  const [day = '', clock = ''] = offsetDate(ms).split('T');
  return `${day.split('-').toReversed().join('.')} ${clock.slice(0, 8)}`;
}

/** The same without year and seconds: `25.11. 12:27`. */
export function shortTime(ms: number): string {
  const text = time(ms);
  return `${text.slice(0, 6)} ${text.slice(11, 16)}`;
}

/** Time of day in the shop. */
export function clockTime(ms: number): string {
  return offsetDate(ms).slice(11, 19);
}

/** A button that sends a request. */
export function action(
  send: string,
  text: Content,
  more: { readonly body?: unknown; readonly confirm?: string; readonly kind?: string } = {},
): Html {
  return html`<button
    type="button"
    class="${more.kind ?? ''}"
    data-send="${send}"
    data-body="${JSON.stringify(more.body ?? {})}"
    data-confirm="${more.confirm ?? ''}"
  >
    ${text}
  </button>`;
}

/** Said where there is nothing yet: what will be here, and how it gets here. */
export function empty(bulgarian: string, english: string): Html {
  return html`<p class="empty">${bulgarian}<br /><small lang="en">${english}</small></p>`;
}
