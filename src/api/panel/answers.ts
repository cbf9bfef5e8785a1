import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Response } from 'express';
import { CsvFile, CsvStream } from './csv.ts';
import { type SignInRules, cookieName } from './sign-in/caller.ts';

/** An answer with a version: an edit that names an older one (`If-Match`) is refused with 412. */
export class Versioned {
  readonly version: string;
  readonly value: unknown;

  constructor(version: string, value: unknown) {
    this.version = version;
    this.value = value;
  }
}

/** An answer that begins a session with a new secret, or ends it (null). */
export class WithSession {
  readonly secret: string | null;
  readonly value: unknown;

  constructor(secret: string | null, value: unknown) {
    this.secret = secret;
    this.value = value;
  }
}

/** One event of a stream. */
export interface StreamEvent {
  /** Sent back as `Last-Event-ID` when the client connects again. */
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Server-sent events until the source ends or the client leaves; `signal` then ends the source. */
export class EventStream {
  readonly open: (signal: AbortSignal) => AsyncIterable<StreamEvent>;

  constructor(open: (signal: AbortSignal) => AsyncIterable<StreamEvent>) {
    this.open = open;
  }
}

/** Proxies close a connection that is silent for a minute. */
const HEARTBEAT_MS = 15_000;

/** Sends what a route answers. */
export async function sendAnswer(response: Response, answer: unknown, signIn: SignInRules): Promise<void> {
  response.set('Cache-Control', 'no-store');
  if (answer instanceof EventStream) return sendEvents(response, answer);
  if (answer instanceof CsvStream) {
    response.type('text/csv').attachment(answer.name);
    return pipeline(answer.lines(), response);
  }
  if (answer instanceof CsvFile) response.type('text/csv').attachment(answer.name).send(answer.text);
  else if (answer instanceof Versioned) response.set('ETag', `"${answer.version}"`).json(answer.value);
  else if (answer instanceof WithSession) {
    setSessionCookie(response, answer, signIn);
    response.json(answer.value);
  } else response.json(answer);
}

/** Strict: no other site's page makes a browser send it. It ends with the session's longest life. */
function setSessionCookie(response: Response, { secret }: WithSession, rules: SignInRules): void {
  const secure = rules.origin?.startsWith('https:') === true;
  response.cookie(cookieName(rules), secret ?? '', {
    ...{ httpOnly: true, sameSite: 'strict', path: '/', secure },
    maxAge: secret === null ? 0 : rules.session.maxMs,
  });
}

/** The JSON in an answer; undefined for files and streams. */
export function jsonOf(answer: unknown): unknown {
  if (answer instanceof Versioned || answer instanceof WithSession) return answer.value;
  const file = answer instanceof EventStream || answer instanceof CsvStream || answer instanceof CsvFile;
  return file ? undefined : answer;
}

async function sendEvents(response: Response, { open }: EventStream): Promise<void> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  response.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  const beat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  try {
    await pipeline(Readable.from(linesOf(open(left.signal))), response, { signal: left.signal });
  } catch (error) {
    // The client left: nobody is there to be told.
    if (!left.signal.aborted) throw error;
  } finally {
    clearInterval(beat);
  }
}

async function* linesOf(events: AsyncIterable<StreamEvent>): AsyncGenerator<string> {
  for await (const { id, event, data } of events)
    yield `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
