import { codeKey, type Company } from '../company.ts';
import type { Item, Operation } from '../model.ts';
import { companyOf, numberIn } from './company.ts';
import { ControlError } from '../../support/control.ts';
import { type ControlRoute, on } from './route.ts';
import { historyView, operationView, stockView } from './view.ts';

/** Operations that the filters leave, by an index where one is named. */
function operationsOf(company: Company, params: URLSearchParams): Operation[] {
  const ext = numberIn(params, 'ext');
  const type = numberIn(params, 'type');
  const note = params.get('note');
  const apiId = params.get('apiId');
  const { operations } = company;
  const byType = (): Operation[] =>
    type === undefined ? operations.all() : operations.find('type', String(type));
  const found = ext === undefined ? byType() : operations.find('ext', String(ext));
  return found.filter(
    (row) =>
      (type === undefined || row.OperType === type) &&
      (note === null || row.Note.includes(note)) &&
      (apiId === null || row.apiId === apiId),
  );
}

/** Items under a code, or all of them. */
export function itemsOf(company: Company, params: URLSearchParams): Item[] {
  const code = params.get('code');
  return code === null ? company.items.all() : company.items.find('code', codeKey(code));
}

/** The last `limit` rows, newest first with `order=newest`. */
function cut<T>(rows: T[], params: URLSearchParams): T[] {
  const limit = numberIn(params, 'limit');
  const kept = limit === undefined ? rows : rows.slice(-limit);
  return params.get('order') === 'newest' ? kept.reverse() : kept;
}

/** What the warehouse really holds: from here tests take their verdict. */
export const viewRoutes: readonly ControlRoute[] = [
  on('GET /operations', (context, request) => {
    const company = companyOf(context, request);
    const rows = operationsOf(company, request.params);
    const shown = cut(rows, request.params);
    return { total: rows.length, operations: shown.map((row) => operationView(company, row)) };
  }),
  on('GET /operations/:id', (context, request) => {
    const company = companyOf(context, request);
    const operation = company.operations.get(Number(request.names['id']));
    if (operation === undefined) throw new ControlError(404, `no operation ${request.names['id']}`);
    return operationView(company, operation);
  }),
  on('GET /history', (context, request) => {
    const company = companyOf(context, request);
    const since = numberIn(request.params, 'since') ?? 0;
    const entries = company.history.slice(since);
    return { history: entries.map((entry, index) => historyView(company, entry, since + index + 1)) };
  }),
  on('GET /payments', (context, request) => ({
    payments: cut(companyOf(context, request).payments.all(), request.params),
  })),
  on('GET /invoices', (context, request) => ({
    invoices: cut(companyOf(context, request).invoices.all(), request.params),
  })),
  on('GET /stock', (context, request) => {
    const company = companyOf(context, request);
    const rows = itemsOf(company, request.params).filter((item) => item.NotStorable === 0);
    return { stock: rows.map((item) => stockView(company, item)) };
  }),
  on('GET /partners', (context, request) => {
    const { partners } = companyOf(context, request);
    const email = request.params.get('email');
    const rows = email === null ? partners.all() : partners.find('email', email.toLowerCase());
    return { partners: cut(rows, request.params) };
  }),
  on('GET /items', (context, request) => ({ items: itemsOf(companyOf(context, request), request.params) })),
];
