import { EVENTS } from '../../api/resources/webhooks.ts';
import type { EmulatorContext } from '../../emulator.ts';
import { FAULT_KINDS } from '../../faults.ts';
import { describeSwitches, type SwitchDescription } from '../../switches.ts';
import { DELIVERY_FAULT_KINDS } from '../../webhooks/delivery-faults.ts';
import { both, type Content, type Html, html, live } from '../../../support/page.ts';
import { action, empty, type Option, options, time } from './parts.ts';
import { DELIVERY_FAULTS, FAULTS, SWITCHES } from './words.ts';

/** Tab of the switches. */
export function switchesTab(context: EmulatorContext): Content {
  return live('/page/switches', switchesPart(context));
}

/** All switches; those that were moved stand out. */
export function switchesPart({ shop }: EmulatorContext): Html {
  return html`<div class="card scroll">
    <table>
      ${describeSwitches(shop.switches).map(
        (each) =>
          html`<tr>
            <td>
              ${SWITCHES[each.name]}
              ${each.value !== each.initial && html`<span class="tag warn">променен</span>`}<br />
              <small><code>${each.name}</code> <span lang="en">${each.about}</span></small>
            </td>
            <td>${switchInput(each)}</td>
          </tr>`,
      )}
    </table>
  </div>`;
}

function switchInput({ name, value, allowed }: SwitchDescription): Html {
  if (typeof allowed === 'string')
    return html`<form data-send="PATCH /switches">
      <input
        name="${name}"
        value="${value === null ? 'null' : String(value)}"
        data-as="json"
        size="7"
        title="${allowed}"
        aria-label="${name}"
      />
      <button type="submit">${both('Запиши', 'Save')}</button>
    </form>`;
  const list = allowed.map((each): Option => [JSON.stringify(each), wordOf(each)]);
  return html`<select
    name="${name}"
    data-as="json"
    data-send-on-change
    data-send="PATCH /switches"
    aria-label="${name}"
  >
    ${options(list, JSON.stringify(value))}
  </select>`;
}

function wordOf(value: string | boolean | number | null): string {
  if (typeof value === 'boolean') return value ? 'да' : 'не';
  return String(value);
}

/** Tab of faults: what the next requests and deliveries will suffer. */
export function faultsTab(context: EmulatorContext): Content {
  const kinds = FAULT_KINDS.map((kind): Option => [kind, `${kind} · ${FAULTS[kind]}`]);
  const deliveries = DELIVERY_FAULT_KINDS.map((kind): Option => [kind, `${kind} · ${DELIVERY_FAULTS[kind]}`]);
  return html`<div class="columns">
      <div class="card">
        <h3>${both('Следващите заявки', 'Next requests')}</h3>
        <form data-send="POST /faults">
          <label
            >${both('Какво', 'What')}
            <select name="kind">
              ${options(kinds)}
            </select></label
          >
          <label class="short"
            >${both('Метод', 'Method')}
            <select name="method">
              ${options([['', 'всеки'], ...['GET', 'POST', 'PATCH', 'DELETE'].map((each): Option => [each, each])])}
            </select></label
          >
          <label>${both('Път започва с', 'Path')} <input name="path" placeholder="/api/v2/orders" /></label>
          ${numberField('times', both('Пъти', 'Times'), 1)} ${numberField('after', both('След', 'After'), 0)}
          ${numberField('ms', 'ms', 1000)}
          <button type="submit">${both('Задай', 'Set')}</button>
        </form>
      </div>
      <div class="card">
        <h3>${both('Следващите доставки', 'Next deliveries')}</h3>
        <form data-send="POST /webhook-faults">
          <label
            >${both('Какво', 'What')}
            <select name="kind">
              ${options(deliveries)}
            </select></label
          >
          <label
            >${both('Събитие', 'Event')}
            <select name="event">
              ${options([['', 'всяко'], ...EVENTS.map((event): Option => [event, event])])}
            </select></label
          >
          ${numberField('times', both('Пъти', 'Times'), 1)} ${numberField('ms', 'ms', 60_000)}
          <button type="submit">${both('Задай', 'Set')}</button>
        </form>
      </div>
    </div>
    ${live('/page/faults', faultsPart(context))}`;
}

function numberField(name: string, label: Content, value: number): Html {
  return html`<label class="short"
    >${label} <input name="${name}" type="number" min="0" value="${value}" data-as="number"
  /></label>`;
}

/** Faults that still wait for somebody, and requests that are held. */
export function faultsPart({ faults, dispatcher, held, shop }: EmulatorContext): Html {
  const waiting = [
    ...faults.all().map((each) => ({
      what: `${each.kind} · ${FAULTS[each.kind]}`,
      where: `${each.method ?? 'всеки метод'} ${each.path === null ? '' : String(each.path)}`,
      times: each.times,
    })),
    ...dispatcher.faults.all().map((each) => ({
      what: `${each.kind} · ${DELIVERY_FAULTS[each.kind]}`,
      where: each.event ?? 'всяко събитие',
      times: each.times,
    })),
  ];
  return html`<div class="columns">
    <div class="card">
      <h3>${both('Зададени', 'Set')}</h3>
      ${
        waiting.length === 0
          ? empty('Няма зададени неизправности: всичко работи.', 'No faults are set.')
          : html`<table>
                ${waiting.map(
                  ({ what, where, times }) =>
                    html`<tr>
                      <td>${what}<br /><small>${where}</small></td>
                      <td class="number">× ${times}</td>
                    </tr>`,
                )}
              </table>
              <div class="actions">
                ${action('DELETE /faults', both('Махни всички', 'Clear'), { kind: 'danger' })}
              </div>`
      }
    </div>
    <div class="card">
      <h3>${both('Задържани заявки', 'Held requests')}</h3>
      ${
        held.all().length === 0
          ? empty('Никоя заявка не е задържана (park).', 'No request is held.')
          : held.all().map(
              ({ id, method, target, since }) =>
                html`<p>
                    <b>${method}</b> <code>${target}</code>
                    <small>${time(since + shop.clock.offsetMs)}</small>
                  </p>
                  <div class="actions">
                    ${release(id, 'Изпълни и отговори', true, true)}
                    ${release(id, 'Изпълни, без отговор', true, false)}
                    ${release(id, 'Не изпълнявай', false, false)}
                  </div>`,
            )
      }
    </div>
  </div>`;
}

function release(id: number, text: string, apply: boolean, answer: boolean): Html {
  return action(`POST /held/${id}/release`, text, { body: { apply, answer } });
}

const STEPS = [
  ['1 мин', 60_000],
  ['2 мин', 120_000],
  ['10 мин', 600_000],
  ['1 час', 3_600_000],
  ['1 ден', 86_400_000],
] as const;

/** Tab of the shop as a whole: clock, settings, key, reset. */
export function shopTab(context: EmulatorContext): Content {
  return html`<div class="columns">
    <div class="card">
      <h3>${both('Часовник', 'Clock')}</h3>
      <p>
        Напред минава времето на магазина: повторните доставки и лимитът на заявки го следват.
        <small lang="en">Retries and the rate limit follow the shop’s clock.</small>
      </p>
      <div class="actions">
        ${STEPS.map(([text, advanceMs]) => action('POST /clock', `+ ${text}`, { body: { advanceMs } }))}
        ${action('POST /clock', both('Верен час', 'Real time'), { body: { offsetMs: 0 } })}
      </div>
    </div>
    <div class="card">
      <h3>${both('Магазин', 'Shop')}</h3>
      ${live('/page/shop', shopPart(context))}
    </div>
    <div class="card">
      <h3>${both('Отначало', 'Reset')}</h3>
      <p>Връща магазина в началното състояние: поръчки, каталог, ключове, абонаменти.</p>
      <div class="actions">
        ${action('POST /reset', both('Започни отначало', 'Reset the shop'), {
          kind: 'danger',
          confirm: 'Всичко в магазина се връща в началото. Да?',
        })}
      </div>
    </div>
  </div>`;
}

/** Settings and key, as they are now. */
export function shopPart({ shop }: EmulatorContext): Html {
  const { settings, switches } = shop;
  const [key] = shop.db.tables['api-keys'].all();
  const toggle = (name: 'maintenance' | 'planExpired', on: Content, off: Content): Html =>
    action('PATCH /switches', switches[name] ? off : on, { body: { [name]: !switches[name] } });
  return html`<p>
      ${settings.name} · ${settings.currency} ·
      ${settings.vatIncluded === 'yes' ? 'цени с ДДС' : 'цени без ДДС'}
    </p>
    <p>${both('Ключ', 'API key')}: <code>${key?.value}</code></p>
    <div class="actions">
      ${action('POST /keys/rotate', both('Нов ключ', 'Rotate key'), {
        confirm: 'Старият ключ спира да работи. Да?',
      })}
      ${toggle('maintenance', both('В поддръжка', 'Maintenance'), both('Край на поддръжката', 'End maintenance'))}
      ${toggle('planExpired', both('Планът изтича', 'Plan expires'), both('Планът е платен', 'Plan renewed'))}
      ${action(
        'PATCH /settings',
        settings.vatIncluded === 'yes'
          ? both('Цени без ДДС', 'Net prices')
          : both('Цени с ДДС', 'Gross prices'),
        {
          body: { vatIncluded: settings.vatIncluded === 'yes' ? 'no' : 'yes' },
        },
      )}
      ${
        settings.currency === 'BGN'
          ? action('POST /convert-to-euro', both('Към евро', 'Convert to euro'))
          : action('PATCH /settings', both('Магазин в лева', 'Shop in BGN'), { body: { currency: 'BGN' } })
      }
    </div>`;
}

/** State in the head of the page. */
export function statusPart({ shop }: EmulatorContext): Html {
  const { maintenance, planExpired, webhooksOn } = shop.switches;
  return html`${maintenance && html`<span class="tag bad">поддръжка</span>`}
    ${planExpired && html`<span class="tag bad">изтекъл план</span>`}
    ${!webhooksOn && html`<span class="tag bad">без доставки</span>`}
    <span class="tag ${shop.clock.offsetMs === 0 ? '' : 'warn'}">${time(shop.clock.now())}</span>
    <span class="tag">${shop.db.tables.orders.size} поръчки</span>`;
}
