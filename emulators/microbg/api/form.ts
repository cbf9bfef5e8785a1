/** The two fields of a request (micro.bg API 1.1) and how the body carried them. */
export interface ReceivedForm {
  readonly apiId: string;
  readonly request: string;
  readonly as: 'urlencoded' | 'multipart';
}

/** Reads a form body (E-2); fields that are not there are empty. */
export function readForm(body: Buffer, contentType: string): ReceivedForm {
  const boundary = /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark !== undefined) {
    const fields = multipartFields(body.toString('utf8'), mark);
    return { apiId: fields.get('ApiId') ?? '', request: fields.get('Request') ?? '', as: 'multipart' };
  }
  const fields = new URLSearchParams(body.toString('utf8'));
  return { apiId: fields.get('ApiId') ?? '', request: fields.get('Request') ?? '', as: 'urlencoded' };
}

function multipartFields(text: string, boundary: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const name = /\bname="([^"]*)"/i.exec(part.slice(0, Math.max(0, end)))?.[1];
    if (name !== undefined) fields.set(name, part.slice(end + 4).replace(/\r\n$/, ''));
  }
  return fields;
}
