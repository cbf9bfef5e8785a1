/** The API did not do what was asked. `status` 0: it was not reached. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, code: string, title: string, fields: Readonly<Record<string, string>> = {}) {
    super(title);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** One event of a stream. */
export interface ApiEvent {
  readonly id: string;
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each command knows what it asked for
  readonly data: any;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Request {
  readonly query?: Query;
  /** An object is sent as JSON, a text as CSV. */
  readonly body?: object | string;
  /** The version that the change is based on. */
  readonly ifMatch?: string;
}

/** The API of one installation. Everything throws {@link ApiRefusal}. */
export class Api {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token: string | undefined) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- each command knows what it asked for
  async json(method: Method, path: string, request: Request = {}): Promise<any> {
    return (await this.#send(method, path, request)).json();
  }

  /** With its version, for an edit that must not overwrite another. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each command knows what it asked for
  async versioned(path: string): Promise<{ readonly value: any; readonly version: string | undefined }> {
    const response = await this.#send('GET', path, {});
    return { value: await response.json(), version: response.headers.get('etag') ?? undefined };
  }

  async text(path: string, query: Query = {}): Promise<string> {
    const bytes = await (await this.#send('GET', path, { query })).arrayBuffer();
    // With its byte order mark: the file is for Excel.
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  /** Events until the stream ends; connects again where the line broke, and goes on after the last event. */
  async *events(path: string): AsyncGenerator<ApiEvent> {
    let last: string | undefined;
    for (let broken = 0; broken < 10;) {
      try {
        for await (const event of this.#stream(path, last)) {
          broken = 0;
          last = event.id;
          yield event;
        }
        return;
      } catch (error) {
        if (error instanceof ApiRefusal && error.status !== 0) throw error;
        broken += 1;
        await new Promise((resolve) => setTimeout(resolve, Math.min(500 * broken, 5_000)));
      }
    }
    throw new ApiRefusal(0, 'stream_broken', `The stream of ${this.#url} breaks again and again`);
  }

  async *#stream(path: string, last: string | undefined): AsyncGenerator<ApiEvent> {
    const response = await this.#send('GET', path, {}, last === undefined ? {} : { 'last-event-id': last });
    const decoder = new TextDecoder();
    let pending = '';
    for await (const chunk of response.body ?? []) {
      pending += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = pending.split('\n\n');
      pending = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = readEvent(block);
        if (event !== undefined) yield event;
      }
    }
  }

  async #send(
    method: Method,
    path: string,
    { query = {}, body, ifMatch }: Request,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const url = new URL(`${this.#url}/api/${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const csv = typeof body === 'string';
    const response = await fetch(url, {
      method,
      headers: {
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(method === 'GET' ? {} : { 'content-type': csv ? 'text/csv' : 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...headers,
      },
      ...(method === 'GET' ? {} : { body: csv ? body : JSON.stringify(body ?? {}) }),
    }).catch((cause: unknown) => {
      const code = (cause as { cause?: { code?: string } }).cause?.code ?? 'no answer';
      throw new ApiRefusal(0, 'unreachable', `The API at ${this.#url} cannot be reached (${code})`);
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}

async function refusalOf(response: Response): Promise<ApiRefusal> {
  const body = (await response.json().catch(() => ({}))) as {
    readonly code?: string;
    readonly title?: string;
    readonly fields?: Readonly<Record<string, string>>;
  };
  const { code = `http_${response.status}`, title = `HTTP ${response.status}`, fields } = body;
  return new ApiRefusal(response.status, code, title, fields);
}

function readEvent(block: string): ApiEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? 'message', data: JSON.parse(data) };
}
