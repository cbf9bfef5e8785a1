import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What came of one attempt to deliver. */
export type PostOutcome =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'error'; readonly code: string };

// A connection for each delivery, as the platform makes them: a kept one that the receiver is just closing would look
// like a failed delivery.
const httpAgent = new HttpAgent({ keepAlive: false, maxSockets: 64 });
const httpsAgent = new HttpsAgent({ keepAlive: false, maxSockets: 64 });

/** Posts once and never follows redirects (U-44); gives up after `timeoutMs` in all (CloudCart API 6.4). */
export function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:');
    const options = {
      method: 'POST',
      signal,
      agent: secure ? httpsAgent : httpAgent,
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
    };
    let request: ReturnType<typeof httpRequest>;
    try {
      request = secure ? httpsRequest(url, options) : httpRequest(url, options);
    } catch (error) {
      resolve({ kind: 'error', code: (error as NodeJS.ErrnoException).code ?? 'INVALID' });
      return;
    }
    const timer = setTimeout(() => {
      resolve({ kind: 'error', code: 'TIMEOUT' });
      request.destroy();
    }, timeoutMs);
    const end = (outcome: PostOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < 65_536) text += chunk;
      });
      response.on('end', () => end({ kind: 'answer', status: response.statusCode ?? 0, text }));
      response.on('error', (error: NodeJS.ErrnoException) =>
        end({ kind: 'error', code: error.code ?? 'BROKEN' }),
      );
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      end({ kind: 'error', code: error.code ?? 'BROKEN' }),
    );
    request.end(body);
  });
}
