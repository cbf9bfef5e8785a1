import type { LoggedRequest } from '../../api/server.ts';
import type { EmulatorContext } from '../../emulator.ts';
import type { Delivery } from '../../webhooks/dispatcher.ts';
import { both, type Content, type Html, html, live } from '../../../support/page.ts';
import { action, clockTime, empty } from './parts.ts';

/** Rows of each list. */
const SHOWN = 30;

/** Tab of what goes over the wire, both ways. */
export function trafficTab(context: EmulatorContext): Content {
  return live('/page/traffic', trafficPart(context));
}

/** Requests that came, deliveries that went, and who is subscribed. */
export function trafficPart(context: EmulatorContext): Html {
  const requests = context.requests.since(0).slice(-SHOWN).reverse();
  const deliveries = context.dispatcher.since(0).slice(-SHOWN).reverse();
  return html`<div class="columns two">
    <div>
      <h3>${both('Заявки към магазина', 'Requests')}</h3>
      ${
        requests.length === 0
          ? empty('Още никой не е питал магазина.', 'Nobody has called the API yet.')
          : html`<div class="list">${requests.map(requestRow)}</div>`
      }
    </div>
    <div>
      <h3>${both('Доставки на събития', 'Webhook deliveries')}</h3>
      ${
        deliveries.length === 0
          ? empty('Още няма доставки. Абонирайте адрес и направете поръчка.', 'No deliveries yet.')
          : html`<div class="list">${deliveries.map(deliveryRow)}</div>`
      }
    </div>
    <div class="wide card">
      <h3>${both('Абонаменти', 'Subscriptions')}</h3>
      ${webhooks(context)}
    </div>
  </div>`;
}

type Kept<T> = T & { readonly seq: number };

function requestRow({ seq, at, method, path, query, body, status, ms }: Kept<LoggedRequest>): Html {
  const good = typeof status === 'number' && status < 400;
  const tone = good ? 'good' : status === 'open' ? 'warn' : 'bad';
  return html`<details data-key="request-${seq}">
    <summary>
      <span><b>${method}</b> ${path.replace('/api/v2/', '')}</span>
      <span class="number"
        ><span class="tag ${tone}">${status === 'open' ? 'тече' : status}</span>
        <span class="soft">${ms} ms · ${clockTime(at)}</span></span
      >
    </summary>
    <div class="inner">
      ${query !== '' && html`<pre>${query.replaceAll('&', '\n')}</pre>`}
      ${body === null ? html`<span class="soft">без тяло</span>` : html`<pre>${JSON.stringify(body, null, 2)}</pre>`}
    </div>
  </details>`;
}

const STATES: Readonly<Record<Delivery['state'], readonly [string, string]>> = {
  waiting: ['чака', 'warn'],
  sending: ['тръгна', 'warn'],
  delivered: ['доставена', 'good'],
  failed: ['неуспешна', 'bad'],
  abandoned: ['спряна', 'bad'],
  dropped: ['изгубена', 'bad'],
};

function deliveryRow({ seq, event, entityId, url, state, attempts, dueAt, body }: Kept<Delivery>): Html {
  const [word, tone] = STATES[state];
  return html`<details data-key="delivery-${seq}">
    <summary>
      <span><b>${event}</b> № ${entityId}</span>
      <span class="number"
        ><span class="tag ${tone}">${word}</span>
        <span class="soft"
          >${state === 'waiting' ? `в ${clockTime(dueAt)}` : (attempts.at(-1)?.outcome ?? '')}</span
        ></span
      >
    </summary>
    <div class="inner">
      <code>${url}</code>
      ${attempts.map(
        ({ at, outcome, ms }, index) =>
          html`<span>${index + 1}. ${clockTime(at)} · ${outcome} · ${ms} ms</span>`,
      )}
      <pre>${JSON.stringify(JSON.parse(body), null, 2)}</pre>
    </div>
  </details>`;
}

function webhooks({ shop }: EmulatorContext): Html {
  const rows = shop.db.tables.webhooks.all();
  if (rows.length === 0) return empty('Никой не е абониран за събития.', 'No webhook is subscribed.');
  return html`<div class="scroll">
    <table>
      ${rows.map(
        ({ id, event, url, active }) =>
          html`<tr>
            <td>№ ${id}</td>
            <td><b>${event}</b></td>
            <td><code>${url}</code></td>
            <td>
              <span class="tag ${active === 'yes' ? 'good' : 'bad'}"
                >${active === 'yes' ? 'включен' : 'изключен'}</span
              >
            </td>
            <td>
              <div class="actions">
                ${
                  active === 'yes'
                    ? action(`PATCH /webhooks/${id}`, both('Изключи', 'Disable'), { body: { active: 'no' } })
                    : action(`PATCH /webhooks/${id}`, both('Включи', 'Enable'), { body: { active: 'yes' } })
                }
                ${action(`DELETE /webhooks/${id}`, both('Изтрий', 'Delete'), { kind: 'danger' })}
              </div>
            </td>
          </tr>`,
      )}
    </table>
  </div>`;
}
