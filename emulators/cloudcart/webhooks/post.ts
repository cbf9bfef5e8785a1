import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What came of one attempt to deliver. */
export type PostOutcome =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'error'; readonly code: string };

/** A delivery to make. */
interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** Makes the deliveries of one shop. */
export class Poster {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: 64 });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: 64 });
  readonly #open = new Set<ClientRequest>();

  /** Posts once and never follows redirects (U-44); gives up after `timeoutMs` in all (CloudCart API 6.4). */
  async post(delivery: Post): Promise<PostOutcome> {
    const outcome = await this.#send(delivery);
    // A kept connection that the receiver was just closing is no failed delivery: nothing arrived.
    return outcome === 'stale' ? this.post(delivery) : outcome;
  }

  #send({ url, headers, body, timeoutMs }: Post): Promise<PostOutcome | 'stale'> {
    return new Promise((resolve) => {
      const secure = url.startsWith('https:');
      const options = {
        method: 'POST',
        agent: secure ? this.#https : this.#http,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      };
      let request: ClientRequest;
      try {
        request = secure ? httpsRequest(url, options) : httpRequest(url, options);
      } catch (error) {
        resolve({ kind: 'error', code: codeOf(error, 'INVALID') });
        return;
      }
      this.#open.add(request);
      const end = (outcome: PostOutcome | 'stale'): void => {
        clearTimeout(timer);
        this.#open.delete(request);
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        end({ kind: 'error', code: 'TIMEOUT' });
        request.destroy();
      }, timeoutMs);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (text.length < 65_536) text += chunk;
        });
        response.on('end', () => end({ kind: 'answer', status: response.statusCode ?? 0, text }));
        response.on('error', (error) => end({ kind: 'error', code: codeOf(error, 'BROKEN') }));
      });
      request.on('error', (error) => {
        const code = codeOf(error, 'BROKEN');
        const stale = request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
        end(stale ? 'stale' : { kind: 'error', code });
      });
      request.end(body);
    });
  }

  /** Breaks off what is under way. */
  close(): void {
    for (const request of this.#open) request.destroy();
    this.#http.destroy();
    this.#https.destroy();
  }
}

function codeOf(error: unknown, otherwise: string): string {
  return (error as NodeJS.ErrnoException).code ?? otherwise;
}
