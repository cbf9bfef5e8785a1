/** Control side of an emulator. @throws with the emulator's own words when it refuses. */
export class Control {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async send<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} -> ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  /** The same where a refusal of the emulated system is an answer: undefined. */
  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body: unknown = {},
  ): Promise<T | undefined> {
    try {
      return await this.send<T>(method, path, body);
    } catch (error) {
      if (/ -> 4(04|22) /.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<T> {
    return this.send<T>('POST', path, body);
  }
}
