import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

/** Markup: everything that came from outside was escaped on the way in. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in markup; texts are escaped, absent values are nothing. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function write(content: Content): string {
  if (content instanceof Html) return content.text;
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'object') return content.map(write).join('');
  return String(content).replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
}

/** Template for markup: html`<b>${name}</b>` escapes the name. Attributes must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.reduce((text, part, index) => text + write(values[index - 1]) + part));
}

/** A word in Bulgarian with its English one beside it, smaller. */
export function both(bulgarian: string, english: string): Html {
  return html`${bulgarian} <small lang="en">${english}</small>`;
}

/**
 * A part of the page that is fetched from `address` every second and a half while it is shown. It keeps still while
 * somebody types in it; a `<details data-key="…">` stays open.
 */
export function live(address: string, first: Content): Html {
  return html`<div class="live" data-live="${address}">${first}</div>`;
}

/** One tab of a page; the first one is shown at the beginning. */
export interface PageTab {
  readonly id: string;
  readonly title: Html;
  readonly body: Content;
}

/** What a page of an emulator consists of. */
export interface PageContent {
  readonly title: string;
  readonly subtitle: Content;
  /** At the right of the head: state, clock. */
  readonly status: Content;
  readonly tabs: readonly PageTab[];
}

/**
 * The whole page. Forms with `data-send="POST /path"` and buttons with `data-send` (and `data-body`, JSON) send JSON
 * to the control API, say what came of it and refresh the live parts. Field names are paths (`customer.email`,
 * `lines.0.sku`); empty fields are left out; `data-as="number"` or `"json"` reads the value as such.
 */
export function renderPage({ title, subtitle, status, tabs }: PageContent): Html {
  const links = tabs.map(({ id, title }) => html`<a href="#${id}" data-tab="${id}">${title}</a>`);
  const sections = tabs.map(
    ({ id, title, body }) =>
      html`<section id="tab-${id}" hidden>
        <h2>${title}</h2>
        ${body}
      </section>`,
  );
  return html`<!doctype html>
    <html lang="bg">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${STYLE}
      </head>
      <body>
        <header>
          <div>
            <h1>${title}</h1>
            <p>${subtitle}</p>
          </div>
          <div class="status">${status}</div>
        </header>
        <nav>${links}</nav>
        <p id="lost" role="alert" hidden>
          Емулаторът не отговаря. Спрян ли е? <small lang="en">The emulator does not answer.</small>
        </p>
        <main>${sections}</main>
        <output id="notice" aria-live="polite" hidden></output>
        ${SCRIPT}
      </body>
    </html> `;
}

/** Without any white space of a template: the policy below names the hash of exactly this content. */
const STYLE = new Html(`<style>${PAGE_STYLE}</style>`);
const SCRIPT = new Html(`<script>${PAGE_SCRIPT}</script>`);

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing runs but our own script: what a shop or a buyer wrote is shown, never executed. */
const POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  'img-src data:',
  `style-src ${hashOf(PAGE_STYLE)}`,
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers with a page, or with a part of one. */
export function sendHtml(response: ServerResponse, content: Html): void {
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(content.text),
    'Content-Security-Policy': POLICY,
    'Cache-Control': 'no-store',
  });
  response.end(content.text);
}
