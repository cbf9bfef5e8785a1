/** A request as a client sent it, for assertions. */
export interface Sent {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An answer to replay; 200 without a body by default. */
export interface Recorded {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A fetch that answers with recorded bodies, in order, and remembers what was asked. The last one repeats. */
export function replay(...answers: readonly Recorded[]): { fetchHook: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetchHook: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const answer = answers[Math.min(sent.length, answers.length - 1)] ?? {};
    sent.push({
      url: new URL(request.url),
      method: request.method,
      headers: request.headers,
      body: await request.text(),
    });
    const { status = 200, headers = {}, body = '' } = answer;
    return new Response(status === 204 ? null : body, { status, headers });
  };
  return { fetchHook, sent };
}
