import type { ServerResponse } from 'node:http';
import type { Warehouse } from '../warehouse.ts';
import { htmlAnswer } from './envelope.ts';
import { send } from './send.ts';

/** Serves the document that a link of `createInvoice` names (E-23). */
export function serveInvoice(warehouse: Warehouse, path: string, response: ServerResponse): void {
  const found = warehouse.invoiceByToken(path.split('/')[2] ?? '');
  if (!found) return send(response, htmlAnswer(404, '404 Not Found'));
  const { invoice, company } = found;
  const pdf = pdfOf([
    `Document ${invoice.DocNr}, type ${invoice.DocumentType}`,
    `Date ${invoice.Date}, tax event ${invoice.DateEvent}`,
    `Supplier ${company.settings.TaxNo}`,
    `Net ${invoice.Amount.toFixed(2)}  VAT ${invoice.AmountVat.toFixed(2)} ${company.settings.currencyCode}`,
  ]);
  response.writeHead(200, {
    'Content-Type': 'application/pdf',
    'Content-Length': pdf.length,
    'Content-Disposition': `attachment; filename="Invoice-${invoice.DocNr}.pdf"`,
  });
  response.end(pdf);
}

/** A one-page PDF with a few lines of Latin text: a stub that every reader opens. */
function pdfOf(lines: readonly string[]): Buffer {
  const shown = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj 0 -22 Td`).join(' ');
  const stream = `BT /F1 14 Tf 60 780 Td ${shown} ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + xref + trailer, 'latin1');
}
