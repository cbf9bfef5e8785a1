import { type Hash, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** CloudCart's deliveries may reach hundreds of KB; anything above this is not read into memory. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;
/** What is kept of a body that is too long. */
export const KEPT_OF_LONG_BODY_BYTES = 64 * 1024;

export interface ReceivedBody {
  /** The whole body, or its first 64 KB when it was too long. */
  readonly bytes: Buffer;
  readonly totalBytes: number;
  /** Hash of the whole body, also of what was not kept. Worked out when asked for: few deliveries need it. */
  readonly sha256: () => Buffer;
  readonly tooLong: boolean;
  /** The sender went away before the end. */
  readonly cut: boolean;
}

/** Reads a request body to its end in bounded memory: too long ones are hashed and counted, not kept. */
export function receiveBody(request: IncomingMessage): Promise<ReceivedBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let hash: Hash | undefined;
    let total = 0;
    let done = false;
    const finish = (cut: boolean): void => {
      if (done) return;
      done = true;
      const all = Buffer.concat(chunks);
      const tooLong = total > MAX_BODY_BYTES;
      resolve({
        bytes: tooLong ? Buffer.from(all.subarray(0, KEPT_OF_LONG_BODY_BYTES)) : all,
        totalBytes: total,
        sha256: () => (hash ?? createHash('sha256').update(all)).digest(),
        tooLong,
        cut,
      });
    };
    request.on('data', (chunk: Buffer) => {
      total += chunk.length;
      if (total <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      if (hash === undefined) {
        hash = createHash('sha256');
        for (const earlier of chunks) hash.update(earlier);
      }
      hash.update(chunk);
    });
    request.on('end', () => finish(false));
    request.on('error', () => finish(true));
    request.on('close', () => finish(!request.complete));
  });
}
