import type { ServerResponse } from 'node:http';
import type { WrittenAnswer } from './envelope.ts';

/** Sends an answer, unless the client has gone. */
export function send(response: ServerResponse, { status, text, type }: WrittenAnswer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
