import { apiError, invalid } from './errors.ts';

/** Body of a POST or PATCH, checked for its envelope only (CloudCart API 1.6). */
export class WriteBody {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;

  constructor(
    attributes: Readonly<Record<string, unknown>>,
    relationships: Readonly<Record<string, unknown>>,
  ) {
    this.attributes = attributes;
    this.relationships = relationships;
  }

  has(attribute: string): boolean {
    return Object.hasOwn(this.attributes, attribute);
  }

  /** Id that a to-one relationship names, undefined when it is not given. */
  link(name: string, type: string): string | undefined {
    const relationship = this.relationships[name] as { data?: { type?: unknown; id?: unknown } } | undefined;
    const data = relationship?.data;
    if (data === undefined || data === null) return undefined;
    if (data.type !== type || (typeof data.id !== 'string' && typeof data.id !== 'number')) {
      throw invalid(`/data/relationships/${name}`, `The ${name} field must be a to-one relationship`);
    }
    return String(data.id);
  }

  /** Refuses attributes that cannot be written (CloudCart API 1.6). */
  refuse(readOnly: readonly string[]): void {
    for (const name of readOnly) {
      if (this.has(name)) {
        throw invalid(`/data/attributes/${name}`, `The ${name.replaceAll('_', ' ')} field is read-only`);
      }
    }
  }

  /** Refuses attributes nobody knows when the shop is switched to do so (U-05). */
  refuseUnknown(known: readonly string[], mode: string): void {
    if (mode !== '422') return;
    for (const name of Object.keys(this.attributes)) {
      if (!known.includes(name)) throw invalid(`/data/attributes/${name}`, `The ${name} field is unknown.`);
    }
  }
}

/** Step 8 of a request: the body is JSON (CloudCart API 1.4). @throws ApiError 400. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw apiError(400, 'The request body is not valid JSON.');
  }
}

/** Reads a body of the resource `type`; `id` is that of the address in a PATCH. */
export function readWriteBody(text: string, type: string, id?: string): WriteBody {
  const parsed = parseBody(text);
  const data = (parsed as { data?: unknown } | null)?.data;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw apiError(400, 'The member data is required.', { pointer: '/' });
  }
  const given = data as { type?: unknown; id?: unknown; attributes?: unknown; relationships?: unknown };
  if (given.type !== type)
    throw apiError(400, `Resource type ${String(given.type)} is not supported.`, { pointer: '/data/type' });
  if (id !== undefined && String(given.id) !== id) {
    throw apiError(400, 'The id of the body must be that of the address.', { pointer: '/data/id' });
  }
  return new WriteBody(
    objectAt(given.attributes, 'attributes'),
    objectAt(given.relationships, 'relationships'),
  );
}

function objectAt(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw apiError(400, `The member ${name} must be an object.`, { pointer: `/data/${name}` });
}
