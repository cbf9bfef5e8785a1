import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The shop under another address: only the name in the request is put right (CloudCart API 2.1). */
export async function openDoor(shopUrl: string): Promise<{ url: string; close: () => Promise<void> }> {
  const { host, hostname, port } = new URL(shopUrl);
  const server = createServer((request, response) => {
    const { method, url: path } = request;
    const headers = { ...request.headers, host };
    const onwards = httpRequest({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
