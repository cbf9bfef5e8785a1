import type { ServerResponse } from 'node:http';
import { companyOf } from '../control/company.ts';
import type { EmulatorContext } from '../emulator.ts';
import { both, html, type Html, live, renderPage, sendHtml } from '../../support/page.ts';
import { catalogue, movePanel, newItem } from './catalogue.ts';
import { documents, newDocument } from './documents.ts';
import { invoices, partners, payments } from './lists.ts';
import { faultForm, requestList, switchList } from './technical.ts';
import type { View } from './view.ts';

/** A live part of the page: fetched again and again while it is shown. */
type Part = (view: View) => Html;

const PARTS: Readonly<Record<string, Part>> = {
  documents,
  catalogue,
  payments,
  invoices,
  partners,
  requests: requestList,
  switches: switchList,
};

/** Serves the page for people and its parts (E-28); false when the path is none of them. */
export function servePage(context: EmulatorContext, url: URL, response: ServerResponse): boolean {
  const part = /^\/page\/(\w+)$/.exec(url.pathname)?.[1];
  const render = part === undefined ? undefined : PARTS[part];
  if (url.pathname !== '/' && render === undefined) return false;
  const company = companyOf(context, { params: url.searchParams });
  const view: View = { context, company, query: `?company=${encodeURIComponent(company.key)}` };
  sendHtml(response, render === undefined ? page(view) : render(view));
  return true;
}

function page(view: View): Html {
  const { company, context } = view;
  const part = (name: string): Html => live(`/page/${name}${view.query}`, PARTS[name]?.(view));
  const { settings } = company;
  return renderPage({
    title: `micro.bg · ${settings.CompanyName}`,
    subtitle: html`Емулатор на склада ${settings.CompanyName}, ЕИК ${settings.Inn}, ${settings.currencyCode} ·
      ${both('вход', 'entry point')} <code>${context.origin()}${context.path}</code>`,
    status: companyLinks(view),
    tabs: [
      {
        id: 'documents',
        title: both('Документи', 'Operations'),
        body: [newDocument(view), part('documents')],
      },
      {
        id: 'stock',
        title: both('Наличности', 'Stock'),
        body: [movePanel(view), newItem(view), part('catalogue')],
      },
      { id: 'payments', title: both('Плащания', 'Payments'), body: part('payments') },
      { id: 'invoices', title: both('Фактури', 'Invoices'), body: part('invoices') },
      { id: 'partners', title: both('Партньори', 'Partners'), body: part('partners') },
      { id: 'requests', title: both('Заявки', 'Requests'), body: part('requests') },
      {
        id: 'faults',
        title: both('Повреди', 'Faults'),
        body: [faultForm(), part('switches')],
      },
    ],
  });
}

function companyLinks({ context, company }: View): Html[] {
  return context.warehouse
    .companies()
    .map(({ key, settings }) =>
      key === company.key
        ? html`<b>${settings.CompanyName}</b> `
        : html`<a href="/?company=${encodeURIComponent(key)}">${settings.CompanyName}</a> `,
    );
}
