import { FAULT_KINDS } from '../faults.ts';
import { READERS, WRITERS } from '../functions/table.ts';
import { describeSwitches } from '../switches.ts';
import { both, html, type Html } from '../../support/page.ts';
import { options, SHOWN, table, type View } from './view.ts';

/** Calls of the API, newest first, with what they carried. */
export function requestList({ context }: View): Html {
  const shown = context.requests.since(0).slice(-SHOWN).reverse();
  if (shown.length === 0) return table([], []);
  return html`<div class="actions">
      <button data-send="DELETE /requests">${both('Изчисти', 'Clear')}</button>
    </div>
    <div class="list">
      ${shown.map(
        (each) =>
          html`<details data-key="request-${each.seq}">
            <summary>
              <b>${each.function === '' ? '?' : each.function}</b>
              <span><span class="tag ${outcomeTag(each.outcome)}">${each.outcome}</span></span>
              <span>${each.errors.join(', ')}</span>
              <small>${new Date(each.at).toISOString().slice(11, 19)} UTC · ${each.ms} ms</small>
              <small>ApiId ${each.apiId}</small>
            </summary>
            <div class="inner">
              <pre>${JSON.stringify({ parameters: each.parameters, data: each.functionData }, null, 2)}</pre>
            </div>
          </details>`,
      )}
    </div>`;
}

function outcomeTag(outcome: string): string {
  if (outcome === 'ok') return 'good';
  return outcome === 'open' ? 'warn' : 'bad';
}

/** Breaks the next calls. */
export function faultForm(): Html {
  const names = [...READERS.keys(), ...WRITERS.keys()].map((name) => [name, name] as const);
  return html`<form class="card" data-send="POST /faults">
    <label
      >${both('Повреда', 'Fault')}<select name="kind">
        ${options(FAULT_KINDS.map((kind) => [kind, kind]))}
      </select></label
    >
    <label
      >${both('Функция', 'Function')}<select name="function">
        ${options([['', 'всяка'], ...names])}
      </select></label
    >
    <label class="short">${both('Пъти', 'Times')}<input name="times" data-as="number" value="1" /></label>
    <label class="short">ms<input name="ms" data-as="number" value="1000" /></label>
    <button type="submit">${both('Повреди', 'Break')}</button>
    <button type="button" data-send="DELETE /faults">${both('Оправи всичко', 'Mend all')}</button>
  </form>`;
}

/** Waiting faults, parked calls, and the switches. */
export function switchList({ context }: View): Html {
  const { faults, held, warehouse } = context;
  const waiting = faults.all().map((each) => [each.kind, each.function ?? 'всяка', each.times]);
  const parked = held.all().map((each) => [
    each.function,
    html`<code>${JSON.stringify(each.functionData)}</code>`,
    html`<div class="actions">
      <button class="main" data-send="POST /held/${each.id}/release">${both('Приложи', 'Apply')}</button>
      <button data-send="POST /held/${each.id}/release" data-body='{"answer":false}'>
        ${both('Приложи без отговор', 'Apply, no answer')}
      </button>
      <button class="danger" data-send="POST /held/${each.id}/release" data-body='{"apply":false}'>
        ${both('Откажи', 'Refuse')}
      </button>
    </div>`,
  ]);
  const switches = describeSwitches(warehouse.switches).map((each) => [
    html`<code>${each.name}</code>`,
    each.about,
    field(each),
  ]);
  return html`${
    waiting.length > 0 &&
    table([both('Повреда', 'Fault'), both('Функция', 'Function'), both('Пъти', 'Times')], waiting)
  }
  ${parked.length > 0 && table([both('Спряно', 'Parked'), html`Data`, html``], parked)}
  ${table([both('Ключ', 'Switch'), both('Значение', 'Meaning'), both('Стойност', 'Value')], switches)}`;
}

type Described = ReturnType<typeof describeSwitches>[number];

function field({ name, value, initial, allowed }: Described): Html {
  const changed = value === initial ? null : html`<span class="tag warn">променен</span>`;
  if (!Array.isArray(allowed)) {
    const as = typeof value === 'number' ? 'number' : 'text';
    return html`<form data-send="PATCH /switches">
      <label class="short"
        ><input name="${name}" aria-label="${name}" data-as="${as}" value="${String(value)}"
      /></label>
      <button>${both('Запиши', 'Save')}</button>
      ${changed}
    </form>`;
  }
  const choices = allowed.map((each) =>
    each === value
      ? html`<option value="${JSON.stringify(each)}" selected>${String(each)}</option>`
      : html`<option value="${JSON.stringify(each)}">${String(each)}</option>`,
  );
  return html`<select
      data-send="PATCH /switches"
      data-send-on-change
      name="${name}"
      aria-label="${name}"
      data-as="json"
    >
      ${choices}
    </select>
    ${changed}`;
}
