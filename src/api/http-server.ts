import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { Socket } from 'node:net';

/** Longest that a request may take to arrive whole, in milliseconds. CloudCart gives up after 5 s. */
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * An HTTP server whose parser never answers by itself with a status that switches webhooks off.
 * Node answers 400, 417 or 431 to broken requests before any handler sees them; here they get 503 or a closed
 * connection, because the path of such a request is not known.
 */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      requireHostHeader: false,
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: 10_000,
      keepAliveTimeout: 65_000,
    },
    listener,
  );
  server.on('clientError', (_error: Error, socket: Socket) => refuse(socket));
  // `Expect: something` would be answered with 417; it is of no importance to us.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    listener(request, response),
  );
  server.on('connect', (_request: IncomingMessage, socket: Socket) => refuse(socket));
  return server;
}

function refuse(socket: Socket): void {
  if (socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () =>
    socket.destroy(),
  );
}
